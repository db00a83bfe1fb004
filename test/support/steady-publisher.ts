import { connect, type Socket } from "node:net";
import { generate, type IPublishPacket, parser } from "mqtt-packet";

/**
 * A device as MQTT 3.1.1 wants it (4.4): what was not acknowledged when the connection broke is sent again on the next
 * one, in the same order, under the same packet ids, with the DUP flag.
 */
export class SteadyPublisher {
  /** How often the connection broke. */
  breaks = 0;
  /** Messages that were sent again. */
  repeated = 0;
  /** Messages acknowledged. */
  acknowledged = 0;
  readonly #copies: number;
  readonly #url: URL;
  readonly #token: string;
  readonly #window: number;
  readonly #waiting: string[] = [];
  readonly #unacknowledged: IPublishPacket[] = [];
  #socket: Socket | undefined;
  #ready = false;
  #lastId = 0;
  #idle: (() => void) | undefined;
  #ended = false;

  /** `copies`: each message is sent so many times, all but the first as a repetition. */
  constructor(options: { url: string; token: string; window: number; copies?: number }) {
    this.#copies = options.copies ?? 1;
    this.#url = new URL(options.url);
    this.#token = options.token;
    this.#window = options.window;
    this.#open();
  }

  get isConnected() {
    return this.#ready;
  }

  publish(payload: string) {
    this.#waiting.push(payload);
    this.#send();
  }

  /** Resolves when everything published so far is acknowledged. */
  async settled() {
    if (this.#waiting.length + this.#unacknowledged.length === 0) return;
    await new Promise<void>((resolve) => {
      this.#idle = resolve;
    });
  }

  /** Breaks the connection off; a new one follows by itself. */
  breakOff() {
    this.#socket?.destroy();
  }

  end() {
    this.#ended = true;
    this.#socket?.destroy();
  }

  #open() {
    const socket = connect(Number(this.#url.port), this.#url.hostname);
    this.#socket = socket;
    const packets = parser();
    packets.on("packet", (packet) => {
      if (packet.cmd === "connack" && packet.returnCode === 0) this.#resume();
      if (packet.cmd === "puback") this.#acknowledged(packet.messageId!);
    });
    socket.on("connect", () =>
      socket.write(
        generate({
          cmd: "connect",
          clientId: this.#token,
          username: this.#token,
          keepalive: 30,
          clean: false,
        }),
      ),
    );
    socket.on("data", (data) => packets.parse(data));
    socket.on("error", () => {});
    socket.on("close", () => {
      if (this.#ready && !this.#ended) this.breaks++;
      this.#ready = false;
      if (!this.#ended) setTimeout(() => this.#open(), 50);
    });
  }

  #resume() {
    this.#ready = true;
    for (const packet of this.#unacknowledged) this.#write({ ...packet, dup: true });
    this.repeated += this.#unacknowledged.length;
    this.#send();
  }

  #send() {
    while (this.#ready && this.#waiting.length > 0 && this.#unacknowledged.length < this.#window) {
      this.#lastId = (this.#lastId % 65535) + 1;
      const packet: IPublishPacket = {
        cmd: "publish",
        topic: "v1/devices/me/telemetry",
        payload: this.#waiting.shift()!,
        qos: 1,
        messageId: this.#lastId,
        dup: false,
        retain: false,
      };
      this.#unacknowledged.push(packet);
      this.#write(packet);
    }
  }

  #write(packet: IPublishPacket) {
    this.#socket!.write(generate(packet));
    const again = generate({ ...packet, dup: true });
    for (let copy = 1; copy < this.#copies; copy++) this.#socket!.write(again);
  }

  #acknowledged(id: number) {
    const at = this.#unacknowledged.findIndex(({ messageId }) => messageId === id);
    if (at >= 0) {
      this.#unacknowledged.splice(at, 1);
      this.acknowledged++;
    }
    this.#send();
    if (this.#waiting.length + this.#unacknowledged.length === 0) this.#idle?.();
  }
}
