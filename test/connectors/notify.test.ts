import { once } from "node:events";
import type { AddressInfo } from "node:net";
import { SMTPServer } from "smtp-server";
import { afterEach, describe, expect, test } from "vitest";
import { isInternal, isListed } from "../../connectors/notify/addresses.ts";
import { openSenders } from "../../connectors/notify/open.ts";
import { sign } from "../../connectors/notify/webhook.ts";
import { channelSettings, type Notice, newChannelSchema } from "../../engine/model/channel.ts";
import { startReceiver } from "../support/receiver.ts";

const notice: Notice = {
  id: "3:17:0",
  channel: "ops",
  title: "Pump too hot",
  text: "It is 81 °C.",
  attempts: 0,
  origin: {
    device: "d1",
    deviceName: "Pump 4",
    flow: "pumps",
    version: 2,
    node: "tell",
    at: Date.UTC(2026, 4, 1, 12),
    alarmId: "3:17:1",
    values: { temperature: 81 },
  },
};
const inside = openSenders({ hosts: [], internalHosts: ["127.0.0.1", "localhost"] });
const outside = openSenders({ hosts: ["127.0.0.1", "localhost"], internalHosts: [] });
const webhook = (url: string) => channelSettings.parse({ type: "webhook", url });

const closing: (() => unknown)[] = [];
afterEach(async () => {
  for (const close of closing.splice(0)) await close();
});
async function receiver(...statuses: number[]) {
  const started = await startReceiver(() => statuses.shift() ?? 200);
  closing.push(started.close);
  return started;
}

test.each([
  ...["0.0.0.0", "10.1.2.3", "100.64.0.1", "127.0.0.1", "127.9.9.9", "169.254.169.254", "172.16.0.1"],
  ...["172.31.255.255", "192.168.1.1", "192.0.2.7", "198.18.0.1", "224.0.0.1", "255.255.255.255"],
  ...["::", "::1", "::ffff:10.0.0.1", "::ffff:8.8.8.8", "fc00::1", "fd12::1", "fe80::1", "ff02::1"],
  ...["64:ff9b::a00:1", "2002:a00:1::", "2001:db8::1", "2001::1"],
])("%s is inside", (address) => {
  expect(isInternal(address)).toBe(true);
});

test.each([
  "8.8.8.8",
  "172.32.0.1",
  "172.15.0.1",
  "100.128.0.1",
  "192.169.0.1",
  "2606:4700::1111",
  "2a00:1450::1",
])("%s is outside", (address) => {
  expect(isInternal(address)).toBe(false);
});

test("a host is allowed by its name, or by a star for all below it", () => {
  const list = ["hooks.example.org", "*.example.com"];
  for (const host of ["hooks.example.org", "HOOKS.example.org", "a.example.com", "a.b.example.com"])
    expect(isListed(host, list), host).toBe(true);
  for (const host of [
    "example.org",
    "x.hooks.example.org",
    "example.com",
    "badexample.com",
    "a.example.com.evil.org",
  ])
    expect(isListed(host, list), host).toBe(false);
});

describe("a webhook", () => {
  test("carries the notification, signed over its time and body, with a key for repetitions", async () => {
    const { url, received } = await receiver();
    await inside.send(notice, webhook(url), "s3cret");
    const [{ headers, body, path }] = received as [(typeof received)[number]];
    expect(path).toBe("/hook");
    expect(JSON.parse(body)).toEqual({
      id: "3:17:0",
      title: "Pump too hot",
      text: "It is 81 °C.",
      at: "2026-05-01T12:00:00.000Z",
      device: "d1",
      deviceName: "Pump 4",
      flow: "pumps",
      version: 2,
      node: "tell",
      alarmId: "3:17:1",
      values: { temperature: 81 },
    });
    const timestamp = String(headers["millrace-timestamp"]);
    expect(Math.abs(Number(timestamp) - Date.now() / 1000)).toBeLessThan(5);
    expect(headers["millrace-signature"]).toBe(`v1=${sign("s3cret", timestamp, body)}`);
    expect(headers["idempotency-key"]).toBe("3:17:0");
    // By another implementation: hmac of Python.
    expect(sign("key", "1700000000", "{}")).toBe(
      "9d713ed406bb7076d4123f0dc2c39d2df5c654ed4b0cd56b52c8b4c940bd63ae",
    );
  });

  test.each<[number, boolean]>([
    [500, false],
    [503, false],
    [429, false],
    [404, true],
    [401, true],
    [302, true],
  ])("answered by %i is final: %s", async (status, isFinal) => {
    const { url, received } = await receiver(status);
    await expect(inside.send(notice, webhook(url), undefined)).rejects.toMatchObject({
      isFinal,
      message: expect.stringContaining(`answered ${status}`),
    });
    expect(received.map(({ path }) => path)).toEqual(["/hook"]);
  });

  test("does not go inside, by address or by name, unless that host may be inside", async () => {
    const { port, received } = await receiver();
    for (const host of ["127.0.0.1", "localhost", "0x7f.1", "2130706433"]) {
      const url = `http://${host}:${port}/hook`;
      await expect(outside.send(notice, webhook(url), undefined), host).rejects.toMatchObject({
        isFinal: true,
        message: expect.stringContaining("leads into the own network"),
      });
    }
    expect(received).toEqual([]);
    await inside.send(notice, webhook(`http://localhost:${port}/hook`), undefined);
    expect(received[0]?.headers.host).toBe(`localhost:${port}`);
  });

  test("to a host that nobody allowed, or without encryption to the outside, is refused before it is kept", () => {
    expect(() => inside.allow(webhook("https://example.org/x"))).toThrow(/add it to MILLRACE_NOTIFY_HOSTS/);
    expect(() => outside.allow(webhook("http://localhost/x"))).toThrow(/is not encrypted/);
    expect(() => outside.allow(webhook("https://localhost/x"))).not.toThrow();
    expect(() => inside.allow(webhook("http://[::1]/x"))).toThrow(/"::1"/);
  });

  test("that nobody answers is not final", async () => {
    const { url, close } = await startReceiver();
    await close();
    await expect(inside.send(notice, webhook(url), undefined)).rejects.toMatchObject({ isFinal: false });
  });
});

