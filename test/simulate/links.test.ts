import { once } from "node:events";
import { type AddressInfo, createServer, type Socket } from "node:net";
import { Aedes } from "aedes";
import { decode } from "cbor-x";
import coap from "coap";
import { afterEach, describe, expect, it, vi } from "vitest";
import { openCoapLink } from "../../engine/simulate/coap-link.ts";
import { openMqttLink } from "../../engine/simulate/mqtt-link.ts";
import { freeUdpPort } from "../support/free-port.ts";

const token = "token-of-station";
const noTrouble = (error: Error) => expect.fail(error.message);
const patience = { timeout: 30_000, interval: 20 };
const cleanups: (() => Promise<unknown> | unknown)[] = [];
afterEach(async () => {
  for (const cleanup of cleanups.splice(0).reverse()) await cleanup();
});

describe("a station on MQTT", () => {
  async function startBroker() {
    const broker = await Aedes.createBroker();
    const server = createServer(broker.handle);
    server.listen(0, "127.0.0.1");
    await once(server, "listening");
    cleanups.push(
      () => new Promise<void>((resolve) => server.close(() => resolve())),
      () => new Promise<void>((resolve) => broker.close(() => resolve())),
    );
    const published: { topic: string; body: unknown; qos: number; user: string | undefined }[] = [];
    let user: string | undefined;
    broker.authenticate = (_client, username, _password, done) => {
      user = username;
      done(null, true);
    };
    broker.on("publish", (packet, client) => {
      if (!client) return;
      const { topic, qos } = packet;
      published.push({ topic, qos, user, body: JSON.parse(packet.payload.toString()) });
    });
    return { broker, published, url: `mqtt://127.0.0.1:${(server.address() as AddressInfo).port}` };
  }

  it("uploads with QoS 1 under its token", async () => {
    const { published, url } = await startBroker();
    const link = openMqttLink({ url, token, obey: () => ({}), trouble: noTrouble });
    cleanups.push(link.close);
    const sent = link.send("telemetry", { ts: 5, values: { speed: 41 } });
    expect(link.waiting).toBe(1);
    await sent;
    expect(link.waiting).toBe(0);
    expect(published).toEqual([
      { topic: "v1/devices/me/telemetry", qos: 1, user: token, body: { ts: 5, values: { speed: 41 } } },
    ]);
  });

  it("obeys a command and answers it under its number", async () => {
    const { broker, published, url } = await startBroker();
    const obey = vi.fn(() => ({ ok: true, kmh: 40 }));
    const subscribed = new Promise((resolve) => broker.once("subscribe", resolve));
    const link = openMqttLink({ url, token, obey, trouble: noTrouble });
    cleanups.push(link.close);
    await subscribed;
    broker.publish(
      {
        cmd: "publish",
        topic: "v1/devices/me/rpc/request/7",
        payload: JSON.stringify({ method: "setLimit", params: { kmh: 40 } }),
        qos: 1,
        retain: false,
        dup: false,
      },
      () => {},
    );
    await vi.waitFor(() => expect(published).toHaveLength(1), patience);
    expect(published[0]).toMatchObject({
      topic: "v1/devices/me/rpc/response/7",
      body: { ok: true, kmh: 40 },
    });
    expect(obey).toHaveBeenCalledWith({ id: undefined, method: "setLimit", params: { kmh: 40 } });
  });

  it("closes while the broker says nothing, without trouble", async () => {
    const silent = createServer();
    silent.listen(0, "127.0.0.1");
    await once(silent, "listening");
    cleanups.push(() => new Promise<void>((resolve) => silent.close(() => resolve())));
    const trouble = vi.fn();
    const url = `mqtt://127.0.0.1:${(silent.address() as AddressInfo).port}`;
    const link = openMqttLink({ url, token, obey: () => ({}), trouble });
    const [socket] = (await once(silent, "connection")) as [Socket];
    socket.on("error", () => {});
    const gone = once(socket, "close");
    await link.close();
    await gone;
    await new Promise(setImmediate);
    expect(trouble).not.toHaveBeenCalled();
  });
});

