import type { ComparedThing, Told } from "../model/candidate.ts";
import type { Effect } from "../model/effect.ts";

/** What a version did to a device, as it is compared. */
export interface Deed extends Told {
  device: string;
  what: ComparedThing;
  /** The alarm, the command's method, the channel, or the node that failed. */
  subject: string;
}

const maxContentChars = 200;

/**
 * What the effects of an entry did, without those that are not compared. `tick`: the time of the tick that they came by: a
 * message that a node let go by it has its old time, but nothing was done before.
 */
export function deedsOf(effects: readonly Effect[], tick = 0): Deed[] {
  return effects.flatMap((effect) => {
    const deed = deedOf(effect);
    if (!deed || !("node" in effect) || effect.node === undefined) return [];
    const [what, subject, content] = deed;
    const { device, node } = effect;
    const at = Math.max(effect.at, tick);
    return [{ device, what, subject, at, node, ...(content !== undefined && { content: cut(content) }) }];
  });
}

function deedOf(effect: Effect): [what: ComparedThing, subject: string, content?: string] | undefined {
  switch (effect.type) {
    case "raise":
      return ["raised", effect.alarm, effect.severity];
    case "update":
      return ["updated", effect.alarm, effect.severity];
    case "clear":
      return ["cleared", effect.alarm];
    case "command":
      return ["command", effect.method, JSON.stringify(effect.params)];
    case "notify":
      return ["notified", effect.channel, effect.title];
    case "dead-letter":
      return ["failed", effect.node ?? "", effect.message];
    case "forward":
    case "attributes":
    case "replayed":
    case "compared":
      return undefined;
    default:
      throw effect satisfies never;
  }
}

const cut = (text: string) =>
  text.length > maxContentChars ? `${text.slice(0, maxContentChars - 3)}...` : text;
