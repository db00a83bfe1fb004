import * as z from "zod";
import { type MessageType, messageTypes } from "../model/message.ts";
import { compileCondition } from "../rules/compile-condition.ts";
import { conditionSchema } from "../rules/condition.ts";
import { describeCondition } from "../rules/describe-condition.ts";
import { listed } from "./field.ts";
import { inputExamples } from "./input-examples.ts";
import { defineKind, type Step } from "./kind.ts";

const configSchema = z.strictObject({
  profiles: z
    .array(z.string().min(1, "must not be empty; name a device profile").max(64))
    .max(100)
    .optional()
    .meta({ title: "Device profiles", description: "Take messages of these profiles only; none means all" }),
  types: z
    .array(z.enum(messageTypes))
    .min(1, `must name at least one of ${messageTypes.join(", ")}`)
    .default(["telemetry"])
    .meta({
      title: "Message types",
      description:
        "Readings (telemetry), what devices report about themselves (attributes), or what happens to them",
    }),
  when: conditionSchema.optional().meta({
    title: "When the device",
    description: "A condition over the attributes of the device; left out: any",
    widget: "condition",
    names: "attributes",
  }),
  from: z.enum(["devices", "flows", "both"]).default("devices").meta({
    title: "Messages from",
    description: "Devices themselves, other flows that hand messages to this one, or both",
  }),
});

const words: Record<MessageType, string> = {
  telemetry: "telemetry",
  attributes: "attributes",
  connected: "connecting",
  disconnected: "disconnecting",
  "command-result": "results of commands",
  "alarm-change": "changes of alarms",
};
const ways = { devices: "", flows: ", by way of other flows", both: ", also by way of other flows" };
const nothing: Step = {};

/** Starts a flow: lets in the messages of chosen devices and types. */
export const input = defineKind({
  kind: "input",
  version: 1,
  title: "Input",
  group: "Input",
  icon: "login-2",
  summary: "Starts a flow with the messages of chosen devices.",
  help: `Every flow begins here. Each message of a device whose profile is in the list, and whose attributes meet the condition,
enters the flow; without a list and a condition, the messages of all devices do.

Choose by type what a message is:

- **telemetry**: a reading, with its fields as the device sent them.
- **attributes**: what a device reports about itself, such as a firmware version.
- **connected**: the first MQTT connection of a device opened, with \`protocol\`; **disconnected**: its last one ended, with
  \`connectedMs\` too.
- **command-result**: a command of the device came to its end, whoever sent it, with \`state\`, \`method\`, \`params\`, \`answer\`,
  \`reason\`, \`id\`, \`flow\` and \`node\`.
- **alarm-change**: an alarm of the device changed, with \`change\` (raised, updated, acknowledged, cleared), \`alarm\`, \`severity\`,
  \`status\`, \`acknowledged\`, \`details\`, \`alarmId\`, \`flow\` and \`node\`. That of a key, such as a road, comes from the key: it has
  no profile, and one attribute, what was grouped by.

What happens to a device takes its place between its readings when it has happened, once. A flow does not see the ends of its own
commands, nor the changes that it made to alarms itself: use the outputs of its *command* and *alert* nodes. What an operator
did, it sees. Two flows that answer each other's alarms and commands can go on for ever; let a condition end it.

Devices that speak CoAP or HTTP have no connection; use *absence* to notice that they fall silent. When a whole server dies, the
end of its connections is told by nobody.

The **condition** sees the attributes of the device as they were with its last change. An attribute that is **missing**, **null** or of
the **wrong type** meets no comparison but *is not*, and the message stays out.

Set *messages from* to **flows**, and the flow takes only what other flows hand to it by a node of the kind *flow*: rules that several
flows share are then written once. **Both** takes messages either way; a device's message that also comes by way of another flow is
then seen twice.

The message is not looked into: missing, empty, odd or infinite fields pass as they are. Put a *filter* behind the input to keep
only readings that make sense.`,
  source: true,
  outputs: [{ name: "out", title: "Messages" }],
  config: configSchema,
  fields({ profiles = [], types, from }) {
    const isPayload = from === "devices" && types.every((type) => type === "telemetry");
    return { out: [isPayload ? { payloadOf: profiles } : { unknown: true }] };
  },
  takesHanded: ({ from }) => from !== "devices",
  describe({ profiles, types, when, from }) {
    const what = types.map((type) => words[type]).join(" and ");
    const where = when ? ` where ${describeCondition(when)}` : "";
    return `${what} of ${profiles?.length ? listed(profiles) : "all devices"}${where}${ways[from]}`;
  },
  create({ profiles, types, when, from }) {
    const wanted = profiles?.length ? new Set(profiles) : undefined;
    const holds = when && compileCondition(when);
    const [isDirect, isHanded] = [from !== "flows", from !== "devices"];
    return {
      evaluate(message) {
        if (!(message.via === undefined ? isDirect : isHanded)) return nothing;
        if (!types.includes(message.type)) return nothing;
        if (wanted && !wanted.has(message.device.profile)) return nothing;
        if (holds && !holds(message.device.attributes)) return nothing;
        return { out: [["out", message]] };
      },
    };
  },
  examples: inputExamples,
});
