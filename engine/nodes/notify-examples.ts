import type { Example } from "./kind.ts";

export const notifyExamples: readonly Example[] = [
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
  {
    title: "when the receiver has it the message goes on, and also when it was given up",
    config: { channel: "on-duty", title: "Pump stands still", text: "Look at its fuse." },
    given: [
      { at: 1000, values: { rpm: 0 } },
      { at: 2000, values: { rpm: 1 } },
      {
        at: 5000,
        notification: 1,
        state: "succeeded",
        told: { channel: "on-duty", state: "sent", reason: null },
      },
      {
        at: 9000,
        notification: 2,
        state: "failed",
        told: { channel: "on-duty", state: "failed", reason: "the receiver answered 404" },
      },
    ],
    expect: {
      wishes: [{ ref: "0:1/0" }, { ref: "0:2/0" }],
      out: [
        ["sent", { rpm: 0, notification: { channel: "on-duty", state: "sent", reason: null } }],
        [
          "failed",
          {
            rpm: 1,
            notification: { channel: "on-duty", state: "failed", reason: "the receiver answered 404" },
          },
        ],
      ],
    },
  },
  {
    title: "a notification that nothing is heard of has failed after four hours",
    config: { channel: "workshop", title: "Pump stands still", text: "Look at its fuse." },
    given: [{ at: 0, values: { rpm: 0 } }, { tick: 14_400_000 }],
    expect: {
      wishes: [{ channel: "workshop" }],
      out: [
        [
          "failed",
          {
            rpm: 0,
            notification: {
              channel: "workshop",
              state: "failed",
              reason: "Nothing was heard of it in time.",
            },
          },
        ],
      ],
    },
  },
];
