import type { AedesPublishPacket } from "aedes";
import type { Granted } from "./broker.ts";

const me = "v1/devices/me/";

export const telemetry = `${me}telemetry`;
export const attributes = `${me}attributes`;
export const attributesRequest = `${me}attributes/request/`;
export const commandAnswer = `${me}rpc/response/`;
export const local = `${me}local/`;

/** Levels of a topic beyond which nothing is stored or matched. */
export const maxLevels = 32;

const downward = /^(attributes|attributes\/response\/[^/]+|rpc\/(request|response)\/[^/]+|local\/.+)$/;

/** `v1/devices/me/x` as the broker knows it, apart for each device: `devices/<id>/x`. */
export function inner(device: string, topic: string): string {
  return `devices/${device}/${topic.slice(me.length)}`;
}

/** The way back, as the device sees it. */
function outer(device: string, topic: string): string {
  return me + topic.slice(device.length + "devices//".length);
}

/** Names a packet as the device knows it, at no higher QoS than it subscribed for: aedes minds that without wildcards only. */
export function forward(device: string, subscriptions: Record<string, Granted>, packet: AedesPublishPacket) {
  if (packet.qos > 0) {
    const granted = grantedQos(subscriptions, packet.topic);
    if (granted !== undefined && granted < packet.qos) packet.qos = granted;
  }
  packet.topic = outer(device, packet.topic);
  return packet;
}

/** Whether a device may subscribe to this filter. */
export function isOpenFilter(filter: string): boolean {
  return filter.startsWith(me) && levelsOf(filter) <= maxLevels && downward.test(filter.slice(me.length));
}

/** Highest QoS that the subscriptions grant a topic of the broker; undefined when none matches. */
export function grantedQos(subscriptions: Record<string, Granted>, topic: string): 0 | 1 | 2 | undefined {
  let highest: 0 | 1 | 2 | undefined;
  for (const filter in subscriptions) {
    const qos = subscriptions[filter]?.qos;
    if (qos !== undefined && (highest === undefined || qos > highest) && matches(filter, topic))
      highest = qos;
  }
  return highest;
}

/** [MQTT-4.7] without the rule for `$`, which no topic here begins with. */
function matches(filter: string, topic: string): boolean {
  if (filter === topic) return true;
  const wanted = filter.split("/");
  const levels = topic.split("/");
  for (let i = 0; i < wanted.length; i++) {
    if (wanted[i] === "#") return true;
    if (wanted[i] !== "+" && wanted[i] !== levels[i]) return false;
  }
  return wanted.length === levels.length;
}

export function levelsOf(topic: string): number {
  let levels = 1;
  for (let at = topic.indexOf("/"); at >= 0; at = topic.indexOf("/", at + 1)) levels++;
  return levels;
}

/** What to tell whoever published where nothing listens. */
export function noSuchTopic(topic: string): string {
  const shown = topic.length > 120 ? `${topic.slice(0, 120)}...` : topic;
  return (
    `Nothing listens on the topic "${shown.replace(/\p{Cc}/gu, "?")}". Publish to ${telemetry}, ${attributes}, ` +
    `${attributesRequest}{id}, ${commandAnswer}{id} with the number of a command, or ${local}... (at most ${maxLevels} levels).`
  );
}
