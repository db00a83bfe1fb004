import { absence } from "./absence.ts";
import { aggregate } from "./aggregate.ts";
import { alert } from "./alert.ts";
import { calculate } from "./calculate.ts";
import { change } from "./change.ts";
import { command } from "./command.ts";
import { deduplicate } from "./deduplicate.ts";
import { enrich } from "./enrich.ts";
import { filter } from "./filter.ts";
import { flow } from "./flow.ts";
import { geofence } from "./geofence.ts";
import { input } from "./input.ts";
import { join } from "./join.ts";
import type { Kind } from "./kind.ts";
import { notify } from "./notify.ts";
import { save } from "./save.ts";
import { schedule } from "./schedule.ts";
import { sequence } from "./sequence.ts";
import { switchKind } from "./switch.ts";
import { throttle } from "./throttle.ts";

/** Every kind of node, in the order an author meets them. */
export const nodeKinds: readonly Kind[] = [
  input,
  filter,
  switchKind,
  change,
  throttle,
  deduplicate,
  schedule,
  absence,
  geofence,
  sequence,
  join,
  enrich,
  calculate,
  aggregate,
  alert,
  command,
  save,
  notify,
  flow,
] as const;

const byName: ReadonlyMap<string, Kind> = new Map(nodeKinds.map((kind) => [kind.kind, kind]));

/** The kind of that name; undefined when there is none. */
export function kindByName(name: string): Kind | undefined {
  return byName.get(name);
}
