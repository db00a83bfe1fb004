import { type Case, caseSchema, inputsOf, outcomeOf } from "../../../engine/flow/cases.ts";
import type { Surroundings } from "../../../engine/flow/surroundings.ts";
import { type TryInput, tryFlow } from "../../../engine/flow/try.ts";
import type { Trial } from "../try/trial.ts";

/** Beyond this the points of a trial say little and break easily. */
const maxPoints = 50;

/** A trial as a test case: what was given, and all that comes of it. Throws where it cannot be one. */
export function caseOf(
  { flow, inputs }: Pick<Trial, "flow" | "inputs">,
  title: string,
  around: Surroundings = {},
): Case {
  const given = stored(inputs.map(givenOf)) as Case["given"];
  // In a case a device is known by its name, so it is run once more as the case will be.
  const result = tryFlow(flow, inputsOf(flow, { given }), around);
  const { alarms, commands, results, notifications, points, deadLetters } = outcomeOf(flow, result, around);
  const expect = {
    alarms,
    commands,
    ...(results.length > 0 && { results }),
    notifications,
    deadLetters,
    ...(points.length <= maxPoints && { points }),
  };
  return caseSchema.parse(stored({ title, given, expect }));
}

/** What is undefined must not be there at all. */
const stored = (value: unknown): unknown => JSON.parse(JSON.stringify(value));

function givenOf(input: TryInput) {
  if ("tick" in input) return { tick: iso(input.tick) };
  if (!("values" in input)) return { ...input, at: iso(input.at) };
  const { device = {}, ts, at = ts ?? 0, type, values } = input;
  const { name = "device", profile, attributes = {}, related = {} } = device;
  const has = (some: object) => Object.keys(some).length > 0;
  return {
    device: { name, profile, ...(has(attributes) && { attributes }), ...(has(related) && { related }) },
    at: iso(at),
    type,
    values,
  };
}

const iso = (ms: number) => new Date(ms).toISOString();

/** A title that says what came of it, for the person to change. */
export function titleOf({ flow, result }: Pick<Trial, "flow" | "result">, taken: readonly string[]): string {
  const { alarms, commands } = outcomeOf(flow, result) as {
    alarms: { type: string }[];
    commands: { method: string }[];
  };
  const [alarm] = alarms;
  const [command] = commands;
  const title = alarm ? `${alarm.type}` : command ? `${command.method}` : "";
  return unlike(title, taken);
}

function unlike(title: string, taken: readonly string[]): string {
  if (title === "" || !taken.includes(title)) return title;
  for (let number = 2; ; number++) if (!taken.includes(`${title} ${number}`)) return `${title} ${number}`;
}
