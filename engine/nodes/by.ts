import type { Message } from "../model/message.ts";
import type { Value } from "../model/value.ts";
import { fieldName } from "./field.ts";
import { storableValues } from "./number.ts";

/** Also the length of what stands in the place of a device's id. */
const maxKeyLength = 128;
const clean = /^[^\p{Cc}\p{Cs}]+$/u;

/** Setting of kinds that may group messages by something else than the device. */
export const bySetting = fieldName
  .max(64, "has at most 64 characters")
  .regex(
    /^[^\s\p{Cc}\p{Cs}]+$/u,
    "cannot be grouped by: its name has a space; write it to another field before",
  )
  .default("device")
  .meta({
    title: "By",
    description: "The device; or a field or attribute, such as road, for all devices that have the same",
    widget: "group",
  });

/** The end of a description. */
export const shownBy = (by: string) => (by === "device" ? "" : `, by ${by}`);

/** For the help of kinds with that setting. */
export const byHelp = `**By.** As a rule each device is by itself. Name a **field**, or an **attribute** of the device where the message has no such field, and
all messages with the same value are taken together, whichever device they come from: *by road* for all detectors of a road. From
here on they come from the key, such as *road A1*: alarms are raised for it, points are tagged with it, and the nodes behind keep
their state for it; in expressions \`device\` is the key, with that one attribute.

- The value is text, a number or true/false; 12 and "12" are the same. Where it is **missing, null**, a list or map, **infinite**, longer than
  128 characters with its name, or holds control characters, the message becomes a dead letter.
- A clock that is **ahead** is not believed: the message counts at the time at which it arrived.
- Messages of different devices come in the order in which the server got round to them, which can differ from that of their times.
- What is remembered of a key is forgotten when it gets no message for 40 days.`;

/** Turns the device's message into that of its key; the same object where it is the key's already. Throws without a key. */
export type Rekey = (message: Message) => Message;

/** Undefined for "device", by which every message comes. */
export function rekeyBy(by: string): Rekey | undefined {
  if (by === "device") return undefined;
  return (message) => {
    const { id, device, type, ts, arrivedAt, values } = message;
    const value = values[by] ?? device.attributes[by];
    const key = `${by} ${textOf(by, value)}`;
    if (key.length > maxKeyLength)
      throw new Error(
        `"${by}" is too long to group by: with its name it has more than ${maxKeyLength} characters.`,
      );
    if (device.id === key) return message;
    return {
      id,
      device: { id: key, name: key, profile: "", attributes: { [by]: value! }, revision: 0 },
      type,
      // Nobody measures the future: one clock that is ahead must not close the windows of others.
      ts: Math.min(ts, arrivedAt),
      arrivedAt,
      // As JSON carries it to the other lane, so that a trial sees the same: infinite numbers are null.
      values: storableValues(values[by] === value ? values : Object.assign({}, values, { [by]: value })),
    };
  };
}

/** Whether this stands for a key: ids of devices have no spaces. */
export const isKey = (device: string) => device.includes(" ");

/** What stands for the device where nothing but the key is known any more. */
export function deviceOfKey(key: string): Message["device"] {
  const at = key.indexOf(" ");
  const attributes = { [key.slice(0, at)]: key.slice(at + 1) };
  return { id: key, name: key, profile: "", attributes, revision: 0 };
}

function textOf(by: string, value: Value | undefined): string {
  const isPlain = typeof value === "boolean" || (typeof value === "number" && Number.isFinite(value));
  const text = isPlain ? String(value) : value;
  if (typeof text === "string" && clean.test(text)) return text;
  const found = value === undefined ? "is missing" : `holds ${JSON.stringify(value).slice(0, 40)}`;
  throw new Error(
    `"${by}" ${found}; to group by it, the message or its device needs a text, a number or true/false there.`,
  );
}
