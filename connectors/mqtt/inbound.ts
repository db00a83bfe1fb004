import type { InboundPacket, PacketParser, Peer } from "./broker.ts";
import { acknowledged } from "./downlink.ts";
import { inner, isOpenFilter, levelsOf, maxLevels } from "./topics.ts";

/** What a filter becomes that is refused; the number keeps one return code for each filter [MQTT-3.9.3-1]. */
export const refusedFilter = "refused/";
const maxSubscriptions = 256;

/**
 * Looks at each packet before aedes does: topic filters become those of the device, releases and acknowledgements are
 * noted. It stands here because aedes has no hook for UNSUBSCRIBE and stores a SUBSCRIBE before all of it is authorized.
 */
export function readInbound(peer: Peer): void {
  const parser = peer._parser;
  const [enqueue] = parser.listeners("packet");
  parser.removeAllListeners("packet");
  parser.on("packet", function (this: PacketParser, packet) {
    if (peer.connected) rewrite(peer, packet);
    // Between CONNACK and the queue's turn aedes would handle this one before those in its queue.
    if (peer.connackSent && !peer.connected && parser._queue) {
      peer._parsingBatch++;
      parser._queue.push(packet);
    } else enqueue?.call(this, packet);
  });
  peer.prependListener("connected", () => {
    for (const packet of parser._queue ?? []) rewrite(peer, packet);
  });

  const parse = parser.parse.bind(parser);
  parser.parse = (chunk) => {
    try {
      return parse(chunk);
    } catch (error) {
      // The parser reads past the end of some malformed packets.
      parser.emit("error", error as Error);
      return 0;
    }
  };
}

function rewrite(peer: Peer, packet: InboundPacket) {
  const { session, unreleased } = peer.link;
  if (!session) return;
  switch (packet.cmd) {
    case "publish":
      // aedes ends the connection above 100 levels; cut, the topic is as unknown as before.
      if (packet.topic && levelsOf(packet.topic) > maxLevels) packet.topic = cut(packet.topic);
      return;
    case "puback":
      return acknowledged(peer, packet.messageId ?? 0);
    case "pubrel":
      return void unreleased.delete(packet.messageId ?? 0);
    case "subscribe": {
      let room = maxSubscriptions - Object.keys(peer.subscriptions).length;
      for (const [i, subscription] of (packet.subscriptions ?? []).entries()) {
        if (subscription.topic === "") continue;
        if (isOpenFilter(subscription.topic) && room-- > 0)
          subscription.topic = inner(session.device, subscription.topic);
        else Object.assign(subscription, { topic: refusedFilter + i, qos: 0 });
      }
      return;
    }
    case "unsubscribe":
      packet.unsubscriptions = packet.unsubscriptions?.map((filter) =>
        isOpenFilter(filter) ? inner(session.device, filter) : filter === "" ? filter : `${refusedFilter}0`,
      );
  }
}

function cut(topic: string) {
  return topic.split("/", maxLevels + 1).join("/");
}
