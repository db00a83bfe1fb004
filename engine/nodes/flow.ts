import * as z from "zod";
import { identifier } from "../model/flow.ts";
import { defineKind } from "./kind.ts";

const configSchema = z.strictObject({
  flow: identifier.meta({
    title: "Flow",
    description: "The flow that takes the messages; its input must take messages from flows",
    widget: "flow",
  }),
});

/** Hands messages to another flow. */
export const flow = defineKind({
  kind: "flow",
  version: 1,
  title: "Flow",
  group: "Act",
  icon: "sitemap",
  summary: "Hands messages to another flow, so that rules which several flows share are written once.",
  help: `The message goes into every *input* of the other flow whose *messages from* is set to **flows** or **both**, and which takes
the device's profile and the type of the message. There it runs as the other flow's: its alarms, points and commands
carry the other flow's name and version, and what its nodes remember of the device belongs to it. When it is through, the
message goes on here by **out**, as it came.

- The version that runs is the one that is **deployed**. Deploy the other flow first; while this flow hands messages to it,
  it cannot be switched off, nor replaced by a version that takes none.
- Flows that hand messages to one another **in a circle** are refused when they are checked and when they are deployed.
- A device's message that the other flow also takes from the device itself is seen there twice. Set its input to *flows* to
  have it take only what is handed over.
- Behind a node that **groups** by something else than the device, messages come from no device, so they cannot be handed to a flow
  that sends commands.
- Where the other flow does not run all the same, the message becomes a dead letter and ends here; a replay of it goes on from here.

The fields are not looked at: missing, null, wrong-typed and infinite values pass as they are. The node remembers nothing.`,
  handsTo: "flow",
  outputs: [{ name: "out", title: "Afterwards" }],
  config: configSchema,
  describe: ({ flow }) => `to ${flow}`,
  create: () => ({ evaluate: (message) => ({ handOver: message, out: [["out", message]] }) }),
  examples: [
    {
      title: "a reading goes into the flow that checks all pumps, and then on",
      config: { flow: "pump-check" },
      given: [{ at: 1000, values: { pressure: 4.2 } }],
      expect: { handed: [{ pressure: 4.2 }], out: [["out", { pressure: 4.2 }]] },
    },
    {
      title: "messages are handed over in their order",
      config: { flow: "escalate" },
      given: [
        { at: 1000, values: { level: 3 } },
        { at: 2000, values: { level: 4 } },
      ],
      expect: {
        handed: [{ level: 3 }, { level: 4 }],
        out: [
          ["out", { level: 3 }],
          ["out", { level: 4 }],
        ],
      },
    },
    {
      title: "what is missing or null is handed over as it is",
      config: { flow: "pump-check" },
      given: [{ at: 1000, values: { pressure: null } }],
      expect: { handed: [{ pressure: null }], out: [["out", { pressure: null }]] },
    },
  ],
});
