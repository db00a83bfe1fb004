import { lazy, Suspense, useState } from "react";
import type { Flow, FlowNode } from "../../../engine/model/flow.ts";
import type { Values } from "../../../engine/model/value.ts";
import { configure } from "../draft/changes.ts";
import { t } from "../text/text.ts";
import classes from "./node-panel.module.css";
import type { OpenFlow } from "./open-flow.ts";
import { problemsOf } from "./problems.ts";

const JsonEditor = lazy(async () => ({ default: (await import("../code/json-editor.tsx")).JsonEditor }));

/** The settings of a step as JSON, for those who want it; checked by the same schema as the form. */
export function Advanced({ open, flow, node }: { open: OpenFlow; flow: Flow; node: FlowNode }) {
  const [opened, setOpened] = useState(false);
  const [text, setText] = useState<string>();
  const stored = JSON.stringify(node.config, null, 2);
  // What is typed stays as it is while it means what the flow has.
  const shown = text !== undefined && (readValues(text) === undefined || same(text, stored)) ? text : stored;
  function typed(next: string) {
    setText(next);
    const config = readValues(next);
    if (config) open.document.apply(configure(node.id, config, node.version), `json:${node.id}`);
  }
  function check(value: unknown) {
    if (!isValues(value)) return [{ message: t("advanced.object") }];
    const nodes = flow.nodes.map((each) => (each.id === node.id ? { ...node, config: value } : each));
    return problemsOf({ ...flow, nodes })
      .filter((problem) => problem.node === node.id && problem.code === "invalid_config")
      .map(({ path, said }) => ({ path, message: said }));
  }
  return (
    <details
      className={classes.advanced}
      onToggle={(event) => setOpened((event.currentTarget as HTMLDetailsElement).open)}
    >
      <summary>{t("advanced.title")}</summary>
      <p>{t("advanced.text")}</p>
      {opened && (
        <Suspense fallback={null}>
          <JsonEditor value={shown} label={t("advanced.label")} typed={typed} problemsOf={check} />
        </Suspense>
      )}
      {text !== undefined && readValues(text) === undefined && (
        <p className={classes.wrong} role="alert">
          {t("advanced.notTaken")}
        </p>
      )}
    </details>
  );
}

const isValues = (value: unknown): value is Values =>
  typeof value === "object" && value !== null && !Array.isArray(value);

function readValues(text: string): Values | undefined {
  try {
    const value: unknown = JSON.parse(text);
    return isValues(value) ? value : undefined;
  } catch {
    return undefined;
  }
}

const same = (text: string, stored: string) =>
  JSON.stringify(readValues(text)) === JSON.stringify(JSON.parse(stored));
