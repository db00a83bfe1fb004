import type { RemoteInfo, Socket } from "node:dgram";
import { type OptionValue, OutgoingMessage, parameters } from "coap";
import { generate, type OptionName, type Packet } from "coap-packet";
import { Exchanges } from "./exchange.ts";
import { readPacket } from "./packet.ts";
import { peerOf, Request } from "./request.ts";

/** A slower answer than this is announced by an empty acknowledgement and follows by itself. */
const piggybackReplyMs = 500;

export interface Reply {
  code: string;
  options?: Partial<Record<OptionName, OptionValue>>;
  payload?: Buffer | string;
  /** Called when the reply is on its way. */
  sent?(): void;
}

type Outcome = "acknowledged" | "reset" | "lost";
type Address = Pick<RemoteInfo, "address" | "port">;

/** Who sent what, once (RFC 7252, section 4): repetitions, resets, retransmission. `serve` answers requests. */
export class Endpoint {
  readonly #socket: Socket;
  readonly #serve: (request: Request) => Promise<Reply | undefined>;
  readonly #exchanges = new Exchanges();
  readonly #pending = new Map<string, (outcome: Outcome) => void>();
  #isClosed = false;

  constructor(socket: Socket, serve: (request: Request) => Promise<Reply | undefined>) {
    this.#socket = socket;
    this.#serve = serve;
    socket.on("message", (bytes, from) => this.#receive(bytes, from));
  }

  /** Sends a confirmable message of our own, repeated until the peer reacts, at most for 62 to 93 s. */
  confirm(to: Address, token: Buffer, reply: Reply): Promise<Outcome> {
    return new Promise((resolve) => {
      write(new OutgoingMessage({ token }, (_, packet) => resolve(this.#confirm(to, packet))), reply);
    });
  }

  /** Ends all retransmission; nothing is sent from now on. */
  close(): void {
    this.#isClosed = true;
    for (const settle of [...this.#pending.values()]) settle("lost");
  }

  #receive(bytes: Buffer, from: RemoteInfo) {
    // Another version is to be ignored; to port 0 nothing can be sent.
    if (bytes.length < 4 || bytes[0]! >> 6 !== 1 || from.port === 0) return;
    const packet = readPacket(bytes);
    const messageId = bytes.readUInt16BE(2);
    const key = `${peerOf(from)}#${messageId}`;
    if (packet?.ack || packet?.reset) return this.#pending.get(key)?.(packet.ack ? "acknowledged" : "reset");
    if (!packet || packet.code === "0.00" || !packet.code.startsWith("0.")) {
      // Malformed, a ping, or a response to nothing asked here (RFC 7252, section 4.2).
      const isConfirmable = (bytes[0]! & 0x30) === 0;
      if (isConfirmable) this.#send(generate({ code: "0.00", reset: true, messageId }), from);
      return;
    }
    const repeated = this.#exchanges.begin(key, Date.now());
    if (!repeated) void this.#work(new Request(packet, from), key);
    else if (repeated.reply) this.#send(repeated.reply, from);
  }

  async #work(request: Request, key: string) {
    const { confirmable, token, messageId } = request.packet;
    const head = confirmable ? { confirmable, token, messageId, piggybackReplyMs } : { token };
    const response = new OutgoingMessage(head, (_, packet) => {
      if (packet.confirmable) return void this.#confirm(request.rsinfo, packet);
      const bytes = generate(packet, Infinity);
      this.#exchanges.answered(key, bytes);
      this.#send(bytes, request.rsinfo);
    });
    const reply = await this.#serve(request);
    if (!reply) return;
    write(response, reply);
    reply.sent?.();
  }

  #confirm(to: Address, packet: Packet): Promise<Outcome> {
    if (this.#isClosed) return Promise.resolve("lost");
    const bytes = generate({ ...packet, confirmable: true }, Infinity);
    const key = `${peerOf(to)}#${bytes.readUInt16BE(2)}`;
    const { ackTimeout, ackRandomFactor, maxRetransmit } = parameters;
    const timeoutMs = ackTimeout * 1000 * (1 + Math.random() * (ackRandomFactor - 1));
    return new Promise((resolve) => {
      let timer: NodeJS.Timeout;
      const settle = (outcome: Outcome) => {
        clearTimeout(timer);
        this.#pending.delete(key);
        resolve(outcome);
      };
      const repeat = (count: number) => {
        this.#send(bytes, to);
        const next = () => (count < maxRetransmit ? repeat(count + 1) : settle("lost"));
        timer = setTimeout(next, timeoutMs * 2 ** count);
      };
      this.#pending.set(key, settle);
      repeat(0);
    });
  }

  #send(bytes: Buffer, { address, port }: Address) {
    if (this.#isClosed) return;
    // What is lost on the way is repeated by whoever misses it.
    this.#socket.send(bytes, port, address, () => {});
  }
}

function write(message: OutgoingMessage, { code, options = {}, payload = "" }: Reply) {
  message.code = code;
  for (const [name, value] of Object.entries(options)) message.setOption(name, value);
  message.end(payload);
}
