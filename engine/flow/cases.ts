import * as z from "zod";
import { severities } from "../model/alarm.ts";
import type { CommandTarget } from "../model/command.ts";
import type { Flow } from "../model/flow.ts";
import { messageTypes } from "../model/message.ts";
import { type Values, valueSchema, valuesSchema } from "../model/value.ts";
import { differences } from "./differences.ts";
import { givenNotice, givenResult } from "./given-result.ts";
import { reached, type Surroundings } from "./surroundings.ts";
import { type TryInput, type TryResult, tryFlow } from "./try.ts";

const time = z.iso.datetime({ offset: true });

/** By name, or with what the flow reads of it; later readings may then give the name alone. */
const caseDevice = z.union([
  z.string().min(1),
  z.strictObject({
    name: z.string().min(1),
    profile: z.string().optional(),
    attributes: valuesSchema.optional(),
    related: z
      .record(z.string(), valuesSchema)
      .optional()
      .meta({ description: "By the attribute that names it: attributes of another device" }),
  }),
]);

const given = z.union([
  z.strictObject({
    device: caseDevice,
    at: time.meta({ description: "Event time and arrival" }),
    type: z.enum(messageTypes).optional(),
    values: valuesSchema,
  }),
  z.strictObject({ at: time, ...givenResult }),
  z.strictObject({ at: time, ...givenNotice }),
  z.strictObject({ tick: time }),
]);

const expected = z.strictObject({
  alarms: z
    .array(
      z.strictObject({
        device: z.string().optional(),
        type: z.string().optional(),
        severity: z.enum(severities).optional(),
        status: z.enum(["active", "cleared"]).optional(),
        at: time.optional(),
        node: z.string().optional(),
        details: valuesSchema.optional(),
      }),
    )
    .optional(),
  commands: z
    .array(
      z.strictObject({
        device: z.string().optional(),
        method: z.string().optional(),
        params: valueSchema.optional(),
        to: valueSchema.optional().meta({ description: "Name of the device, or the selection" }),
        approval: z.boolean().optional(),
        refused: z.string().optional().meta({ description: "Why it was not sent" }),
        at: time.optional(),
        node: z.string().optional(),
      }),
    )
    .optional(),
  results: z
    .array(
      z.strictObject({
        device: z.string().optional(),
        node: z.string().optional(),
        output: z.enum(["succeeded", "failed"]).optional(),
        method: z.string().optional(),
        state: z.string().optional(),
        answer: valueSchema.optional(),
        reason: valueSchema.optional(),
        at: time.optional(),
      }),
    )
    .optional()
    .meta({ description: "How commands ended, as their nodes let it out" }),
  notifications: z
    .array(
      z.strictObject({
        device: z.string().optional(),
        channel: z.string().optional(),
        title: z.string().optional(),
        text: z.string().optional(),
        at: time.optional(),
        node: z.string().optional(),
      }),
    )
    .optional(),
  points: z
    .array(
      z.strictObject({
        device: z.string().optional(),
        measurement: z.string().optional(),
        tags: z.record(z.string(), z.string()).optional(),
        fields: valuesSchema.optional(),
        at: time.optional(),
      }),
    )
    .optional(),
  deadLetters: z
    .array(
      z.strictObject({
        device: z.string().optional(),
        reason: z.string().optional(),
        message: z.string().optional(),
        node: z.string().optional(),
        at: time.optional(),
      }),
    )
    .default([])
    .meta({ description: "None unless listed" }),
});

export const caseSchema = z.strictObject({
  title: z.string().min(1),
  given: z.array(given).min(1),
  expect: expected,
});
/** The content of a flow's cases.json. */
export const casesSchema = z.array(caseSchema).min(1);
export type Case = z.infer<typeof caseSchema>;

export interface CaseResult {
  title: string;
  passed: boolean;
  /** Where it went another way, one sentence each: "alarms[0].severity: expected "major", got "minor"". */
  failures: string[];
  /** The nodes that were visited, in order, each once. */
  path: string[];
}

/**
 * Runs each case from empty state. A list under `expect` is the whole list, in order; of each item the given fields
 * count; a list left out is not looked at, but dead letters must be listed. Devices without a profile get the first
 * one that an input of the flow asks for. A flow with problems fails every case. What comes of flows that it hands
 * messages to counts, too; `around` holds them.
 */
