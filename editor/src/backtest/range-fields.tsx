import { NativeSelect, TextInput } from "@mantine/core";
import type { ArchiveSpan } from "../../../engine/model/backtest.ts";
import type { Flow } from "../../../engine/model/flow.ts";
import { moment, span } from "../ui/words.ts";
import classes from "./backtest.module.css";
import { type ChosenFile, MessageFileField } from "./message-file-field.tsx";
import type { Over } from "./queries.ts";
import { tb } from "./text.ts";

/** A preset in ms, "all", "custom" with its two times as the browser writes them, or "file". */
export interface Chosen {
  preset: string;
  from: string;
  to: string;
  file?: ChosenFile | undefined;
}

const presets = [900_000, 3_600_000, 6 * 3_600_000, 86_400_000, 7 * 86_400_000];
export const firstChoice: Chosen = { preset: String(3_600_000), from: "", to: "" };

/** Undefined where that is no range, or no file yet. */
export function overOf({ preset, from, to, file }: Chosen, kept: ArchiveSpan, now: number): Over | undefined {
  if (preset === "file") return file && { file: file.uploaded.id };
  const range =
    preset === "custom"
      ? { from: Date.parse(from), to: Date.parse(to) }
      : { from: preset === "all" ? (kept.from ?? now) : now - Number(preset), to: now };
  return range.from < range.to ? range : undefined;
}

interface RangeProps {
  flow: Flow;
  /** What was chosen comes to this. */
  over: Over | undefined;
  chosen: Chosen;
  kept: ArchiveSpan;
  change: (chosen: Chosen) => void;
}

/** Which messages are run through again. */
export function RangeFields({ flow, over, chosen, kept, change }: RangeProps) {
  return (
    <>
      {kept.from !== null && (
        <NativeSelect
          label={tb("backtest.range")}
          description={tb("backtest.kept", { from: moment(kept.from), to: moment(kept.to!) })}
          data={[
            ...presets.map((ms) => ({ value: String(ms), label: tb("backtest.last", { span: span(ms) }) })),
            { value: "all", label: tb("backtest.everything") },
            { value: "custom", label: tb("backtest.custom") },
            { value: "file", label: tb("backtest.fromFile") },
          ]}
          value={chosen.preset}
          onChange={(event) => {
            const preset = event.currentTarget.value;
            const dates = chosen.from ? {} : { from: local(kept.from!), to: local(kept.to!) };
            change({ ...chosen, ...dates, preset });
          }}
        />
      )}
      {chosen.preset === "custom" && (
        <div className={classes.two}>
          {(["from", "to"] as const).map((end) => (
            <TextInput
              key={end}
              type="datetime-local"
              step={1}
              label={tb(`backtest.${end}`)}
              value={chosen[end]}
              onChange={(event) => change({ ...chosen, [end]: event.currentTarget.value })}
            />
          ))}
        </div>
      )}
      {chosen.preset === "file" && (
        <MessageFileField flow={flow} chosen={chosen.file} change={(file) => change({ ...chosen, file })} />
      )}
      {chosen.preset !== "file" && !over && <p className={classes.failure}>{tb("backtest.badRange")}</p>}
    </>
  );
}

/** As a field of type datetime-local wants it. */
function local(ms: number): string {
  const offsetMs = new Date(ms).getTimezoneOffset() * 60_000;
  return new Date(ms - offsetMs).toISOString().slice(0, 19);
}