describe("an e-mail", () => {
  async function mailServer({ refuse }: { refuse?: number } = {}) {
    const mails: { from: string; to: string[]; text: string; user: string | undefined }[] = [];
    const server = new SMTPServer({
      authOptional: true,
      allowInsecureAuth: true,
      disabledCommands: ["STARTTLS"],
      onAuth: ({ username, password }, _session, done) =>
        password === "right" ? done(null, { user: username }) : done(new Error("Wrong password")),
      onData(stream, session, done) {
        let text = "";
        stream.setEncoding("utf8").on("data", (chunk) => {
          text += chunk;
        });
        stream.on("end", () => {
          if (refuse) return done(Object.assign(new Error("Not now"), { responseCode: refuse }));
          const { mailFrom, rcptTo } = session.envelope;
          mails.push({
            from: mailFrom ? mailFrom.address : "",
            to: rcptTo.map(({ address }) => address),
            text,
            user: session.user as string | undefined,
          });
          done();
        });
      },
    });
    const listening = server.listen(0, "127.0.0.1");
    await once(listening, "listening");
    closing.push(() => new Promise<void>((resolve) => server.close(() => resolve())));
    return { mails, port: (listening.address() as AddressInfo).port };
  }
  const email = (port: number, change: object = {}) =>
    channelSettings.parse({
      type: "email",
      host: "127.0.0.1",
      port,
      security: "none",
      from: "millrace@example.org",
      to: ["a@example.org", "b@example.org"],
      ...change,
    });

  test("goes to all receivers, with title, text, what happened, and one id for all attempts", async () => {
    const { mails, port } = await mailServer();
    await inside.send(notice, email(port, { user: "millrace" }), "right");
    const [mail] = mails;
    expect(mail).toMatchObject({
      from: "millrace@example.org",
      to: ["a@example.org", "b@example.org"],
      user: "millrace",
    });
    expect(mail!.text).toContain("Subject: Pump too hot");
    expect(mail!.text).toMatch(/Message-ID: <3\.17\.0\.ops@millrace>/i);
    for (const part of ["Device: Pump 4", "temperature: 81"]) expect(mail!.text).toContain(part);
  });

  test("with a wrong password, or refused for good, is final; one refused for now is not", async () => {
    const { port } = await mailServer();
    await expect(inside.send(notice, email(port, { user: "millrace" }), "wrong")).rejects.toMatchObject({
      isFinal: true,
    });
    for (const [refuse, isFinal] of [
      [451, false],
      [552, true],
    ] as const) {
      const { port } = await mailServer({ refuse });
      await expect(inside.send(notice, email(port), undefined)).rejects.toMatchObject({ isFinal });
    }
  });

  test("is not sent in the clear where encryption is asked for", async () => {
    const { mails, port } = await mailServer();
    await expect(inside.send(notice, email(port, { security: "starttls" }), undefined)).rejects.toThrow(
      /did not take it/,
    );
    expect(mails).toEqual([]);
  });

  test("does not go inside unless that host may be inside", async () => {
    const { mails, port } = await mailServer();
    await expect(outside.send(notice, email(port), undefined)).rejects.toMatchObject({ isFinal: true });
    expect(mails).toEqual([]);
  });
});

test.each<[object, string]>([
  [{ type: "webhook", url: "ftp://example.org" }, "url"],
  [{ type: "webhook", url: "https://me:pw@example.org" }, "url"],
  [{ type: "email", host: "smtp://x", from: "a@b.org", to: ["a@b.org"] }, "host"],
  [{ type: "email", host: "x", from: "a@b.org\nBcc: c@d.org", to: ["a@b.org"] }, "from"],
  [{ type: "email", host: "x", from: "a@b.org", to: [] }, "to"],
])("the channel %j is refused at %s", (settings, path) => {
  const issues = newChannelSchema.safeParse({ name: "ops", settings }).error?.issues ?? [];
  expect(issues.map((issue) => issue.path.join("."))).toContain(`settings.${path}`);
});
