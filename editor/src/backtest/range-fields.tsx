import { NativeSelect, TextInput } from "@mantine/core";
import type { ArchiveSpan } from "../../../engine/model/backtest.ts";
import { moment, span } from "../ui/words.ts";
import classes from "./backtest.module.css";
import { tb } from "./text.ts";

/** A preset in ms, "all", or "custom" with its two times as the browser writes them. */
export interface Chosen {
  preset: string;
  from: string;
  to: string;
}

const presets = [900_000, 3_600_000, 6 * 3_600_000, 86_400_000, 7 * 86_400_000];
export const firstChoice: Chosen = { preset: String(3_600_000), from: "", to: "" };

/** From and to in ms; undefined where that is no range. */
export function rangeOf(
  { preset, from, to }: Chosen,
  kept: ArchiveSpan,
  now: number,
): { from: number; to: number } | undefined {
  const range =
    preset === "custom"
      ? { from: Date.parse(from), to: Date.parse(to) }
      : { from: preset === "all" ? (kept.from ?? now) : now - Number(preset), to: now };
  return range.from < range.to ? range : undefined;
}

interface RangeProps {
  chosen: Chosen;
  kept: ArchiveSpan;
  change: (chosen: Chosen) => void;
}

/** Which messages are run through again. */
export function RangeFields({ chosen, kept, change }: RangeProps) {
  return (
    <>
      <NativeSelect
        label={tb("backtest.range")}
        description={tb("backtest.kept", { from: moment(kept.from!), to: moment(kept.to!) })}
        data={[
          ...presets.map((ms) => ({ value: String(ms), label: tb("backtest.last", { span: span(ms) }) })),
          { value: "all", label: tb("backtest.everything") },
          { value: "custom", label: tb("backtest.custom") },
        ]}
        value={chosen.preset}
        onChange={(event) => {
          const preset = event.currentTarget.value;
          const dates = chosen.from ? {} : { from: local(kept.from!), to: local(kept.to!) };
          change({ ...chosen, ...dates, preset });
        }}
      />
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
    </>
  );
}

/** As a field of type datetime-local wants it. */
function local(ms: number): string {
  const offsetMs = new Date(ms).getTimezoneOffset() * 60_000;
  return new Date(ms - offsetMs).toISOString().slice(0, 19);
}
