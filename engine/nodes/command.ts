import type { Wish } from "../model/effect.ts";
import type { Message } from "../model/message.ts";
import type { Value, Values } from "../model/value.ts";
import { compileCondition } from "../rules/compile-condition.ts";
import { describeCondition } from "../rules/describe-condition.ts";
import { parseDuration } from "../rules/duration.ts";
import { isKey } from "./by.ts";
import { commandExamples } from "./command-examples.ts";
import { confirm, expire, follow, nothingYet, onward, settle, stepOf, type Waiting } from "./command-open.ts";
import { compileParams } from "./command-params.ts";
import { type CommandConfig, commandConfig, confirmationOf } from "./command-settings.ts";
import { compileTarget, type Found, shownTarget } from "./command-target.ts";
import { hold } from "./held.ts";
import { defineKind, type Explained, type Node, type Step } from "./kind.ts";
import { scopeOf } from "./scope.ts";
import { compileText } from "./setting.ts";

/** What the registry may take beyond timeouts and time to live, before the node gives a command up by itself. */
const graceMs = 60_000;

/** How the command ended. */
const outcome = { adds: [{ name: "command", type: "object" }] } as const;

const commandRemarks = {
  sends: "it asks for {method}",
  refused: "{method} is not sent: {reason}",
  ended: "the command {method} ended: {state}",
  endedBecause: "the command {method} ended: {state}, {reason}",
} as const;

/** Sends a command to a device, and goes on with what comes of it. */
export const command = defineKind({
  kind: "command",
  version: 1,
  title: "Command",
  group: "Act",
  icon: "transfer-in",
  summary:
    "Sends a command to the device that the message came from, or to others, and goes on with how it ended.",
  help: `Every message that arrives here sends one command, so put this node behind *raised* of an *alert* or behind a
*filter*.

- **sent**: the message goes on by it at once; with *approval*, when a person has approved.
- **succeeded**: the device answered and, with *confirmation*, a later reading has confirmed it.
- **failed**: it answered with an error, did not answer in time, stayed away, was refused or rejected, or was not confirmed.

By *succeeded* and *failed* the message leaves with its fields as they were, at the time of the outcome, with the field
\`command\`: \`state\` (succeeded, failed, timed_out, expired, rejected), \`method\`, \`answer\`, \`reason\`, \`id\`, \`device\` and
\`deviceName\`, such as \`command.answer.speed\` in an expression. A command that goes to several devices has an outcome for each.

Behind a node that groups by something else than the device, messages come from no device, so the command needs other recipients there:
a selection; those with the same value of what was grouped by, such as all signs of a *road*; or the one that it names. A confirmation has no
device to wait for. What comes from a key all the same, such as an alarm of a road, leaves by *failed*.

**Method** and **parameters** are sent as they are written. A text that begins with **=** is calculated for each message: \`=40\`,
\`=speed / 3.6\`, \`=device.attributes.limit\`. Expressions see the fields of the message, \`device\` (id, name, profile,
attributes) and \`ts\` (ms). When a field that an expression needs is **missing**, **null** or of the **wrong type**, or it gives no
finite number, nothing is sent and the message becomes a dead letter that names the field.

- **Recipients**: the device itself; the one whose name stands in its attribute; those with the same value of an attribute, itself
  among them; or a selection by profile and attribute. Attributes are compared by value and type. An attribute that is
  **missing**, **null** or of the **wrong type**, and a choice that no device or more than 1,000 meet, fails, and nothing is sent.
- **Retries**: without an answer within the timeout it is sent again under the same id, so a device can tell that it had it
  already.
- **Interlock**: must hold when the message arrives, or nothing is sent and the message leaves by *failed*; \`command.reason\` and
  the list of commands say what was in the way. The condition sees the message's fields and the attributes of the device that
  the message came from; a field wins over an attribute of the same name. What is **missing**,
  **null** or of the **wrong type** meets no comparison but *is not*.
- **Approval**: the command waits in the list of commands until somebody approves or rejects it; at the end of its time to
  live it expires.
- **Confirmation**: readings of the device that the message came from, wherever they go in the flow, that come after the answer
  and are later by their own time than the message. One that meets the condition makes it *succeeded*; when none has come in
  time, *failed*. The fields of the message that asked for it are called \`before.\` and their name. What is **missing**,
  **null** or of the **wrong type** does not confirm; a text that reads as a number and **infinite** numbers are compared as numbers.
- **Idempotency key**: a device gets one command of this node for each value. A message whose key was used before ends here.

Of a device 50 commands are followed, with 64 KiB of messages; beyond that the oldest leave by *failed*. Of one command the
confirmations of 100 devices are waited for, without their answers where these are longer than 1,024 characters. The last 50 keys
are remembered here, all in the registry.`,
  remembers: {
    "q.*.h.v": "Message that asked for it",
    "q.*.h.i": "",
    "q.*.h.t": "Its own time",
    "q.*.h.a": "It arrived",
    "q.*.h.y": "",
    "q.*.r": "",
    "q.*.d": "Given up at",
    "q.*.l": "Results to come",
    "q.*.c.*.1": "To be confirmed until",
    "q.*.c": "",
    k: "Key used",
  },
  remarks: commandRemarks,
  outputs: [
    { name: "sent", title: "Sent" },
    { name: "succeeded", title: "Succeeded" },
    { name: "failed", title: "Failed" },
  ],
  config: commandConfig,
  needsDevice(config, by) {
    const { who = "originator", attribute } = config.to ?? {};
    if (confirmationOf(config)) return "Take out its confirmation, which waits for readings of that device";
    const isOf = who === "originator" || ((who === "named" || who === "related") && attribute !== by);
    return isOf ? `Choose other recipients, such as the devices with the same ${by}` : undefined;
  },
  memory: () => true,
  fields: ({ approval }) => ({
    ...(approval && { sent: [outcome] }),
    succeeded: [outcome],
    failed: [outcome],
  }),
  describe(config) {
    const { method, params, to, approval } = config;
    const confirm = confirmationOf(config);
    const values = Object.entries(params).map(([name, value]) => `${name} ${shown(value)}`);
    const what = values.length > 0 ? `${shown(method)}: ${values.join(", ")}` : shown(method);
    const confirmed = confirm ? `, until ${describeCondition(confirm.when)} within ${confirm.within}` : "";
    return `${what}${shownTarget(to)}${approval ? ", once approved" : ""}${confirmed}`;
  },
  create: createCommand,
  examples: commandExamples,
});

