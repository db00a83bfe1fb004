import { Aedes, type Client, type PublishPacket } from "aedes";
import type { Link } from "./link.ts";

/** The topic of a packet that has left the broker for Millrace: no client can subscribe to it. */
export const taken = "taken";

type Done = (error?: Error) => void;

export interface Granted {
  qos: 0 | 1 | 2;
}

/** What aedes 1.2.0 keeps in a client beyond its published types, and the link of ours. */
export interface Peer extends Client {
  link: Link;
  will: PublishPacket | null;
  connackSent: boolean;
  /** By filter as the broker knows it. */
  subscriptions: Record<string, Granted>;
  _nextId: number;
  _parsingBatch: number;
  _parser: PacketParser;
  pause(): void;
  resume(): void;
  deliver0(packet: Delivery, done: Done): void;
  deliverQoS(packet: Delivery, done: Done): void;
}

export type Delivery = PublishPacket & { messageId?: number };

export interface PacketParser {
  /** Packets that came before the CONNACK left; null from then on. */
  _queue: InboundPacket[] | null;
  parse(chunk: Buffer): number;
  emit(event: "error", error: Error): boolean;
  listeners(event: "packet"): ((this: PacketParser, packet: InboundPacket) => void)[];
  removeAllListeners(event: "packet"): void;
  on(event: "packet", listener: (this: PacketParser, packet: InboundPacket) => void): void;
}

/** The parts of a parsed packet that are looked at before aedes handles it. */
export interface InboundPacket {
  cmd: string;
  topic?: string;
  messageId?: number;
  subscriptions?: { topic: string; qos: 0 | 1 | 2 }[];
  unsubscriptions?: string[];
}

/** The part of the in-memory persistence that is given bounds. */
export interface Persistence {
  outgoingUpdate(client: { id: string }, packet: unknown): Promise<void>;
  outgoingEnqueueCombi(subscriptions: { clientId: string }[], packet: unknown): Promise<void>;
  /** Resolves to the packet that was removed, if there was one. */
  outgoingClearMessageId(client: { id: string }, packet: unknown): Promise<unknown>;
  outgoingStream(client: { id: string }): AsyncIterable<unknown>;
  cleanSubscriptions(client: { id: string }): Promise<void>;
  cleanIncoming(client: { id: string }): Promise<void>;
}

export class Broker extends Aedes {
  declare readonly persistence: Persistence;
  declare readonly clients: Record<string, Peer>;

  // Not through the emitter and the session store: at tens of thousands a second that is most of the cost.
  override publish(packet: PublishPacket, ...rest: unknown[]) {
    if (packet.topic !== taken) return super.publish(packet, ...(rest as [Done]));
    (rest.at(-1) as Done | undefined)?.();
  }
}
