import { connect, type Socket } from "node:net";
import type { Client } from "./load-requests.ts";

/** One kept connection, requests one after the other, without Node's own client: the generator must not be the limit. */
export class HttpClient implements Client {
  readonly #socket: Socket;
  readonly #head: string;
  #rest = "";
  #answered: ((isTaken: boolean) => void) | undefined;

  static async open(url: URL, token: string): Promise<HttpClient> {
    const socket = connect(Number(url.port), url.hostname);
    socket.setNoDelay(true);
    await new Promise((resolve, reject) => {
      socket.once("error", reject);
      socket.once("connect", resolve);
    });
    return new HttpClient(socket, `POST /api/v1/${token}/telemetry HTTP/1.1\r\nHost: ${url.host}\r\n`);
  }

  constructor(socket: Socket, head: string) {
    this.#socket = socket;
    this.#head = `${head}Content-Type: application/json\r\nContent-Length: `;
    socket.setEncoding("latin1");
    socket.on("data", (data) => this.#read(String(data)));
    socket.on("close", () => this.#answered?.(false));
  }

  upload(payload: string): Promise<boolean> {
    this.#socket.write(`${this.#head}${payload.length}\r\n\r\n${payload}`);
    return new Promise((resolve) => {
      this.#answered = resolve;
    });
  }

  close() {
    this.#socket.destroy();
  }

  /** Waits for the whole answer, which is told by its Content-Length. */
  #read(data: string) {
    const text = this.#rest + data;
    const bodyAt = text.indexOf("\r\n\r\n") + 4;
    const length = Number(/\r\ncontent-length: (\d+)/i.exec(text)?.[1] ?? 0);
    if (bodyAt < 4 || text.length < bodyAt + length) {
      this.#rest = text;
      return;
    }
    this.#rest = text.slice(bodyAt + length);
    this.#answered?.(text.startsWith("HTTP/1.1 2"));
  }
}