function createCommand(config: CommandConfig): Node {
  const { params, retries, approval, interlock } = config;
  const methodOf = compileText("method", config.method, { max: 128 });
  const paramsOf = compileParams(params, "params");
  const targetOf = compileTarget(config.to);
  const keyOf = config.key === undefined ? undefined : compileText("key", config.key, { max: 128 });
  const timeoutMs = parseDuration(config.timeout);
  const ttlMs = parseDuration(config.ttl);
  const lockOf = interlock && compileCondition(interlock);
  const confirmation = confirmationOf(config);
  const confirms = confirmation && compileCondition(confirmation.when);
  const confirmMs = confirmation && parseDuration(confirmation.within);
  const unconfirmed =
    confirmation &&
    `Not confirmed within ${confirmation.within}: no reading said that ${short(describeCondition(confirmation.when), 500)}.`;

  /** Why the command must not be sent. */
  const inTheWay = ({ values, device }: Message): string | undefined => {
    if (!lockOf || !interlock) return undefined;
    const seen: Values = Object.assign({}, device.attributes, values);
    return lockOf(seen)
      ? undefined
      : `Interlock: ${short(describeCondition(interlock), 500)} does not hold. ${told(interlock, seen)}`;
  };

  return {
    evaluate(message, state) {
      const waiting = (state ?? nothingYet) as Waiting;
      const key = keyOf?.(message);
      if (key !== undefined && waiting.k?.includes(key)) return {};
      const method = methodOf(message);
      const calculated = typeof paramsOf === "function" ? paramsOf(scopeOf(message, message.values)) : params;
      const wish: Extract<Wish, { type: "command" }> = {
        type: "command",
        method,
        params: calculated,
        timeoutMs,
        ttlMs,
      };
      const found = targetOf(message);
      const refused =
        noDevice(message, found) ?? inTheWay(message) ?? ("refused" in found ? found.refused : undefined);
      if (refused !== undefined) return refusal(message, wish, refused);

      const until = message.arrivedAt + ttlMs + (retries + 1) * timeoutMs + graceMs;
      const { ref, next, out } = follow(waiting, message, { until, key, method });
      wish.ref = ref;
      if ("to" in found && found.to) wish.to = found.to;
      if (retries > 0) wish.retries = retries;
      if (key !== undefined) wish.key = key;
      if (approval) wish.approval = true;
      else out.push(["sent", message]);
      return { ...stepOf(next, out), wishes: [wish] };
    },
    result(result, at, device, state) {
      const { next, out } = settle((state ?? nothingYet) as Waiting, result, at, device, confirmMs);
      return stepOf(next, out);
    },
    watch(message, state) {
      const waiting = (state ?? nothingYet) as Waiting;
      if (!confirms || unconfirmed === undefined) return { watches: false };
      const { next, out } = confirm(waiting, message, confirms, unconfirmed);
      return next === waiting ? {} : stepOf(next, out);
    },
    tick(now, device, state) {
      const { next, out } = expire(
        (state ?? nothingYet) as Waiting,
        now,
        device,
        unconfirmed ?? "Not confirmed.",
      );
      return stepOf(next, out);
    },
    explain({ result, state, wish }) {
      if (wish?.type === "command") return explainSending(wish);
      if (!result) return {};
      const asked = ((state ?? nothingYet) as Waiting).q.find(({ r }) => r === result.ref)?.h;
      const { method = "", reason = null } = result.command;
      const said = { method, state: result.state, reason: reason ?? "" };
      const text = reason === null ? commandRemarks.ended : commandRemarks.endedBecause;
      return {
        reasons: [{ text, with: said }],
        messages: asked ? [{ id: asked.i, ts: asked.t, values: asked.v }] : [],
      };
    },
  };
}

