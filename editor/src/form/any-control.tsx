import { Textarea } from "@mantine/core";
import { useState } from "react";
import { t } from "../text/text.ts";
import { useLabels } from "./controls.tsx";
import type { ControlProps } from "./form-context.ts";

/** A setting of a form this page does not know, as JSON text. */
export function AnyControl(props: ControlProps) {
  const labels = useLabels(props);
  const [text, setText] = useState<string>();
  const shown = props.value === undefined ? "" : JSON.stringify(props.value, null, 1);
  return (
    <Textarea
      {...labels}
      error={text !== undefined && readJson(text) === unreadable ? t("form.noJson") : labels.error}
      autosize
      minRows={1}
      maxRows={8}
      spellCheck={false}
      styles={{ input: { fontFamily: "var(--mantine-font-family-monospace)" } }}
      value={text ?? shown}
      onChange={(event) => {
        setText(event.currentTarget.value);
        const json = readJson(event.currentTarget.value);
        if (json !== unreadable) props.set(json);
      }}
      onBlur={() => setText(undefined)}
    />
  );
}

const unreadable = Symbol("unreadable");

function readJson(text: string): unknown {
  if (text.trim() === "") return undefined;
  try {
    return JSON.parse(text);
  } catch {
    return unreadable;
  }
}
