import * as z from "zod";
import { identifier } from "../model/flow.ts";
import { maxExpressionLength } from "../rules/expression.ts";
import { defineKind } from "./kind.ts";
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

/** Tells people or other systems by a channel. */
export const notify = defineKind({
  kind: "notify",
  version: 1,
  title: "Notify",
  group: "Act",
  icon: "bell",
  summary: "Tells people or other systems, by e-mail or webhook.",
  help: `Every message that arrives here sends one notification, so put this node behind *raised* of an *alert*, and a *throttle* before it
where there may be many. The **channel** names where it goes: an e-mail server with its receivers, or a webhook. Channels and their
passwords are kept apart from flows; a flow names them only.

**Title** and **text** are sent as they are written, or calculated where they begin with **=**. With them go the device, the time, the
alarm that was raised on the way, and the fields of the message; infinite numbers among these become null.

When an expression needs a field that is **missing**, **null** or of the **wrong type**, or gives no text of 1 to ${maxTitle} (title) or ${maxText}
characters, nothing is sent and the message becomes a dead letter. Numbers and true/false become text.

A notification is sent once the message is safely taken. A receiver that does not answer is tried again, for about two hours;
then the notification becomes a dead letter that says why. It may come twice when a process ends just after sending; both carry the same
\`Idempotency-Key\` (webhook) or \`Message-ID\` (e-mail).

The message ends here.`,
  outputs: [],
  config: configSchema,
  describe: ({ channel, title }) => `${shownSetting(title)} to ${channel}`,
  create({ channel, title, text }) {
    const titleOf = compileText("title", title, { max: maxTitle });
    const textOf = compileText("text", text, { max: maxText });
    return {
      evaluate(message) {
        const values = storableValues(message.values);
        const oneLine = titleOf(message).replaceAll(/[\r\n]+/g, " ");
        return { wishes: [{ type: "notify", channel, title: oneLine, text: textOf(message), values }] };
      },
    };
  },
  examples: [
    {
      title: "the people on duty are told of a room that is too warm",
      config: {
        channel: "on-duty",
        title: '="Too warm: " + device.name',
        text: '="It is " + string(temperature) + " °C, at most " + string(device.attributes.limit) + " are right."',
      },
      given: [
        { at: 1000, values: { temperature: -12 }, device: { name: "Room B2", attributes: { limit: -18 } } },
      ],
      expect: {
        wishes: [
          {
            type: "notify",
            channel: "on-duty",
            title: "Too warm: Room B2",
            text: "It is -12 °C, at most -18 are right.",
            values: { temperature: -12 },
          },
        ],
      },
    },
    {
      title: "a text that is always the same",
      config: { channel: "workshop", title: "Pump stands still", text: "Look at its fuse." },
      given: [{ at: 1000, values: { rpm: 0 } }],
      expect: {
        wishes: [
          { type: "notify", channel: "workshop", title: "Pump stands still", text: "Look at its fuse." },
        ],
      },
    },
    {
      title: "a title stays one line, whatever a device sends",
      config: { channel: "workshop", title: "=fault", text: "=fault" },
      given: [{ at: 1000, values: { fault: "E7\nBcc: x" } }],
      expect: {
        wishes: [
          {
            type: "notify",
            channel: "workshop",
            title: "E7 Bcc: x",
            text: "E7\nBcc: x",
            values: { fault: "E7\nBcc: x" },
          },
        ],
      },
    },
  ],
});
