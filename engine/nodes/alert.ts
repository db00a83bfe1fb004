import { capital } from "../model/wording.ts";
import { describeCondition } from "../rules/describe-condition.ts";
import { alertExamples } from "./alert-examples.ts";
import { alertRemarks } from "./alert-explain.ts";
import { watchOf } from "./alert-levels.ts";
import { plain } from "./alert-plain.ts";
import { alertConfig } from "./alert-settings.ts";
import { watched } from "./alert-watched.ts";
import { byHelp, shownBy } from "./by.ts";
import { defineKind } from "./kind.ts";
import { shownSetting } from "./setting.ts";

/** Raises one alarm for a device and clears it again. */
export const alert = defineKind({
  kind: "alert",
  version: 1,
  title: "Alert",
  group: "Act",
  icon: "bell",
  summary: "Raises an alarm when a condition comes true, and clears it later.",
  help: `Each device has at most one active alarm of this node. The alarm is raised by the first message that meets
**raise**, and cleared by the first later message that meets **clear**. Only these messages go on, by **raised** and
**cleared**, and those that change the severity, by **updated**; all others end here, so nothing behind this node happens
twice.

Give *clear* a condition of its own with some distance to *raise*, such as below 20 and above 30, or a **hysteresis**, or an
alarm at the limit comes and goes with every reading. Without *clear*, the alarm is cleared by any message for which no
condition to raise holds. That includes messages in which the field is **missing**, **null** or of the **wrong type**: when a
device sends several kinds of messages, give *clear* a condition, or put a *filter* in front. **Infinite** numbers are
compared as numbers and left out of the details.

When an operator clears the alarm, the next message that meets *raise* raises a new one.

- **Other severities** have conditions of their own, and the most severe that holds counts. While the alarm is active, its
  severity steps up and down with them; when none holds, and the alarm is not cleared, it stays as it is.
- **Hysteresis** moves the limits of "below" and "above" once a condition has come true: above 30 with 2 is over at 28. Limits
  taken from other fields do not move.
- **Held for**: a condition counts once all messages for that long have met it. When the device falls silent meanwhile, the
  clock decides: what the last message said is taken to last.
- **Repeated**: a condition counts when so many messages have met it within the time. Once it counts, the next message that
  does not meet it ends it.
- **Clear after**: it must be over for so long, by messages or by the clock, before the alarm clears.
- **Flapping**: raised so often within the time, the alarm carries \`flapping\` in its details, and clears only when it has been
  over for that time.
- **One alarm for each** value of an expression, such as a tank or a lane: the value stands behind the name of the alarm. When
  the expression fails, the message becomes a dead letter. Of a device 100 values are watched; beyond that those
  without an active alarm are forgotten, the oldest first, and when all are active the message becomes a dead letter.
- **Calculated details** that fail are left out; the alarm comes all the same.

With a setting that has to do with time, a message **older** than the newest one is passed over.

${byHelp}`,
  remembers: {
    active: "Alarm is active",
    v: "Its level",
    t: "Time of the newest message",
    a: "It arrived",
    on: "Levels that hold",
    s: "Condition holds since, by level",
    n: "Condition met, by level",
    c: "Over since",
    r: "Raised lately",
    "h.v": "Newest message",
    h: "",
    w: "Looked at again",
  },
  remarks: alertRemarks,
  outputs: [
    { name: "raised", title: "Raised" },
    { name: "cleared", title: "Cleared" },
    { name: "updated", title: "Severity changed" },
  ],
  config: alertConfig,
  groupsBy: ({ by }) => by,
  memory: ({ identity }) => identity ?? true,
  describe({ type, severity, raise, steps = [], hold, repeat, identity, by }) {
    const levels = [
      `${capital(severity)} ${type} when ${describeCondition(raise)}`,
      ...steps.map((step) => `${capital(step.severity)} when ${describeCondition(step.when)}`),
    ].join("; ");
    const lasting = hold ? ` for ${hold}` : repeat ? `, ${repeat.times} times in ${repeat.within}` : "";
    return `${levels}${lasting}${identity ? `, for each ${shownSetting(identity)}` : ""}${shownBy(by)}`;
  },
  create(config) {
    const watch = watchOf(config);
    const isPlain = !config.steps?.length && !watch.isTimed && config.identity === undefined;
    return isPlain ? plain(config, watch) : watched(config, watch);
  },
  examples: alertExamples,
});
