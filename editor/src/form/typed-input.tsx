import { TextInput, type TextInputProps } from "@mantine/core";
import { useState } from "react";

interface TypedInputProps extends Omit<TextInputProps, "value" | "onChange"> {
  /** How the value reads while nobody types. */
  shown: string;
  /** Called with every change of the text. */
  typed: (text: string) => void;
}

/** A text box that leaves what is being typed alone, and shows the value in its own form otherwise. */
export function TypedInput({ shown, typed, onBlur, ...rest }: TypedInputProps) {
  const [text, setText] = useState<string>();
  return (
    <TextInput
      {...rest}
      value={text ?? shown}
      onChange={(event) => {
        setText(event.currentTarget.value);
        typed(event.currentTarget.value);
      }}
      onBlur={(event) => {
        setText(undefined);
        onBlur?.(event);
      }}
    />
  );
}
