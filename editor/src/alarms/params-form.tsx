import { ActionIcon, Button, NativeSelect, SegmentedControl, TextInput } from "@mantine/core";
import { PlusIcon, TrashIcon } from "../ui/icons.tsx";
import { faultOf, newRow, type ParamRow, type ParamType, paramTypes } from "./params.ts";
import classes from "./params-form.module.css";

interface ParamsFormProps {
  rows: ParamRow[];
  change: (rows: ParamRow[]) => void;
  /** Faults show only after the first try to send. */
  tried: boolean;
  /** What the rows are called where they are no parameters of a command. */
  words?: { title: string; none: string; add: string; one: string };
}

const usual = {
  title: "Parameters",
  none: "None. Add one if the device needs more than the name of the command.",
  add: "Add parameter",
  one: "parameter",
};

/** Parameters as rows of name, type and value. */
export function ParamsForm({ rows, change, tried, words = usual }: ParamsFormProps) {
  const set = (key: number, part: Partial<ParamRow>) =>
    change(rows.map((row) => (row.key === key ? { ...row, ...part } : row)));
  return (
    <fieldset className={classes.params}>
      <legend>{words.title}</legend>
      {rows.length === 0 && <p>{words.none}</p>}
      {rows.map((row, index) => {
        const fault = tried ? faultOf(row, rows) : undefined;
        const which = `of ${words.one} ${index + 1}`;
        return (
          <div key={row.key} className={classes.row}>
            <TextInput
              aria-label={`Name ${which}`}
              placeholder="Name, such as kmh"
              value={row.name}
              error={fault}
              onChange={(event) => set(row.key, { name: event.currentTarget.value })}
            />
            <NativeSelect
              aria-label={`Type ${which}`}
              data={[...paramTypes]}
              value={row.type}
              onChange={(event) => set(row.key, retyped(row, event.currentTarget.value as ParamType))}
            />
            <ParamInput row={row} label={`Value ${which}`} set={(text) => set(row.key, { text })} />
            <ActionIcon
              variant="subtle"
              color="gray"
              size={36}
              aria-label={`Remove ${words.one} ${index + 1}`}
              onClick={() => change(rows.filter(({ key }) => key !== row.key))}
            >
              <TrashIcon size={18} />
            </ActionIcon>
          </div>
        );
      })}
      <Button
        variant="default"
        size="xs"
        leftSection={<PlusIcon size={16} />}
        onClick={() => change([...rows, newRow()])}
      >
        {words.add}
      </Button>
    </fieldset>
  );
}

function retyped({ text }: ParamRow, type: ParamType): Partial<ParamRow> {
  return { type, text: type === "yes-no" && text !== "no" ? "yes" : text };
}

const yesNo = [
  { value: "yes", label: "Yes" },
  { value: "no", label: "No" },
];

function ParamInput({ row, label, set }: { row: ParamRow; label: string; set: (text: string) => void }) {
  if (row.type === "yes-no")
    return <SegmentedControl aria-label={label} data={yesNo} value={row.text} onChange={set} />;
  return (
    <TextInput
      aria-label={label}
      placeholder="Value"
      inputMode={row.type === "number" ? "decimal" : "text"}
      value={row.text}
      onChange={(event) => set(event.currentTarget.value)}
    />
  );
}
