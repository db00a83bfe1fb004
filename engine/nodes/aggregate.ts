import { parseDuration } from "../rules/duration.ts";
import { aggregateExamples } from "./aggregate-examples.ts";
import { aggregateRemarks } from "./aggregate-explain.ts";
import { countWindows, slidingWindows } from "./aggregate-recent.ts";
import { sessionWindows } from "./aggregate-session.ts";
import { type AggregateConfig, aggregateConfig } from "./aggregate-settings.ts";
import { timeWindows } from "./aggregate-time.ts";
import { byHelp, shownBy } from "./by.ts";
import { silenceMs } from "./columns.ts";
import type { Added } from "./field-change.ts";
import { defineKind, type Node, type Step } from "./kind.ts";
import { openZone } from "./zone.ts";

/** Counts and averages over windows of event time. */
export const aggregate = defineKind({
  kind: "aggregate",
  version: 1,
  title: "Aggregate",
  group: "Transform",
  icon: "sum",
  summary: "Turns the messages of a time window into one: counts, sums, averages and extremes.",
  help: `Windows follow the **event time** of the messages. A window of 5m holds messages from 10:00:00.000 up to, not
including, 10:05:00.000. When it closes, one message leaves by **window** with the values asked for, \`windowStart\` and
\`windowEnd\` (ms) and \`windowCount\`, at the time of the window's end.

| kind of window | |
| --- | --- |
| **tumbling** | one after the other, beginning at whole multiples of their size in UTC. With a **time zone** they begin by the clock of that place: a day lasts from midnight to midnight, 23 or 25 hours where the clocks change; several days begin on a Monday. An hour the clock shows twice is one long hour |
| **hopping** | of one size, beginning more often: "the last hour, every 10 minutes". A message counts in each window that holds its time |
| **sliding** | ends at the newest message and reaches back by its size (the far end not included); a result leaves with every message |
| **session** | lasts while messages come less than **gap** apart, from the first message to the last |
| **count** | so many messages in the order they arrive, whatever their times |

A tumbling or hopping window closes when the device sends a message that is newer than its end by **lateness** or more, or, when
the device falls silent: about five seconds (and the lateness) after its end by the device's own clock. A session closes
likewise when the gap after its last message is over; a message between two open sessions joins them. A message for a window
that is closed, or older than a sliding window reaches, leaves by **late**, as it came.

- A field that is **missing**, **null** or **infinite** counts for no function.
- sum, avg, min, max, stddev, percentile and rate take **numbers** only; text and true/false do not count. count, distinct, first
  and last take any value.
- count without a field counts messages. count, sum, distinct and rate over nothing are 0; the others are left out of the result,
  and so is stddev over a single number. A sum beyond all numbers stays at the largest one.
- first and last go by event time.
- **stddev** is that of a sample (n - 1). **percentile** is within 1 % of the value of that rank (DDSketch); of one sign 512 steps
  are kept, beyond which the smallest are taken together. **distinct** counts up to 256 different values.
- **rate** is the sum of the field, or the number of messages, divided by the length of the window.
- **Early results** tell, with the first message after each such time, what the open windows hold so far, with \`windowEarly\`
  true. Rates in them are of the time so far.
- **Empty windows** leave only where asked for: between two messages, and while a device is silent, at most a hundred in a row.

${byHelp}
- The result carries the field it was grouped by. The windows of a key wait **five seconds** longer, beyond the lateness: messages of
  several devices come in any order. They close by the newest time that any of the devices sent (never beyond its arrival), so one that is
  slow, or whose clock is wrong, holds up nobody and is late by itself; or by the clock, at the same time, when all are silent.
- To know how many devices took part, have a *calculate* in front write \`device.name\` to a field, and count its *distinct* values.

**Bounds.** A device, or a key, can have 16 windows or sessions open (more by as many as overlap when hopping); beyond that the oldest
closes early. For the explanation of alarms a window remembers up to eight of its messages, spread evenly over it, with the fields
looked at. A sliding window keeps 300 messages and then forgets the oldest, and writes them anew with every message: use
hopping for many. Changing the settings of this node in a new version starts with empty windows.`,
  remembers: {
    d: "Windows are closed up to",
    l: "Delay of the newest message (ms)",
    "o.*.1": "Open window begins",
    "o.*.2": "Messages in it",
    "o.*.*": "Value in it",
    e: "Last early result",
    z: "Empty windows in a row",
    "q.*.1": "Message in the window",
    "q.*.*": "Its value",
    "s.1": "First message",
    "s.2": "Messages so far",
    "s.*": "Value so far",
    f: "",
  },
  remarks: aggregateRemarks,
  outputs: [
    { name: "window", title: "Closed window" },
    { name: "late", title: "Too late" },
  ],
  config: aggregateConfig,
  groupsBy: ({ by }) => by,
  memory: ({ window, values }) => [memoryOf(window), values.map(({ of, fn, as }) => ({ of, fn, as }))],
  fields: ({ values, window, by }) => ({
    window: [{ replaces: [...keyField(by), ...results(values, window.early !== undefined)] }],
  }),
  describe({ window, values, by }) {
    const { type, size, every, gap, count, zone } = window;
    const asked = values.map(({ fn, of, percentile }) => {
      const name = percentile === undefined ? fn : `${fn} ${percentile}`;
      return of ? `${name} of ${of}` : name;
    });
    const spans = {
      tumbling: `over ${size}${zone ? ` in ${zone}` : ""}`,
      hopping: `over ${size}, every ${every}`,
      sliding: `over the last ${size}`,
      session: `until a gap of ${gap}`,
      count: `over ${count} messages`,
    };
    return `${asked.join(", ")} ${spans[type]}${shownBy(by)}`;
  },
  create({ by, ...config }) {
    return by === "device" ? windowsOf(config, ofDevice) : named(windowsOf(config, ofKey), by);
  },
  examples: aggregateExamples,
});

