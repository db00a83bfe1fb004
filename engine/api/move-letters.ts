import * as z from "zod";
import { placeBrought } from "../flow/brought.ts";
import { compilePlan } from "../flow/compile.ts";
import { unreadable } from "../flow/unreadable.ts";
import { type DeadLetter, deadLetterStates, isReplayable, resumesAtNode } from "../model/dead-letter.ts";
import type { Registry } from "../store/registry.ts";
import type { ApiParts } from "./parts.ts";
import { findVersion } from "./versions.ts";

export const filter = {
  state: z.enum(deadLetterStates).optional(),
  device: z.string().max(128).optional().meta({ description: "Id of a device" }),
  flow: z.string().max(64).optional().meta({ description: "Id of a flow" }),
  node: z.string().max(64).optional().meta({ description: "Id of a node; with flow" }),
  reason: z.string().max(64).optional().meta({ description: "A stable code" }),
};
export const selection = z
  .strictObject({
    ids: z.array(z.string().max(128)).min(1).max(500).optional(),
    filter: z.strictObject(filter).optional().meta({ description: "Instead of ids: those that are so now" }),
  })
  .refine(({ ids, filter }) => (ids === undefined) !== (filter === undefined), {
    path: ["ids"],
    message: "give either ids or a filter",
  });
export const chosenVersion = z.int().min(1).optional().meta({
  description:
    "Version of its flow in which it goes on from the node that failed; left out: the one that runs",
});
export const replaySelection = selection.safeExtend({
  flow: z
    .string()
    .max(64)
    .optional()
    .meta({ description: "Whose version it is; filter.flow where left out" }),
  version: chosenVersion,
});
const refusedSchema = z.object({ id: z.string(), message: z.string() });
type Refused = z.output<typeof refusedSchema>;
export const counted = z.object({
  count: z.int().meta({ description: "How many this request moved" }),
  refused: z.array(refusedSchema).meta({ description: "The first that cannot, and why" }),
  refusedCount: z.int(),
  more: z.boolean().meta({ description: "There are more than one request does: ask again" }),
});

const bulkPage = 200;
const mostPages = 25;
const refusedShown = 20;

/** Why a replay would be of no use; undefined when it may go. */
function obstacle(letter: DeadLetter): string | undefined {
  if (!isReplayable(letter))
    return "It is not a message of this device that a lane could take; it can only be discarded.";
  if (letter.type === null)
    return "It did not come as readings; edit it and say whether they are readings or attributes.";
  const { payload, raw = "", type } = letter;
  let text: string;
  try {
    text = payload ?? new TextDecoder("utf-8", { fatal: true }).decode(Buffer.from(raw, "base64"));
  } catch {
    return "Its bytes are not UTF-8 text; edit it first.";
  }
  const problem = unreadable(text, type, resumesAtNode(letter));
  return problem && `It would fail again: ${problem.message} Edit it first.`;
}

const movable = (letter: DeadLetter) => letter.state === "open" || letter.state === "discarded";

/** Moves a selection in pages, oldest first; a filter without a state means the open ones. */
export async function inBulk(
  { ids, filter }: z.output<typeof selection>,
  registry: Registry,
  move: (letters: DeadLetter[]) => Promise<{ count: number; refused: Refused[] }>,
) {
  const sum = { count: 0, refused: [] as Refused[], refusedCount: 0, more: false };
  const add = async (letters: DeadLetter[]) => {
    const { count, refused } = await move(letters);
    sum.count += count;
    sum.refusedCount += refused.length;
    sum.refused.push(...refused.slice(0, Math.max(0, refusedShown - sum.refused.length)));
  };
  if (ids) {
    await add(await registry.deadLettersById(ids));
    return sum;
  }
  let cursor: string | undefined;
  for (let page = 0; page < mostPages; page++) {
    const found = await registry.deadLetters({
      state: "open",
      ...filter,
      limit: bulkPage,
      oldest: true,
      ...(cursor && { cursor }),
    });
    await add(found.items);
    if (found.next === null) return sum;
    cursor = found.next;
  }
  return { ...sum, more: true };
}

/** A version of a flow for replays, and why a letter cannot go on in it. */
export interface Choice {
  version: number;
  unfit(letter: DeadLetter): string | undefined;
}

/** Throws where the flow has no such version. */
export async function choiceOf(flow: string, version: number, registry: Registry): Promise<Choice> {
  const found = await findVersion(registry, flow, version);
  const deployment = await registry.deployment();
  const plan = compilePlan([], { tables: deployment.tables });
  return {
    version,
    unfit(letter) {
      if (!resumesAtNode(letter))
        return "No flow has seen it yet, so it goes through all that run; replay it without a version.";
      if (letter.flow !== flow)
        return `It failed in flow "${letter.flow}", so a version of flow "${flow}" cannot take it.`;
      try {
        placeBrought(plan, found, letter.node!);
        return undefined;
      } catch (error) {
        return (error as Error).message;
      }
    },
  };
}

/** Sends on their way those that are not yet, unless they would fail for certain. */
export async function replayThese(letters: DeadLetter[], { registry, after }: ApiParts, choice?: Choice) {
  const refused: Refused[] = [];
  const ready: string[] = [];
  for (const letter of letters.filter(movable)) {
    const message = obstacle(letter) ?? choice?.unfit(letter);
    if (message) refused.push({ id: letter.id, message });
    else ready.push(letter.id);
  }
  const sent = await registry.replayDeadLetters(ready, choice?.version);
  if (sent.length > 0) await after.replaysAsked();
  return { count: sent.length, refused };
}

export async function discardThese(letters: DeadLetter[], registry: Registry) {
  const ids = await registry.discardDeadLetters(letters.map(({ id }) => id));
  return { count: ids.length, refused: [] };
}