export function runCases(flow: Flow, cases: readonly Case[], around: Surroundings = {}): CaseResult[] {
  return cases.map((each) => {
    const inputs = inputsOf(flow, each);
    const result = tryFlow(flow, inputs, around);
    const failures = result.problems.map((problem) => problem.message);
    if (failures.length === 0) failures.push(...differences(each.expect, outcomeOf(flow, result, around)));
    const path = [...new Set(result.steps.filter((step) => step.flow === flow.id).map(({ node }) => node))];
    return { title: each.title, passed: failures.length === 0, failures, path };
  });
}

/** The same for cases as they were stored; one that is not readable fails. */
export function testCases(flow: Flow, given: readonly unknown[], around: Surroundings = {}): CaseResult[] {
  return given.flatMap((one, index) => {
    const read = caseSchema.safeParse(one);
    if (read.success) return runCases(flow, [read.data], around);
    const failure = `The case is not readable: ${read.error.issues[0]?.message}.`;
    return [{ title: `Case ${index + 1}`, passed: false, failures: [failure], path: [] }];
  });
}

/** What a case gives to the flow. */
export function inputsOf(flow: Flow, { given }: Pick<Case, "given">): TryInput[] {
  const known = new Map<string, Exclude<z.infer<typeof caseDevice>, string>>();
  const profile = firstProfile(flow);
  return given.map((input) => {
    if ("tick" in input) return { tick: Date.parse(input.tick) };
    if ("command" in input || "notification" in input) return { ...input, at: Date.parse(input.at) };
    const { device, at, type, values } = input;
    if (typeof device !== "string") known.set(device.name, device);
    const { name, attributes, ...own } =
      typeof device === "string" ? (known.get(device) ?? { name: device }) : device;
    const ms = Date.parse(at);
    return { device: { id: name, name, profile, attributes, ...own }, at: ms, ts: ms, type, values };
  });
}

function firstProfile(flow: Flow): string | undefined {
  for (const { kind, config } of flow.nodes) {
    if (kind !== "input" || !Array.isArray(config.profiles)) continue;
    const [first] = config.profiles;
    if (typeof first === "string") return first;
  }
  return undefined;
}

/** Effects in the words of cases.json. */
export function outcomeOf(
  flow: Flow,
  { effects, steps }: Pick<TryResult, "effects" | "steps">,
  around: Surroundings = {},
) {
  const alarms: unknown[] = [];
  const commands: unknown[] = [];
  const notifications: unknown[] = [];
  const points: unknown[] = [];
  const deadLetters: unknown[] = [];
  for (const effect of effects) {
    const { device } = effect;
    switch (effect.type) {
      case "raise":
      case "update": {
        const { alarm: type, severity, details, node } = effect;
        alarms.push({ device, type, severity, status: "active", at: iso(effect.at), node, details });
        break;
      }
      case "clear":
        alarms.push({ device, type: effect.alarm, status: "cleared", at: iso(effect.at), node: effect.node });
        break;
      case "command": {
        const { method, params, node, refused, approval } = effect;
        const to = effect.to && (effect.to.type === "named" ? effect.to.name : selected(effect.to));
        commands.push({ device, method, params, to, approval, refused, at: iso(effect.at), node });
        break;
      }
      case "notify": {
        const { channel, title, text, node } = effect;
        notifications.push({ device, channel, title, text, at: iso(effect.at), node });
        break;
      }
      case "point": {
        const { measurement, tags, fields } = effect;
        points.push({ device, measurement, tags, fields, at: iso(effect.ts) });
        break;
      }
      case "dead-letter": {
        const { reason, message, node } = effect;
        deadLetters.push({ device, reason, message, node, at: iso(effect.at) });
        break;
      }
      case "attributes":
      case "replayed":
      case "compared":
        break;
      default:
        effect satisfies never;
    }
  }
  const others = reached(flow, around.flows).map(({ definition }) => definition);
  return {
    alarms,
    commands,
    results: resultsOf([flow, ...others], steps),
    notifications,
    points,
    deadLetters,
  };
}

const selected = ({ type: _, ...rest }: CommandTarget) => rest;

/** What left command nodes with an outcome, in order. */
function resultsOf(flows: readonly Flow[], steps: TryResult["steps"]) {
  const senders = new Set(
    flows.flatMap(({ id, nodes }) =>
      nodes.filter(({ kind }) => kind === "command").map((node) => `${id}/${node.id}`),
    ),
  );
  return steps
    .filter(({ flow, node }) => senders.has(`${flow}/${node}`))
    .flatMap(({ node, out }) =>
      out
        .filter(([output]) => output !== "sent")
        .map(([output, { device, ts, values }]) => {
          const { method, state, answer, reason } = values.command as Values;
          return { device: device.id, node, output, method, state, answer, reason, at: iso(ts) };
        }),
    );
}

const iso = (ms: number) => new Date(ms).toISOString();
