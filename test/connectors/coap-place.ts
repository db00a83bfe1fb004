import { createSocket, type Socket } from "node:dgram";
import { once } from "node:events";
import { afterEach, beforeEach } from "vitest";
import { type Coap, openCoap } from "../../connectors/coap/open.ts";
import { codes, decode, encode, numbers, type Option, type Packet } from "./coap-codec.ts";
import { Recorder } from "./recorder.ts";
import { run } from "./run.ts";
import { until } from "./until.ts";

/** A CoAP server with a host in memory, new for each test of the file that calls this. */
export function coapPlace() {
  const motes: Mote[] = [];
  const place = {
    host: new Recorder(),
    server: undefined as unknown as Coap,
    url: (path: string) => `coap://127.0.0.1:${place.server.port}${path}`,

    /** libcoap's client; what the server answers goes to its output, an error code to its error output. */
    libcoap: (path: string, args: string[], input: string | Buffer = "") =>
      run("coap-client-notls", [...args, place.url(path)], input),

    async mote(): Promise<Mote> {
      const mote = new Mote(await bound(), place.server.port);
      motes.push(mote);
      return mote;
    },
  };

  beforeEach(async () => {
    place.host = new Recorder();
    place.server = await openCoap({ host: place.host, address: "127.0.0.1", port: 0 });
  });
  afterEach(async () => {
    for (const mote of motes.splice(0)) mote.socket.close();
    await place.server.close();
  });
  return place;
}

async function bound() {
  const socket = createSocket("udp4");
  socket.bind(0, "127.0.0.1");
  await once(socket, "listening");
  return socket;
}

/** CoAP datagram by datagram. Acknowledges nothing by itself. */
export class Mote {
  readonly socket: Socket;
  readonly received: Packet[] = [];
  readonly bytes: Buffer[] = [];
  port: number;
  #lastId = 0;

  constructor(socket: Socket, port: number) {
    this.socket = socket;
    this.port = port;
    socket.on("message", (bytes) => {
      const packet = decode(bytes);
      if (!packet) throw new Error(`not CoAP: ${bytes.toString("hex")}`);
      this.bytes.push(bytes);
      this.received.push(packet);
    });
  }

  send(packet: Partial<Packet> = {}, path = ""): Packet {
    const whole: Packet = {
      type: "confirmable",
      code: codes.post,
      id: ++this.#lastId,
      token: Buffer.of(1),
      payload: Buffer.alloc(0),
      ...packet,
      options: [...uriOptions(path), ...(packet.options ?? [])],
    };
    this.write(encode(whole));
    return whole;
  }

  write(bytes: Buffer) {
    this.socket.send(bytes, this.port, "127.0.0.1");
  }

  /** Sends a request, again every 2 s, and waits for the next answer. */
  async ask(packet: Partial<Packet>, path = ""): Promise<Packet> {
    const count = this.received.length;
    const bytes = encode(this.send(packet, path));
    const repeating = setInterval(() => this.write(bytes), 2000);
    return this.at(count).finally(() => clearInterval(repeating));
  }

  async at(index: number): Promise<Packet> {
    await until(() => this.received.length > index);
    return this.received[index]!;
  }

  acknowledge({ id }: Packet, type: "acknowledgement" | "reset" = "acknowledgement") {
    this.write(encode({ type, code: 0, id, token: Buffer.alloc(0), options: [], payload: Buffer.alloc(0) }));
  }
}

function uriOptions(path: string): Option[] {
  const [segments = "", query = ""] = path.split("?");
  const option = (number: number) => (text: string) => ({ number, value: Buffer.from(text) });
  return [
    ...segments.split("/").filter(Boolean).map(option(numbers.uriPath)),
    ...query.split("&").filter(Boolean).map(option(numbers.uriQuery)),
  ];
}
