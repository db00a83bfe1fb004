import { createSocket, type Socket } from "node:dgram";
import { once } from "node:events";
import type { Client } from "./load-requests.ts";

const repeatAfterMs = 2000;
const mostRepeats = 4;
const taken = 0x44;
const emptyCode = 0;

/** A device that sends confirmable requests one after the other, as RFC 7252, section 4.7 asks for (NSTART = 1). */
export class CoapClient implements Client {
  readonly #socket: Socket;
  readonly #head: Buffer;
  #id = Math.floor(Math.random() * 65_536);
  #answered: ((isTaken: boolean) => void) | undefined;

  static async open(url: URL, token: string): Promise<CoapClient> {
    const socket = createSocket("udp4");
    socket.connect(Number(url.port), url.hostname);
    await once(socket, "connect");
    return new CoapClient(socket, token);
  }

  constructor(socket: Socket, token: string) {
    this.#socket = socket;
    this.#head = head(["api", "v1", token, "telemetry"]);
    socket.on("message", (bytes) => this.#read(bytes));
    socket.on("error", () => this.#answered?.(false));
  }

  async upload(payload: string): Promise<boolean> {
    this.#id = (this.#id + 1) & 0xffff;
    const packet = Buffer.concat([this.#head, Buffer.from(payload)]);
    packet.writeUInt16BE(this.#id, 2);
    packet.writeUInt16BE(this.#id, 4);
    this.#socket.send(packet);
    let repeats = 0;
    const repeat = setInterval(() => {
      if (repeats++ < mostRepeats) this.#socket.send(packet);
      else this.#answered?.(false);
    }, repeatAfterMs);
    const isTaken = await new Promise<boolean>((resolve) => {
      this.#answered = resolve;
    });
    clearInterval(repeat);
    return isTaken;
  }

  close() {
    this.#socket.close();
  }

  #read(bytes: Buffer) {
    const [first, code] = bytes as unknown as [number, number];
    const isConfirmable = (first & 0x30) === 0;
    if (isConfirmable) this.#socket.send(Buffer.from([0x60, 0, bytes[2]!, bytes[3]!]));
    // "I have it, the answer follows."
    if (code === emptyCode) return;
    if (bytes.readUInt16BE(4) === this.#id) this.#answered?.(code === taken);
  }
}

/** Confirmable POST with a token of two bytes, JSON as its content format, up to the payload marker. */
function head(path: string[]): Buffer {
  const options = path.map((segment, index) => {
    const delta = index === 0 ? 11 : 0;
    const { length } = segment;
    const start = length < 13 ? [(delta << 4) | length] : [(delta << 4) | 13, length - 13];
    return Buffer.concat([Buffer.from(start), Buffer.from(segment)]);
  });
  const contentFormat = [0x11, 50];
  return Buffer.concat([
    Buffer.from([0x42, 0x02, 0, 0, 0, 0]),
    ...options,
    Buffer.from([...contentFormat, 0xff]),
  ]);
}
