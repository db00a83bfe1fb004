import * as z from "zod";
import { identifier } from "../model/flow.ts";
import { maxExpressionLength } from "../rules/expression.ts";
import { defineKind } from "./kind.ts";
import { notifyExamples } from "./notify-examples.ts";
import { expire, follow, type OnTheirWay, settle, stepOf } from "./notify-open.ts";
import { storableValues } from "./number.ts";
import { compileText, shownSetting, textOrExpression } from "./setting.ts";

const maxTitle = 200;
const maxText = 5000;

const configSchema = z.strictObject({
  channel: identifier.meta({
    title: "Channel",
    description: "Where the notification goes; channels are set up apart from flows",
    widget: "channel",
  }),
  title: textOrExpression({ max: maxExpressionLength }).meta({
    title: "Title",
    description: 'One line, such as Pump too hot, or ="Too hot: " + device.name',
    widget: "textOrExpression",
  }),
  text: textOrExpression({ max: maxExpressionLength }).meta({
    title: "Text",
    description: 'What to say, such as ="It is " + string(temperature) + " °C"',
    widget: "textOrExpression",
  }),
});

/** What came of it. */
const outcome = { adds: [{ name: "notification", type: "object" }] } as const;

/** Tells people or other systems by a channel. */
export const notify = defineKind({
  kind: "notify",
  version: 1,
  title: "Notify",
  group: "Act",
  icon: "send",
  summary: "Tells people or other systems, by e-mail, webhook or MQTT, and goes on with what came of it.",
  help: `Every message that arrives here sends one notification, so put this node behind *raised* of an *alert*, and a *throttle* before it
where there may be many. The **channel** names where it goes: an e-mail server with its receivers, a webhook, or a topic of an MQTT broker. Channels and their
passwords are kept apart from flows; a flow names them only.

**Title** and **text** are sent as they are written, or calculated where they begin with **=**. With them go the device, the time, the
alarm that was raised on the way, and the fields of the message; infinite numbers among these become null.

When an expression needs a field that is **missing**, **null** or of the **wrong type**, or gives no text of 1 to ${maxTitle} (title) or ${maxText}
characters, nothing is sent and the message becomes a dead letter. Numbers and true/false become text.

A notification is sent once the message is safely taken. A receiver that does not answer is tried again, for about two hours;
then the notification becomes a dead letter that says why. It may come twice when a process ends just after sending; both carry the same
\`Idempotency-Key\` (webhook), \`Message-ID\` (e-mail) or \`id\` (MQTT).

The message waits here until then, and leaves with its fields as they were, at that time, and with the field \`notification\`: \`channel\`,
\`state\` (sent, failed) and \`reason\`.

- **sent**: the receiver has taken it: the mail server, the webhook, the broker. That somebody has read it is known to nobody.
- **failed**: it was refused or given up. Connect a second channel here, so that somebody is told all the same.

Of a device 50 notifications are followed, with 64 KiB of messages; beyond that the oldest leave by *failed* although they are still sent.
One that nothing is heard of for four hours leaves by *failed*.`,
  outputs: [
    { name: "sent", title: "Sent" },
    { name: "failed", title: "Failed" },
  ],
  remembers: {
    "*.c": "On its way by",
    "*.h.v": "Message that it tells of",
    "*.h.i": "",
    "*.h.t": "Its own time",
    "*.h.a": "It arrived",
    "*.h.y": "",
    "*.r": "",
    "*.d": "Given up at",
  },
  memory: () => true,
  fields: () => ({ sent: [outcome], failed: [outcome] }),
  config: configSchema,
  describe: ({ channel, title }) => `${shownSetting(title)} to ${channel}`,
  create({ channel, title, text }) {
    const titleOf = compileText("title", title, { max: maxTitle });
    const textOf = compileText("text", text, { max: maxText });
    return {
      evaluate(message, state) {
        const values = storableValues(message.values);
        const oneLine = titleOf(message).replaceAll(/[\r\n]+/g, " ");
        const told = { type: "notify", channel, title: oneLine, text: textOf(message), values } as const;
        const { ref, next, out } = follow((state ?? []) as OnTheirWay, message, channel);
        return { ...stepOf(next, out), wishes: [{ ...told, ref }] };
      },
      result: (result, at, device, state) => settle((state ?? []) as OnTheirWay, result, at, device),
      tick: (now, device, state) => expire((state ?? []) as OnTheirWay, now, device),
    };
  },
  examples: notifyExamples,
});
