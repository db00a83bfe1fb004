import type { ClearEffect, CommandEffect, RaiseEffect, UpdateEffect } from "../../../engine/model/effect.ts";

let sequence = 0;
/** A fresh effect id, as lane 1 would give it. */
export const effectId = () => `1:${++sequence}:0`;

/** Time of the effects, in ms; readable where a test fails. */
export const noon = Date.UTC(2026, 4, 1, 12);
export const at = (ms: number) => new Date(ms).toISOString();

const from = { flow: "congestion", version: 1, node: "jam", at: noon };

export function raise(change: Partial<RaiseEffect> & { device: string }): RaiseEffect {
  const values = { speed: 12 };
  return {
    ...from,
    type: "raise",
    id: effectId(),
    alarm: "Congestion",
    severity: "major",
    details: values,
    deviceName: `Name of ${change.device}`,
    cause: { message: "1:1", ts: at(noon), values, path: ["in", "jam"], version: 1 },
    ...change,
  };
}

export function clear(change: Partial<ClearEffect> & { device: string }): ClearEffect {
  return { ...from, type: "clear", id: effectId(), alarm: "Congestion", ...change };
}

export function update(change: Partial<UpdateEffect> & { device: string }): UpdateEffect {
  const severity = "critical";
  return {
    ...from,
    type: "update",
    id: effectId(),
    alarm: "Congestion",
    severity,
    details: { speed: 3 },
    ...change,
  };
}

export function command(change: Partial<CommandEffect> & { device: string }): CommandEffect {
  return {
    ...from,
    type: "command",
    id: effectId(),
    method: "setLimit",
    params: { kmh: 40 },
    timeoutMs: 10_000,
    ttlMs: 60_000,
    node: "sign",
    ...change,
  };
}
