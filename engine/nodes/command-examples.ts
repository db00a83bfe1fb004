import type { Example } from "./kind.ts";

const fallen = {
  all: [{ fact: "temperature", operator: "lessThan", value: { fact: "before.temperature" } }],
};
const done = { id: 7, method: "fanOn", state: "succeeded", answer: { ok: true } };

const locked = (now: string) => ({
  method: "start",
  state: "failed",
  reason: `Interlock: door is "closed" and inService is true does not hold. Now: ${now}.`,
});

export const commandExamples: readonly Example[] = [
  {
    title: "a sign is told its limit",
    config: { method: "setLimit", params: { kmh: "=40" } },
    given: [{ at: 1000, values: { avgSpeed: 15 } }],
    expect: {
      out: [["sent", { avgSpeed: 15 }]],
      wishes: [
        { type: "command", method: "setLimit", params: { kmh: 40 }, timeoutMs: 10_000, ttlMs: 3_600_000 },
      ],
    },
  },
  {
    title: "method and parameters are calculated from the message and the device",
    config: {
      method: '=temperature > 0 ? "coolFast" : "cool"',
      params: {
        by: "=temperature - device.attributes.target",
        mode: "fast",
        zone: { name: "=device.name" },
      },
      ttl: "5m",
    },
    given: [
      { at: 1000, values: { temperature: -12 }, device: { name: "Room B2", attributes: { target: -18 } } },
    ],
    expect: {
      out: [["sent", { temperature: -12 }]],
      wishes: [
        {
          type: "command",
          method: "cool",
          params: { by: 6, mode: "fast", zone: { name: "Room B2" } },
          ttlMs: 300_000,
        },
      ],
    },
  },
  {
    title: "a command needs no parameters, and goes on with the device's answer",
    config: { method: "defrost", retries: 2 },
    given: [
      { at: 1000, values: { ice: true } },
      {
        at: 2500,
        command: 1,
        state: "succeeded",
        told: { id: 3, state: "succeeded", answer: { minutes: 4 } },
      },
    ],
    expect: {
      out: [
        ["sent", { ice: true }],
        ["succeeded", { ice: true, command: { id: 3, state: "succeeded", answer: { minutes: 4 } } }],
      ],
      wishes: [{ type: "command", method: "defrost", params: {}, retries: 2 }],
    },
  },
  {
    title: "no command goes out while the door is open or nobody knows; the reason goes on by failed",
    config: {
      method: "start",
      interlock: {
        all: [
          { fact: "door", operator: "equal", value: "closed" },
          { fact: "inService", operator: "equal", value: true },
        ],
      },
    },
    given: [
      { at: 1000, values: { door: "open" }, device: { attributes: { inService: true } } },
      { at: 2000, values: { door: null }, device: { attributes: { inService: true } } },
      { at: 3000, values: { door: "closed" }, device: { attributes: { inService: "true" } } },
    ],
    expect: {
      out: [
        ["failed", { door: "open", command: locked('door "open", inService true') }],
        ["failed", { door: null, command: locked("door null, inService true") }],
        ["failed", { door: "closed", command: locked('door "closed", inService "true"') }],
      ],
      wishes: [
        { type: "command", refused: locked('door "open", inService true').reason },
        { type: "command", refused: locked("door null, inService true").reason },
        { type: "command", refused: locked('door "closed", inService "true"').reason },
      ],
    },
  },
  {
    title: "a fan that did its part is confirmed by a lower temperature, and by nothing else",
    config: { method: "fanOn", confirm: { when: fallen, within: "5m" } },
    given: [
      { at: 0, values: { temperature: 24 } },
      { at: 1000, command: 1, state: "succeeded", told: done },
      { at: 60_000, values: { temperature: 24.5 }, passesBy: true },
      { at: 90_000, values: { temperature: null }, passesBy: true },
      { at: 120_000, values: { temperature: "cold" }, passesBy: true },
      { at: 150_000, values: { humidity: 40 }, passesBy: true },
      { at: 180_000, values: { temperature: 23.8 }, passesBy: true },
      { at: 240_000, values: { temperature: 23.1 }, passesBy: true },
      { tick: 400_000 },
    ],
    expect: {
      out: [
        ["sent", { temperature: 24 }],
        ["succeeded", { temperature: 24, command: done }],
      ],
      wishes: [{ type: "command", method: "fanOn" }],
    },
  },
  {
    title: "without a lower temperature in time the command has failed, although the fan did its part",
    config: { method: "fanOn", confirm: { when: fallen, within: "5m" } },
    given: [
      { at: 0, values: { temperature: 24 } },
      { at: 1000, command: 1, state: "succeeded", told: done },
      { at: 180_000, values: { temperature: 24.2 }, passesBy: true },
      { tick: 301_000 },
    ],
    expect: {
      out: [
        ["sent", { temperature: 24 }],
        [
          "failed",
          {
            temperature: 24,
            command: {
              ...done,
              state: "failed",
              reason:
                "Not confirmed within 5m: no reading said that temperature is below before.temperature.",
            },
          },
        ],
      ],
      wishes: [{ type: "command", method: "fanOn" }],
    },
  },
  {
    title: "an approved command is sent then, and a rejected one has failed",
    config: { method: "openGate", approval: true },
    given: [
      { at: 0, values: { level: 9 } },
      { at: 1000, values: { level: 10 } },
      { at: 5000, command: 1, state: "approved", told: { id: 1, state: "queued" } },
      {
        at: 6000,
        command: 2,
        state: "rejected",
        told: { id: 2, state: "rejected", reason: "People in the basin" },
      },
      { at: 7000, command: 1, state: "timed_out", told: { id: 1, state: "timed_out" } },
    ],
    expect: {
      out: [
        ["sent", { level: 9, command: { id: 1, state: "queued" } }],
        ["failed", { level: 10, command: { id: 2, state: "rejected", reason: "People in the basin" } }],
        ["failed", { level: 9, command: { id: 1, state: "timed_out" } }],
      ],
      wishes: [
        { type: "command", approval: true },
        { type: "command", approval: true },
      ],
    },
  },
  {
    title: "all fans of the zone are told; each has an outcome of its own",
    config: { method: "fanOn", to: { who: "related", attribute: "zone", profile: "fan" } },
    given: [
      { at: 0, values: { temperature: 24 }, device: { attributes: { zone: "B" } } },
      { at: 1000, command: 1, state: "succeeded", of: 2, told: { deviceName: "Fan 1" } },
      { at: 2000, command: 1, state: "failed", of: 2, told: { deviceName: "Fan 2" } },
    ],
    expect: {
      out: [
        ["sent", { temperature: 24 }],
        ["succeeded", { temperature: 24, command: { deviceName: "Fan 1" } }],
        ["failed", { temperature: 24, command: { deviceName: "Fan 2" } }],
      ],
      wishes: [
        { type: "command", to: { type: "selection", profile: "fan", attribute: "zone", equals: "B" } },
      ],
    },
  },
  {
    title: "the pump is named in an attribute; a device that names none sends nothing",
    config: { method: "stop", to: { who: "named", attribute: "pump" } },
    given: [
      { at: 0, values: { level: 9 }, device: { id: "a", attributes: { pump: "Pump 7" } } },
      { at: 0, values: { level: 9 }, device: { id: "b", attributes: { pump: 7 } } },
    ],
    expect: {
      out: [
        ["sent", { level: 9 }],
        [
          "failed",
          {
            level: 9,
            command: {
              method: "stop",
              state: "failed",
              reason: 'The attribute "pump" of the device holds no name of a device.',
            },
          },
        ],
      ],
      wishes: [
        { type: "command", to: { type: "named", name: "Pump 7" } },
        { type: "command", method: "stop" },
      ],
    },
  },
  {
    title: "one job is one command, however often it is asked for",
    config: { method: "run", key: "=job" },
    given: [
      { at: 0, values: { job: "J1" } },
      { at: 1000, values: { job: "J1" } },
      { at: 2000, values: { job: "J2" } },
    ],
    expect: {
      out: [
        ["sent", { job: "J1" }],
        ["sent", { job: "J2" }],
      ],
      wishes: [
        { type: "command", key: "J1" },
        { type: "command", key: "J2" },
      ],
    },
  },
  {
    title: "what nobody hears of is given up in the end",
    config: { method: "reboot", ttl: "1m", timeout: "10s" },
    given: [{ at: 0, values: { hung: true } }, { tick: 130_000 }],
    expect: {
      out: [
        ["sent", { hung: true }],
        [
          "failed",
          { hung: true, command: { state: "timed_out", reason: "Nothing was heard of it in time." } },
        ],
      ],
      wishes: [{ type: "command", method: "reboot" }],
    },
  },
];
