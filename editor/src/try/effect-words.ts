import type { TryResult } from "../../../engine/flow/try.ts";
import type { CommandEffect } from "../../../engine/model/effect.ts";
import type { Value } from "../../../engine/model/value.ts";
import { t } from "../text/text.ts";
import { namedWords, span } from "../ui/words.ts";

export interface EffectLine {
  type: string;
  text: string;
  node: string | undefined;
  /** What the engine says of it, in English. */
  why?: string | undefined;
}

const valuesShown = (values: unknown) =>
  Object.entries((values ?? {}) as Record<string, Value>)
    .map(([name, value]) => `${name} ${namedWords(name, value)}`)
    .join(", ");

/** " (kmh 40)"; nothing where there are none. */
function inBrackets(values: unknown): string {
  const shown = valuesShown(values);
  return shown && ` (${shown})`;
}

/** Time since the trial began, "after 5 minutes". */
export function sinceWords(atMs: number, startMs: number): string {
  return atMs <= startMs ? t("trial.atOnce") : t("trial.after", { span: span(atMs - startMs) });
}

/** What the flow would have done, in words; points come as one line for each measurement. */
export function effectLines({ effects }: TryResult, startMs: number): EffectLine[] {
  const lines: EffectLine[] = [];
  const points = new Map<string, number>();
  for (const effect of effects) {
    if (effect.type === "point") {
      points.set(effect.measurement, (points.get(effect.measurement) ?? 0) + 1);
      continue;
    }
    const node = "node" in effect ? effect.node : undefined;
    const when = sinceWords(effect.at, startMs);
    const why = effect.type === "dead-letter" ? effect.message : undefined;
    lines.push({ type: effect.type, node, text: `${sentence(effect)} ${when}`, why });
  }
  for (const [measurement, count] of points)
    lines.push({ type: "point", node: undefined, text: t("effect.point", { measurement, count }) });
  return lines;
}

function commandSentence({ method, params, to, refused, approval }: CommandEffect): string {
  const shown = inBrackets(params);
  if (refused !== undefined) return t("effect.commandRefused", { method, reason: refused });
  if (approval) return t("effect.commandWaits", { method, params: shown });
  if (!to) return t("effect.command", { method, params: shown });
  if (to.type === "named") return t("effect.commandTo", { method, device: to.name, params: shown });
  const { type: _, ...wanted } = to;
  return t("effect.commandToMany", { method, which: valuesShown(wanted), params: shown });
}

type Told = Exclude<TryResult["effects"][number], { type: "point" }>;

function sentence(effect: Told): string {
  switch (effect.type) {
    case "raise":
      return t("effect.raise", {
        alarm: effect.alarm,
        severity: t(`severity.${effect.severity}`),
        details: inBrackets(effect.details),
      });
    case "clear":
      return t("effect.clear", { alarm: effect.alarm });
    case "command":
      return commandSentence(effect);
    case "notify":
      return t("effect.notify", { channel: effect.channel, title: effect.title });
    case "dead-letter":
      return t("effect.dead");
    default:
      return t("effect.other", { type: (effect as { type: string }).type });
  }
}
