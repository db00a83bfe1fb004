import type { Session } from "../../engine/model/host.ts";
import type { Delivery, Peer } from "./broker.ts";
import { grantedQos } from "./topics.ts";

const ignore = () => {};

/**
 * Sends JSON to this connection alone, at most at QoS 1, if it is subscribed to the topic; nothing is kept for later.
 * Returns the packet id at QoS 1, 0 at QoS 0, undefined when it was not sent.
 */
export function send(peer: Peer, topic: string, content: unknown): number | undefined {
  const qos = grantedQos(peer.subscriptions, topic);
  if (qos === undefined || !peer.connected || peer.closed) return undefined;
  const packet: Delivery = {
    cmd: "publish",
    topic,
    payload: Buffer.from(JSON.stringify(content)),
    qos: 0,
    retain: false,
    dup: false,
  };
  if (qos === 0) {
    peer.deliver0(packet, ignore);
    return 0;
  }
  const messageId = peer._nextId;
  peer._nextId = messageId >= 65_535 ? 1 : messageId + 1;
  peer.deliverQoS({ ...packet, qos: 1, messageId }, ignore);
  return messageId;
}

/** Keeps the watches of the host in step with what this connection is subscribed to. */
export function follow(peer: Peer, session: Session): void {
  const { host, watches, unacknowledged } = peer.link;
  const base = `devices/${session.device}`;
  const isSubscribed = (topic: string) => !peer.closed && grantedQos(peer.subscriptions, topic) !== undefined;

  if (!isSubscribed(`${base}/rpc/request/0`)) {
    watches.commands?.();
    watches.commands = undefined;
  } else {
    watches.commands ??= host.watch(session, {
      command({ id, method, params }) {
        const messageId = send(peer, `${base}/rpc/request/${id}`, { method, params });
        if (messageId === undefined) return;
        if (messageId > 0) unacknowledged.set(messageId, id);
        host.commandSent(session, id, "sent");
      },
    });
  }

  if (!isSubscribed(`${base}/attributes`)) {
    watches.attributes?.();
    watches.attributes = undefined;
  } else {
    watches.attributes ??= host.watch(session, {
      attributes: (changed) => void send(peer, `${base}/attributes`, changed),
    });
  }
}

/** The device acknowledged a packet: if it was a command, the device has it. */
export function acknowledged(peer: Peer, messageId: number): void {
  const { session, host, unacknowledged } = peer.link;
  const command = unacknowledged.get(messageId);
  if (command === undefined || !session) return;
  unacknowledged.delete(messageId);
  host.commandSent(session, command, "delivered");
}
