import { ActionIcon, Button, NativeSelect, SegmentedControl, TextInput } from "@mantine/core";
import { t } from "../text/text.ts";
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

const usual = () => ({
  title: t("param.title"),
  none: t("param.fewer"),
  add: t("param.add"),
  one: t("param.one"),
});

/** Parameters as rows of name, type and value. */
export function ParamsForm({ rows, change, tried, words = usual() }: ParamsFormProps) {
  const set = (key: number, part: Partial<ParamRow>) =>
    change(rows.map((row) => (row.key === key ? { ...row, ...part } : row)));
  return (
    <fieldset className={classes.params}>
      <legend>{words.title}</legend>
      {rows.length === 0 && <p>{words.none}</p>}
      {rows.map((row, index) => {
        const fault = tried ? faultOf(row, rows) : undefined;
        const which = { one: words.one, number: index + 1 };
        return (
          <div key={row.key} className={classes.row}>
            <TextInput
              aria-label={t("param.name", which)}
              placeholder={t("param.nameHint")}
              value={row.name}
              error={fault}
              onChange={(event) => set(row.key, { name: event.currentTarget.value })}
            />
            <NativeSelect
              aria-label={t("param.type", which)}
              data={paramTypes.map(({ value, title }) => ({ value, label: t(title) }))}
              value={row.type}
              onChange={(event) => set(row.key, retyped(row, event.currentTarget.value as ParamType))}
            />
            <ParamInput row={row} label={t("param.value", which)} set={(text) => set(row.key, { text })} />
            <ActionIcon
              variant="subtle"
              color="gray"
              size={36}
              aria-label={t("param.remove", which)}
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

const yesNo = () => [
  { value: "yes", label: t("param.yes") },
  { value: "no", label: t("param.no") },
];

function ParamInput({ row, label, set }: { row: ParamRow; label: string; set: (text: string) => void }) {
  if (row.type === "yes-no")
    return <SegmentedControl aria-label={label} data={yesNo()} value={row.text} onChange={set} />;
  return (
    <TextInput
      aria-label={label}
      placeholder={t("param.valueHint")}
      inputMode={row.type === "number" ? "decimal" : "text"}
      value={row.text}
      onChange={(event) => set(event.currentTarget.value)}
    />
  );
}
