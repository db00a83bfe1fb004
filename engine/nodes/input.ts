import * as z from "zod";
import { messageTypes } from "../model/message.ts";
import { listed } from "./field.ts";
import { defineKind, type Step } from "./kind.ts";

const configSchema = z.strictObject({
  profiles: z
    .array(z.string().min(1, "must not be empty; name a device profile").max(64))
    .max(100)
    .optional()
    .meta({ title: "Device profiles", description: "Take messages of these profiles only; none means all" }),
  types: z
    .array(z.enum(messageTypes))
    .min(1, "must name at least one: telemetry or attributes")
    .default(["telemetry"])
    .meta({
      title: "Message types",
      description: "Readings (telemetry), or what devices report about themselves",
    }),
  from: z.enum(["devices", "flows", "both"]).default("devices").meta({
    title: "Messages from",
    description: "Devices themselves, other flows that hand messages to this one, or both",
  }),
});

const nothing: Step = {};

/** Starts a flow: lets in the messages of chosen device profiles and types. */
export const input = defineKind({
  kind: "input",
  version: 1,
  title: "Input",
  group: "Input",
  icon: "login-2",
  summary: "Starts a flow with the messages of chosen devices.",
  help: `Every flow begins here. Each message of a device whose profile is in the list enters the flow; without a list, the
messages of all devices do.

Choose **telemetry** for readings, **attributes** for what devices report about themselves, such as a firmware version.

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
  describe({ profiles, types, from }) {
    const by = { devices: "", flows: ", by way of other flows", both: ", also by way of other flows" }[from];
    return `${types.join(" and ")} of ${profiles?.length ? listed(profiles) : "all devices"}${by}`;
  },
  create({ profiles, types, from }) {
    const wanted = profiles?.length ? new Set(profiles) : undefined;
    const [isDirect, isHanded] = [from !== "flows", from !== "devices"];
    return {
      evaluate(message) {
        if (!(message.via === undefined ? isDirect : isHanded)) return nothing;
        if (!types.includes(message.type)) return nothing;
        if (wanted && !wanted.has(message.device.profile)) return nothing;
        return { out: [["out", message]] };
      },
    };
  },
  examples: [
    {
      title: "without a list, every device's readings come in",
      config: {},
      given: [{ at: 1000, values: { speed: 52 } }],
      expect: { out: [["out", { speed: 52 }]] },
    },
    {
      title: "only loop detectors come in",
      config: { profiles: ["loop-detector"] },
      given: [
        { at: 1000, values: { speed: 52 }, device: { profile: "loop-detector" } },
        { at: 2000, values: { temperature: -18 }, device: { profile: "freezer" } },
      ],
      expect: { out: [["out", { speed: 52 }]] },
    },
    {
      title: "a flow that is there for other flows takes nothing from devices themselves",
      config: { from: "flows" },
      given: [
        { at: 1000, values: { speed: 52 }, via: "congestion" },
        { at: 2000, values: { speed: 53 } },
      ],
      expect: { out: [["out", { speed: 52 }]] },
    },
    {
      title: "readings stay out where only attributes are asked for",
      config: { types: ["attributes"] },
      given: [{ at: 1000, values: { speed: 52 } }],
      expect: { out: [] },
    },
  ],
});
