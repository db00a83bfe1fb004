import type { RemoteInfo, Socket } from "node:dgram";
import { Exchanges } from "./exchange.ts";
import { decode, emptyPacket, encode, type Option, type Packet } from "./packet.ts";

/** RFC 7252, section 4.8. */
const ackTimeoutMs = 2000;
const maxRetransmit = 4;
/** A slower answer than this is announced by an empty acknowledgement and follows by itself. */
const piggybackMs = 500;

export interface Peer {
  address: string;
  port: number;
  key: string;
}

export interface Request extends Packet {
  peer: Peer;
}

export interface Reply {
  code: number;
  options?: Option[];
  payload?: Buffer | string;
  /** Called when the reply is on its way. */
  sent?(): void;
}

type Outcome = "acknowledged" | "reset" | "lost";

interface Pending {
  timer: NodeJS.Timeout | undefined;
  settle(outcome: Outcome): void;
}

/** The message layer of CoAP over UDP: repetitions, acknowledgements, retransmission. `serve` answers requests. */
export class Endpoint {
  readonly #socket: Socket;
  readonly #serve: (request: Request) => Promise<Reply | undefined>;
  readonly #exchanges = new Exchanges();
  readonly #pending = new Map<string, Pending>();
  #isClosed = false;
  #lastId = Math.floor(Math.random() * 65_536);

  constructor(socket: Socket, serve: (request: Request) => Promise<Reply | undefined>) {
    this.#socket = socket;
    this.#serve = serve;
    socket.on("message", (bytes, from) => this.#receive(bytes, from));
  }

  /** Sends a confirmable message of our own, repeated until the peer reacts, at most for 45 to 93 s. */
  confirm(peer: Peer, message: Pick<Packet, "code" | "token" | "options" | "payload">): Promise<Outcome> {
    const id = this.#nextId();
    const bytes = encode({ ...message, type: "confirmable", id });
    const key = `${peer.key}#${id}`;
    return new Promise((resolve) => {
      const pending: Pending = {
        timer: undefined,
        settle: (outcome) => {
          clearTimeout(pending.timer);
          this.#pending.delete(key);
          resolve(outcome);
        },
      };
      this.#pending.set(key, pending);
      this.#repeat(pending, bytes, peer, ackTimeoutMs * (1 + Math.random() / 2), maxRetransmit);
    });
  }

  /** Ends all retransmission; nothing is sent from now on. */
  close(): void {
    this.#isClosed = true;
    for (const pending of [...this.#pending.values()]) pending.settle("lost");
  }

  #repeat(pending: Pending, bytes: Buffer, peer: Peer, timeoutMs: number, left: number) {
    this.#send(bytes, peer);
    pending.timer = setTimeout(() => {
      if (left > 0) this.#repeat(pending, bytes, peer, timeoutMs * 2, left - 1);
      else pending.settle("lost");
    }, timeoutMs);
  }

  #receive(bytes: Buffer, { address, port }: RemoteInfo) {
    const packet = decode(bytes);
    // Nothing can be sent to port 0.
    if (!packet || port === 0) return;
    const peer = { address, port, key: `${address}|${port}` };
    const key = `${peer.key}#${packet.id}`;
    const { type } = packet;
    if (type === "acknowledgement" || type === "reset")
      return this.#pending.get(key)?.settle(type === "reset" ? "reset" : "acknowledged");
    // Malformed, a ping, or a response to nothing asked here (RFC 7252, section 4.2).
    if (packet.malformed || packet.code === 0 || packet.code > 31) {
      if (type === "confirmable") this.#send(emptyPacket("reset", packet.id), peer);
      return;
    }
    const repeated = this.#exchanges.begin(key, Date.now());
    if (!repeated) void this.#work({ ...packet, peer }, key);
    else if (repeated.reply) this.#send(repeated.reply, peer);
  }

  async #work(request: Request, key: string) {
    const { peer, token, id } = request;
    const isConfirmable = request.type === "confirmable";
    let isAcknowledged = false;
    const slow = setTimeout(() => {
      if (!isConfirmable) return;
      isAcknowledged = true;
      this.#reply(emptyPacket("acknowledgement", id), peer, key);
    }, piggybackMs);
    const reply = await this.#serve(request);
    clearTimeout(slow);
    if (!reply) return;

    const message = {
      code: reply.code,
      token,
      options: reply.options ?? [],
      payload: Buffer.from(reply.payload ?? ""),
    };
    if (isAcknowledged) void this.confirm(peer, message);
    else {
      const head = isConfirmable
        ? ({ type: "acknowledgement", id } as const)
        : ({ type: "nonconfirmable", id: this.#nextId() } as const);
      this.#reply(encode({ ...message, ...head }), peer, key);
    }
    reply.sent?.();
  }

  #reply(bytes: Buffer, peer: Peer, key: string) {
    this.#exchanges.answered(key, bytes);
    this.#send(bytes, peer);
  }

  #send(bytes: Buffer, { address, port }: Peer) {
    if (this.#isClosed) return;
    // What is lost on the way is repeated by whoever misses it.
    this.#socket.send(bytes, port, address, () => {});
  }

  #nextId() {
    this.#lastId = (this.#lastId + 1) & 0xffff;
    return this.#lastId;
  }
}
