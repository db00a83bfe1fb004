import type { PublishPacket } from "aedes";
import { askedFor, attributeNames, commandNumber } from "../../engine/model/device-api.ts";
import { maxPayloadBytes, type Session } from "../../engine/model/host.ts";
import { type Peer, taken } from "./broker.ts";
import { send } from "./downlink.ts";
import { behindGateway, gatewayAttributes, gatewayPresence, gatewayTelemetry } from "./gateway.ts";
import { takeWill } from "./intake.ts";
import type { Parcel } from "./parcel.ts";
import * as topics from "./topics.ts";
import { uploadId } from "./upload-id.ts";

const nothing = Buffer.alloc(0);
/** Local messages may stay in memory: retained, or waiting for a session. */
const maxLocalPayloadBytes = 65_536;

/**
 * Takes what a device published, or its will. `done` lets the broker acknowledge it and, on a local topic, deliver it.
 * The host has the message in its order before this returns: aedes calls this for all packets of one read at once.
 */
export function publish(peer: Peer, session: Session, packet: PublishPacket, done: () => void) {
  const isWill = packet === peer.will;
  peer.link.host.count("mqtt", "received");
  const what = meaning(peer, session, packet);
  if (what === "local") {
    packet.topic = topics.inner(session.device, packet.topic);
    return done();
  }
  const { qos, messageId } = packet;
  packet.topic = taken;
  packet.payload = nothing;
  packet.retain = false;
  const { intake, host, unreleased } = peer.link;
  if (isWill) return void takeWill(host, session, what).then(done);
  if (qos < 2)
    return intake?.take(what, qos === 0 && (what.type === "upload" || what.type === "behind"), done);
  const earlier = unreleased.get(messageId!);
  if (earlier) return void earlier.then(done);
  const whenTaken = new Promise<void>((resolve) => {
    intake?.take(what, false, () => {
      resolve();
      done();
    });
  });
  unreleased.set(messageId!, whenTaken);
}

function meaning(peer: Peer, session: Session, packet: PublishPacket): Parcel["what"] | "local" {
  const { topic } = packet;
  const payload = packet.payload as Buffer;
  if (payload.length > maxPayloadBytes) return tooLarge(payload, maxPayloadBytes);
  if (topic === topics.telemetry || topic === topics.attributes) {
    const type = topic === topics.telemetry ? "telemetry" : "attributes";
    if (packet.messageId === undefined) return { type: "upload", upload: { type, payload } };
    const id = uploadId(packet.messageId, payload);
    return { type: "upload", upload: { type, payload, id, redelivered: packet.dup } };
  }
  if (topic === gatewayTelemetry || topic === gatewayAttributes) return fromGateway(packet, payload);
  if (gatewayPresence.includes(topic)) return { type: "behind", devices: [] };
  if (topic.startsWith(topics.local) && topic.length > topics.local.length) {
    if (topics.levelsOf(topic) <= topics.maxLevels) return localMeaning(peer, session, packet, payload);
  } else if (topic.startsWith(topics.commandAnswer)) {
    const command = commandNumber(topic.slice(topics.commandAnswer.length));
    if (command !== undefined) return { type: "answer", command, payload };
  } else if (topic.startsWith(topics.attributesRequest)) {
    const id = topic.slice(topics.attributesRequest.length);
    if (id !== "" && !id.includes("/")) return question(peer, session, id, payload);
  }
  return { type: "stray", code: "unknown_topic", message: topics.noSuchTopic(topic), payload };
}

function fromGateway({ topic, messageId, dup }: PublishPacket, payload: Buffer): Parcel["what"] {
  const type = topic === gatewayTelemetry ? "telemetry" : "attributes";
  const identity = messageId === undefined ? {} : { id: uploadId(messageId, payload), redelivered: dup };
  const devices = behindGateway(type, payload, identity);
  return Array.isArray(devices) ? { type: "behind", devices } : { type: "stray", ...devices, payload };
}

function question(peer: Peer, session: Session, id: string, payload: Buffer): Parcel["what"] {
  let asked: { clientKeys?: unknown; sharedKeys?: unknown };
  try {
    asked = payload.length > 0 ? (JSON.parse(payload.toString()) ?? {}) : {};
  } catch {
    const message = 'An attributes request must be JSON such as {"clientKeys":"a,b","sharedKeys":"c"}.';
    return { type: "stray", code: "invalid_json", message, payload };
  }
  const names = attributeNames(asked.clientKeys, asked.sharedKeys);
  return {
    type: "question",
    async ask() {
      const found = await peer.link.host.attributes(session, names);
      send(peer, `devices/${session.device}/attributes/response/${id}`, askedFor(names, found));
    },
  };
}

function localMeaning(peer: Peer, { device }: Session, { topic, retain }: PublishPacket, payload: Buffer) {
  if (payload.length > maxLocalPayloadBytes) return tooLarge(payload, maxLocalPayloadBytes);
  if (!retain || peer.link.kept.mayRetain(device, topic, payload)) return "local";
  const message =
    "The device has too many retained messages: clear one by retaining an empty payload on its topic.";
  return { type: "stray", code: "too_many_retained", message, payload } as const;
}

function tooLarge(payload: Buffer, limit: number) {
  const message = `The payload has ${payload.length} bytes, at most ${limit} are taken here: split it.`;
  return { type: "stray", code: "payload_too_large", message, payload } as const;
}