/** Alarms of keys come to inputs, too; nothing tells them from those of devices before. */
function noDevice({ device }: Message, found: Found): string | undefined {
  if (!isKey(device.id) || !("to" in found) || found.to) return undefined;
  return `The message comes from "${device.name}", which is no device. Choose other recipients.`;
}

function explainSending({ method, params, refused }: Extract<Wish, { type: "command" }>): Explained {
  const isMap = typeof params === "object" && params !== null && !Array.isArray(params);
  const reasons =
    refused === undefined
      ? [{ text: commandRemarks.sends, with: { method } }]
      : [{ text: commandRemarks.refused, with: { method, reason: refused } }];
  return { reasons, values: isMap ? params : {} };
}

function refusal(message: Message, wish: Extract<Wish, { type: "command" }>, reason: string): Step {
  const given = { method: wish.method, state: "failed", reason };
  const out = onward(hold(message), message.arrivedAt, message.device, given);
  return { wishes: [{ ...wish, refused: reason }], out: [["failed", { ...out, ts: message.ts }]] };
}

/** The values that the condition looked at: "Now: door "open", mode nothing." */
function told(condition: object, seen: Values): string {
  const names = new Set<string>();
  const collect = (part: unknown) => {
    if (Array.isArray(part)) return part.forEach(collect);
    if (typeof part !== "object" || part === null) return;
    if ("fact" in part && typeof part.fact === "string") names.add(part.fact);
    Object.values(part).forEach(collect);
  };
  collect(condition);
  const shown = [...names].slice(0, 10).map((name) => {
    const value = Object.hasOwn(seen, name) ? JSON.stringify(seen[name]) : "nothing";
    return `${short(name, 60)} ${short(value, 60)}`;
  });
  return shown.length > 0 ? `Now: ${shown.join(", ")}.` : "";
}

const short = (text: string, max: number) => (text.length > max ? `${text.slice(0, max - 3)}...` : text);

function shown(value: Value): string {
  return typeof value === "string" ? value.replace(/^=/, "") : JSON.stringify(value);
}
