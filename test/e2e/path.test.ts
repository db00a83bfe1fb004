import { type ChildProcess, execFile, spawn } from "node:child_process";
import { once } from "node:events";
import { writeFileSync } from "node:fs";
import { promisify } from "node:util";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import type { Flow } from "../../engine/model/flow.ts";
import { startInflux } from "../support/influx.ts";
import { installations } from "../support/installations.ts";
import { addDevice, ask, deployFlow, type Product, startProduct } from "../support/product.ts";
import { removeFolder, tempFolder } from "../support/temp-folder.ts";

const execute = promisify(execFile);

const flow: Flow = {
  id: "slow",
  name: "Slow traffic",
  schema: 1,
  nodes: [
    { id: "in", kind: "input", config: {} },
    { id: "kept", kind: "save", config: { measurement: "traffic" } },
    {
      id: "slow",
      kind: "alert",
      config: {
        type: "Slow",
        severity: "major",
        raise: { all: [{ fact: "speed", operator: "lessThan", value: 20 }] },
        clear: { all: [{ fact: "speed", operator: "greaterThan", value: 30 }] },
      },
    },
    { id: "sign", kind: "command", config: { method: "setLimit", params: { kmh: "=40" } } },
  ],
  edges: [
    { from: "in", output: "out", to: "kept" },
    { from: "in", output: "out", to: "slow" },
    { from: "slow", output: "raised", to: "sign" },
  ],
  layout: {},
};

