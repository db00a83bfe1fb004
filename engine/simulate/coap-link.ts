import { randomBytes } from "node:crypto";
import { createSocket } from "node:dgram";
import { setTimeout as sleep } from "node:timers/promises";
import { encode } from "cbor-x";
import {
  Agent,
  type CoapRequestParams,
  type IncomingMessage,
  type ObserveReadStream,
  type OutgoingMessage,
} from "coap";
import { type LinkOptions, readCommand, type StationLink } from "./link.ts";

const formats = { json: 50, cbor: 60 } as const;
const giveUpMs = 30_000;

interface Answer {
  code: string;
  maxAgeS: number;
}

export interface CoapLinkOptions extends LinkOptions {
  format: keyof typeof formats;
  /** A server that restarted knows no observers, so the link registers again this often (RFC 7641, section 3.3.1). */
  observeAgainMs?: number;
}

/** A station on CoAP: confirmable uploads, one at a time (RFC 7252, section 4.7), commands by observation. */
export function openCoapLink(options: CoapLinkOptions): StationLink {
  const { url, token, format, observeAgainMs = 60_000, obey, trouble } = options;
  const { hostname, port } = new URL(url);
  // The agent closes a socket of its own between two requests, and the server would see a new peer each time.
  const socket = createSocket("udp4").on("error", trouble);
  const agent = new Agent({ socket });
  agent.on("error", trouble);
  const ended = new AbortController();
  const to = (path: string): CoapRequestParams => ({
    hostname,
    port: Number(port || 5683),
    pathname: `/api/v1/${token}/${path}`,
    agent,
  });

  const post = (path: string, body: Uint8Array, contentFormat: number) =>
    new Promise<Answer>((resolve, reject) => {
      const request = agent.request({ ...to(path), method: "POST", confirmable: true, contentFormat });
      const timer = setTimeout(() => fail(new Error(`${path}: no answer in ${giveUpMs} ms`)), giveUpMs);
      const fail = (error: Error) => {
        clearTimeout(timer);
        ended.signal.removeEventListener("abort", stop);
        agent.abort(request);
        reject(error);
      };
      const stop = () => fail(new Error(`${path}: the link was closed`));
      ended.signal.addEventListener("abort", stop, { once: true });
      request.on("error", fail);
      request.on("response", (response: IncomingMessage) => {
        clearTimeout(timer);
        ended.signal.removeEventListener("abort", stop);
        resolve({ code: response.code, maxAgeS: Number(response.headers["Max-Age"] ?? 60) });
      });
      request.end(Buffer.from(body));
    });

  async function upload(path: string, body: object) {
    const bytes = format === "cbor" ? encode(body) : Buffer.from(JSON.stringify(body));
    for (;;) {
      const { code, maxAgeS } = await post(path, bytes, formats[format]);
      if (code.startsWith("2.")) return;
      if (code !== "5.03") throw new Error(`${path}: the server answered ${code}`);
      await sleep(maxAgeS * 1_000, undefined, { signal: ended.signal });
    }
  }

  let waiting = 0;
  let tail: Promise<unknown> = Promise.resolve();
  const send = (path: string, body: object) => {
    waiting++;
    const turn = tail
      .then(() => {
        if (ended.signal.aborted) throw new Error(`${path}: the link was closed`);
        return upload(path, body);
      })
      .finally(() => {
        waiting--;
      });
    tail = turn.catch(() => {});
    return turn;
  };

  const observeToken = randomBytes(8);
  let asked: OutgoingMessage | undefined;
  let observed: ObserveReadStream | undefined;
  function observe() {
    // Under the token of the first time: the server replaces the observer, it does not add one. The stream of the
    // first time is left, not closed: its late close event would make the agent forget the token.
    if (asked) agent.abort(asked);
    const request = agent.request({ ...to("rpc"), method: "GET", observe: true, token: observeToken });
    asked = request;
    request.on("error", trouble);
    request.on("response", (response: ObserveReadStream) => {
      asked = undefined;
      if (!response.code.startsWith("2."))
        return trouble(new Error(`rpc: the server answered ${response.code}`));
      observed = response;
      response.on("data", (payload: Buffer) => {
        const command = readCommand(payload);
        if (command?.id === undefined) return;
        // An answer that the end of the link cuts off is no trouble: nothing is left to mend.
        send(`rpc/${command.id}`, obey(command)).catch((error) => ended.signal.aborted || trouble(error));
      });
    });
    request.end();
  }
  observe();
  const observing = setInterval(observe, observeAgainMs);

  return {
    get waiting() {
      return waiting;
    },
    send: (type, body) => send(type, body),
    async close() {
      clearInterval(observing);
      ended.abort();
      await tail;
      observed?.close();
      agent.close();
      await new Promise<void>((resolve) => socket.close(() => resolve()));
    },
  };
}