describe("a station on CoAP", () => {
  type Listener = (request: coap.IncomingMessage, response: coap.OutgoingMessage) => void;

  async function startServer(listener: Listener, options: { piggybackReplyMs?: number } = {}) {
    const port = await freeUdpPort();
    const server = coap.createServer({ type: "udp4", ...options });
    server.on("request", listener);
    await new Promise<void>((resolve) => server.listen(port, "127.0.0.1", () => resolve()));
    cleanups.push(() => new Promise<void>((resolve) => server.close(() => resolve())));
    return `coap://127.0.0.1:${port}`;
  }

  it.each([
    ["json", "application/json", (bytes: Buffer) => JSON.parse(bytes.toString())],
    ["cbor", "application/cbor", (bytes: Buffer) => decode(bytes)],
  ] as const)("uploads confirmable %s, one at a time and in order", async (format, contentFormat, read) => {
    const got: unknown[] = [];
    let open = 0;
    const url = await startServer((request, response) => {
      if (request.method === "GET") return void response.end();
      open++;
      expect(open).toBe(1);
      expect(request.url).toBe(`/api/v1/${token}/telemetry`);
      expect(request.headers["Content-Format"]).toBe(contentFormat);
      got.push(read(request.payload));
      setTimeout(() => {
        open--;
        response.code = "2.04";
        response.end();
      }, 5);
    });
    const link = openCoapLink({ url, token, format, obey: () => ({}), trouble: noTrouble });
    cleanups.push(link.close);
    const bodies = Array.from({ length: 10 }, (_, index) => ({ ts: index, values: { speed: index + 0.5 } }));
    await Promise.all(bodies.map((body) => link.send("telemetry", body)));
    expect(got).toEqual(bodies);
  });

  it("sends again after Max-Age when the server is busy", async () => {
    const codes = ["5.03", "2.04"];
    const url = await startServer((request, response) => {
      if (request.method === "GET") return void response.end();
      response.code = codes.shift()!;
      if (codes.length > 0) response.setOption("Max-Age", 1);
      response.end();
    });
    const link = openCoapLink({ url, token, format: "json", obey: () => ({}), trouble: noTrouble });
    cleanups.push(link.close);
    await link.send("telemetry", { speed: 1 });
    expect(codes).toEqual([]);
  });

  it("rejects what the server refuses, and goes on", async () => {
    const codes = ["4.01", "2.04"];
    const url = await startServer((request, response) => {
      if (request.method === "POST") response.code = codes.shift()!;
      response.end();
    });
    const link = openCoapLink({ url, token, format: "json", obey: () => ({}), trouble: noTrouble });
    cleanups.push(link.close);
    const first = link.send("telemetry", { speed: 1 });
    const second = link.send("telemetry", { speed: 2 });
    await expect(first).rejects.toThrow("4.01");
    await second;
    expect(link.waiting).toBe(0);
  });

  it("obeys a command it observes and answers it under its number", async () => {
    const answers: unknown[] = [];
    const url = await startServer((request, response) => {
      if (request.method === "POST") {
        answers.push([request.url, JSON.parse(request.payload.toString())]);
        response.code = "2.04";
        return void response.end();
      }
      expect(request.headers.Observe).toBe(0);
      response.write(JSON.stringify({ id: 7, method: "setLimit", params: { kmh: 40 } }));
      response.write(JSON.stringify({ id: 8, method: "setLimit", params: { kmh: 80 } }));
    });
    const obey = ({ params }: { params: unknown }) => ({ ok: true, ...(params as { kmh: number }) });
    const link = openCoapLink({ url, token, format: "json", obey, trouble: noTrouble });
    cleanups.push(link.close);
    await vi.waitFor(() => expect(answers).toHaveLength(2), patience);
    expect(answers).toEqual([
      [`/api/v1/${token}/rpc/7`, { ok: true, kmh: 40 }],
      [`/api/v1/${token}/rpc/8`, { ok: true, kmh: 80 }],
    ]);
  });

  it("observes again under the same token, and is told of commands after that", async () => {
    const answers: string[] = [];
    const tokens: string[] = [];
    const url = await startServer((request, response) => {
      if (request.method === "POST") {
        answers.push(request.url);
        response.code = "2.04";
        return void response.end();
      }
      tokens.push(request._packet.token!.toString("hex"));
      const id = tokens.length;
      response.write("{}");
      if (id === 1) return;
      // Late, so that whatever the renewal leaves behind has had its chance to get in the way.
      const late = setTimeout(() => response.write(JSON.stringify({ id, method: "setLimit" })), 30);
      cleanups.push(() => clearTimeout(late));
    });
    const options = { url, token, observeAgainMs: 200, obey: () => ({ ok: true }), trouble: noTrouble };
    const link = openCoapLink({ ...options, format: "json" });
    cleanups.push(link.close);
    await vi.waitFor(() => expect(answers.length).toBeGreaterThan(2), patience);
    expect(answers.slice(0, 3)).toEqual([2, 3, 4].map((id) => `/api/v1/${token}/rpc/${id}`));
    expect(new Set(tokens).size).toBe(1);
  });

  it("closes while an answer is under way, without trouble", async () => {
    const asked: string[] = [];
    const listener: Listener = (request, response) => {
      if (request.method === "GET") return void response.write(JSON.stringify({ id: 7, method: "setLimit" }));
      // The answer is not acknowledged while the test lasts.
      cleanups.push(() => response.end());
      asked.push(request.url);
    };
    const url = await startServer(listener, { piggybackReplyMs: 60_000 });
    const trouble = vi.fn();
    const link = openCoapLink({ url, token, format: "json", obey: () => ({ ok: true }), trouble });
    await vi.waitFor(() => expect(asked).toHaveLength(1), patience);
    await link.close();
    expect(link.waiting).toBe(0);
    expect(trouble).not.toHaveBeenCalled();
  });

  it("closes while the server is away", async () => {
    const url = `coap://127.0.0.1:${await freeUdpPort()}`;
    const link = openCoapLink({ url, token, format: "json", obey: () => ({}), trouble: () => {} });
    const lost = link.send("telemetry", { speed: 1 });
    const refused = expect(lost).rejects.toThrow("closed");
    await link.close();
    await refused;
    expect(link.waiting).toBe(0);
  });
});