describe.each(installations)("real clients, from the reading to the command ($name)", ({ open }) => {
  const dir = tempFolder();
  let product: Product;
  let influx: Awaited<ReturnType<typeof startInflux>>;
  let servers: { env: object; close(): Promise<void> };
  let device: { id: string; token: string };

  beforeAll(async () => {
    [influx, servers] = await Promise.all([startInflux(), open()]);
    const env = {
      ...servers.env,
      MILLRACE_INFLUX_URL: influx.url,
      MILLRACE_INFLUX_VERSION: "1",
      MILLRACE_INFLUX_BUCKET: influx.database,
    };
    product = await startProduct({ dir, env });
    device = await addDevice(product.http, { name: "Ring 3" });
    await deployFlow(product.http, flow);
  });
  afterAll(async () => {
    await product?.stop();
    await Promise.all([influx?.stop(), servers?.close()]);
    removeFolder(dir);
  });

  const publish = (payload: string, token = device.token, topic = "v1/devices/me/telemetry") => {
    const { port } = new URL(product.mqtt);
    return execute("mosquitto_pub", ["-p", port, "-u", token, "-q", "1", "-t", topic, "-m", payload]);
  };

  /** Lines that mosquitto_sub prints for the device's commands, each with the time it came. */
  function watchCommands(): {
    lines: { at: number; text: string }[];
    ready: Promise<void>;
    process: ChildProcess;
  } {
    const { port } = new URL(product.mqtt);
    const topic = "v1/devices/me/rpc/request/+";
    // Line by line, although it does not write to a terminal.
    const sub = spawn("stdbuf", [
      "-oL",
      "mosquitto_sub",
      "-d",
      "-v",
      "-p",
      port,
      "-u",
      device.token,
      "-q",
      "1",
      "-t",
      topic,
    ]);
    const lines: { at: number; text: string }[] = [];
    const ready = new Promise<void>((resolve) => {
      sub.stdout.on("data", (data) => {
        for (const text of `${data}`.split("\n")) {
          if (text.includes("SUBACK")) resolve();
          if (text.startsWith("v1/")) lines.push({ at: performance.now(), text });
        }
      });
    });
    return { lines, ready, process: sub };
  }

  test("a slow reading is a command at the device within 200 ms, and an alarm that says why", async () => {
    const watched = watchCommands();
    await watched.ready;
    // One that stays connected and publishes line by line: the time that it takes to start is none of ours.
    const where = ["-p", new URL(product.mqtt).port, "-u", device.token, "-q", "1"];
    const telling = spawn("mosquitto_pub", [...where, "-t", "v1/devices/me/telemetry", "-l"]);
    const latencies: number[] = [];
    for (let round = 1; round <= 5; round++) {
      const before = performance.now();
      telling.stdin.write('{"speed":12}\n');
      await expect.poll(() => watched.lines.length, { interval: 5 }).toBe(round);
      latencies.push(watched.lines.at(-1)!.at - before);
      telling.stdin.write('{"speed":50}\n');
    }
    telling.stdin.end();
    await once(telling, "close");
    watched.process.kill();
    expect(watched.lines[0]!.text).toMatch(
      /rpc\/request\/\d+ \{"method":"setLimit","params":\{"kmh":40\}\}$/,
    );
    // The best of five: the machine may be busy with other suites.
    expect(Math.min(...latencies)).toBeLessThan(200);
    const { items } = await ask<{ items: { cause: { path: string[]; values: object } }[] }>(
      `${product.http}/api/alarms`,
    );
    expect(items.length).toBe(5);
    expect(items[0]!.cause).toMatchObject({ path: ["in", "slow"], values: { speed: 12 } });
  }, 120_000);

  test("a reading over CoAP is a point that InfluxDB gives back by InfluxQL", async () => {
    const url = `${product.coap}/api/v1/${device.token}/telemetry`;
    await execute("coap-client-notls", ["-m", "post", "-t", "50", "-e", '{"speed":47,"lane":"left"}', url]);
    const q = `SELECT speed, lane FROM traffic WHERE device = '${device.id}' AND speed = 47`;
    const query = `${influx.url}/query?db=${influx.database}&q=${encodeURIComponent(q)}`;
    const found = async () =>
      (await ask<{ results: { series?: { values: unknown[][] }[] }[] }>(query)).results[0]?.series?.[0];
    await expect.poll(async () => (await found())?.values[0]?.slice(1)).toEqual([47, "left"]);
    const { items } = await ask<{ items: { value: number }[] }>(
      `${product.http}/api/series?device=${device.id}&key=speed`,
    );
    expect(items.map(({ value }) => value)).toContain(47);
  });

  test("an unknown token is refused by each protocol in its own words", async () => {
    await expect(publish("{}", "no-such-token")).rejects.toThrow(/bad user name or password/);
    const http = await fetch(`${product.http}/api/v1/no-such-token/telemetry`, {
      method: "POST",
      headers: { "content-type": "application/json" },
      body: "{}",
    });
    expect(http.status).toBe(401);
    const coap = await execute("coap-client-notls", [
      "-m",
      "get",
      `${product.coap}/api/v1/no-such-token/attributes`,
    ]);
    expect(coap.stdout + coap.stderr).toContain("4.01");
  });

  const letters = async () =>
    (
      await ask<{ items: { reason: string; raw: string; message: string; device: string }[] }>(
        `${product.http}/api/dead-letters?limit=200`,
      )
    ).items;

  test.each([
    ["broken JSON", '{"speed":', "invalid_json"],
    ["a reading that is a number", "41", "invalid_telemetry"],
    [
      "a clock two days ahead",
      `{"ts":${Date.now() + 2 * 86_400_000},"values":{"speed":1}}`,
      "timestamp_in_future",
    ],
  ])("%s: acknowledged, and found again with its bytes", async (_, payload, reason) => {
    await publish(payload);
    const raw = Buffer.from(payload).toString("base64");
    await expect
      .poll(async () => (await letters()).find((letter) => letter.raw === raw)?.reason)
      .toBe(reason);
  });

  test("a payload of one megabyte and a topic of 40 levels are dead letters that name the mend", async () => {
    const { port } = new URL(product.mqtt);
    const big = `${dir}/big.json`;
    writeFileSync(big, `{"note":"${"x".repeat(1_048_576)}"}`);
    await execute("mosquitto_pub", [
      "-p",
      port,
      "-u",
      device.token,
      "-q",
      "1",
      "-t",
      "v1/devices/me/telemetry",
      "-f",
      big,
    ]);
    await publish("{}", device.token, Array.from({ length: 40 }, () => "a").join("/"));
    await expect
      .poll(async () => (await letters()).map(({ reason }) => reason))
      .toContain("payload_too_large");
    await expect.poll(async () => (await letters()).map(({ reason }) => reason)).toContain("unknown_topic");
    const tooLarge = (await letters()).find(({ reason }) => reason === "payload_too_large")!;
    expect(Buffer.from(tooLarge.raw, "base64").length).toBeGreaterThan(1_048_576);
    expect(tooLarge.message).toMatch(/262144|256/);
  });

  test("a flow with a cycle, an unknown kind, output and operator is refused by name, and nothing runs", async () => {
    const broken = {
      ...flow,
      id: "broken",
      nodes: [
        ...flow.nodes,
        { id: "x", kind: "fliter", config: {} },
        {
          id: "a",
          kind: "filter",
          config: { when: { all: [{ fact: "speed", operator: "smallerThan", value: 1 }] } },
        },
        {
          id: "b",
          kind: "filter",
          config: { when: { all: [{ fact: "speed", operator: "lessThan", value: 1 }] } },
        },
      ],
      edges: [
        ...flow.edges,
        { from: "in", output: "nowhere", to: "b" },
        { from: "a", output: "pass", to: "b" },
        { from: "b", output: "pass", to: "a" },
      ],
    };
    const saved = await ask<{ problems: { message: string }[] }>(
      `${product.http}/api/flows/broken`,
      "PUT",
      broken,
    );
    const said = saved.problems.map(({ message }) => message).join("\n");
    for (const name of [/fliter.*filter/, /smallerThan/, /nowhere/, /a.*b|b.*a/]) expect(said).toMatch(name);
    await expect(ask(`${product.http}/api/flows/broken/versions`, "POST", { message: "x" })).rejects.toThrow(
      /422.*invalid_flow/,
    );
  });
});