/** How long a window waits beyond its end and the lateness: for newer messages, and for the clock. */
const ofDevice = { graceMs: 0, silenceMs };
/** Lanes and networks bring messages of several devices in any order, by as much. */
const ofKey = { graceMs: silenceMs, silenceMs: 0 };

type Config = Omit<AggregateConfig, "by">;

function windowsOf({ window, values: asked, lateness }: Config, waits: typeof ofDevice): Node {
  const { type, size = "1s", every, gap = "1s", count = 2, zone, early, empty } = window;
  const values = asked.map(({ percentile, ...it }) => ({ ...it, p: percentile }));
  const latenessMs = parseDuration(lateness) + waits.graceMs;
  const { silenceMs } = waits;
  const earlyMs = early === undefined ? undefined : parseDuration(early);
  switch (type) {
    case "tumbling":
    case "hopping":
      return timeWindows({
        sizeMs: parseDuration(size),
        latenessMs,
        silenceMs,
        values,
        earlyMs,
        hasEmpty: empty,
        ...(type === "hopping" && every !== undefined && { everyMs: parseDuration(every) }),
        ...(zone !== undefined && { zone: openZone(zone), zoneName: zone }),
      });
    case "sliding":
      return slidingWindows({ sizeMs: parseDuration(size), values });
    case "session":
      return sessionWindows({ gapMs: parseDuration(gap), latenessMs, silenceMs, earlyMs, values });
    case "count":
      return countWindows({ count, values });
    default:
      throw type satisfies never;
  }
}

/** What open windows depend on. How long they wait, and what leaves early, may change under them. */
function memoryOf({ type, size, every, gap, zone }: AggregateConfig["window"]) {
  if (type === "count") return [type];
  if (type === "session") return [type, gap];
  return type === "sliding" ? [type, size] : ["in turn", size, type === "hopping" ? every : undefined, zone];
}

/** Writes what the messages were grouped by into each result. */
function named(node: Node, by: string): Node {
  const name = ({ out, ...step }: Step): Step => ({
    ...step,
    ...(out && {
      out: out.map(([output, message]) => {
        if (output !== "window") return [output, message] as const;
        const values = Object.assign({ [by]: message.device.attributes[by]! }, message.values);
        return [output, { ...message, values }] as const;
      }),
    }),
  });
  return {
    evaluate: (message, state) => name(node.evaluate(message, state)),
    ...(node.tick && { tick: (now, device, state) => name(node.tick!(now, device, state)) }),
    ...(node.explain && { explain: (seen) => node.explain!(seen) }),
  };
}

/** What the messages were grouped by stands in each result. */
const keyField = (by: string): Added[] => (by === "device" ? [] : [{ name: by, like: by }]);

/** What every result of a window holds. */
function results(values: AggregateConfig["values"], hasEarly: boolean): Added[] {
  const number = "number" as const;
  return [
    ...values.map(({ of, fn, as }): Added => {
      if (fn === "first" || fn === "last") return { name: as, like: of };
      const isCount = fn === "count" || fn === "distinct" || fn === "rate";
      return { name: as, type: number, ...(!isCount && { like: of }) };
    }),
    { name: "windowStart", type: number },
    { name: "windowEnd", type: number },
    { name: "windowCount", type: number },
    ...(hasEarly ? [{ name: "windowEarly", type: "boolean" as const }] : []),
  ];
}
