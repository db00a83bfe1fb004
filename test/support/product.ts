import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { join } from "node:path";
import { copyDatabase } from "./database-template.ts";
import { freeTcpPort, freeUdpPort } from "./free-port.ts";

const root = join(import.meta.dirname, import.meta.dirname.includes("/dist/") ? "../../.." : "../..");

/** The built product as a process of its own, as a user starts it. */
export interface Product {
  pid: number;
  http: string;
  mqtt: string;
  coap: string;
  /** Milliseconds from the start of the process to its ready line. */
  readyMs: number;
  /** SIGKILL, as in a crash. */
  kill(): Promise<void>;
  /** SIGTERM, as an operator does. */
  stop(): Promise<void>;
}

export interface ProductOptions {
  dir: string;
  env?: Record<string, string>;
  args?: string[];
  /** All as a user has it: the product makes its embedded database itself, instead of finding an empty one. */
  fromNothing?: boolean;
}

/** Settings with free ports, to be used again by a later start that must be found at the same place. */
export async function freePorts(): Promise<Record<string, string>> {
  const [http, mqtt, coap] = await Promise.all([freeTcpPort(), freeTcpPort(), freeUdpPort()]);
  return { MILLRACE_HTTP_PORT: `${http}`, MILLRACE_MQTT_PORT: `${mqtt}`, MILLRACE_COAP_PORT: `${coap}` };
}

const anyPorts = { MILLRACE_HTTP_PORT: "0", MILLRACE_MQTT_PORT: "0", MILLRACE_COAP_PORT: "0" };

/** `millrace start` in the folder given; rejects with all it said when it ends before it is ready. */
export async function startProduct({
  dir,
  env = {},
  args = [],
  fromNothing = false,
}: ProductOptions): Promise<Product> {
  const hasServers = env.MILLRACE_DATABASE_URL && env.MILLRACE_REDIS_URL;
  if (!fromNothing && !hasServers) await copyDatabase(join(dir, "database"));
  const startAt = performance.now();
  const settings = { MILLRACE_DATA_DIR: dir, MILLRACE_LOG_LEVEL: "warn", ...anyPorts, ...env };
  const { child, said } = run(["start", ...args], settings, fromNothing ? [] : compiler);
  const line = await new Promise<string>((resolve, reject) => {
    child.once("exit", (code) => reject(new Error(`millrace start ended with ${code}:\n${said()}`)));
    child.stdout!.on("data", () => {
      const ready = /^millrace ready.*\n/m.exec(said());
      if (ready) resolve(ready[0]);
    });
  });
  const readyMs = performance.now() - startAt;
  const place = (name: string) => new RegExp(`${name}=(\\S+)`).exec(line)?.[1] ?? "";
  const end = async (signal: NodeJS.Signals) => {
    if (child.exitCode !== null || child.signalCode !== null) return;
    const ended = once(child, "exit");
    child.kill(signal);
    await ended;
  };
  return {
    pid: child.pid!,
    http: place("http"),
    mqtt: place("mqtt"),
    coap: place("coap"),
    readyMs,
    kill: () => end("SIGKILL"),
    stop: () => end("SIGTERM"),
  };
}

/** Runs the command line to its end. */
export async function millrace(
  args: string[],
  env: Record<string, string> = {},
): Promise<{ code: number | null; stdout: string; stderr: string }> {
  const { child, stdout, stderr } = run(args, env);
  const [code] = (await once(child, "close")) as [number | null];
  return { code, stdout: stdout(), stderr: stderr() };
}

/** Runs the command line and kills it, as a crash does, when it is time or it has ended. */
export async function millraceKilled(
  args: string[],
  env: Record<string, string>,
  isTime: () => Promise<boolean>,
): Promise<void> {
  const { child } = run(args, env);
  const ended = once(child, "exit");
  while (child.exitCode === null && !(await isTime()));
  child.kill("SIGKILL");
  await ended;
}

/** How the suite has WebAssembly compiled, so has the product it starts. */
const compiler = process.execArgv.filter((flag) => flag === "--liftoff-only");

function run(args: string[], env: Record<string, string>, flags = compiler) {
  const clean = Object.fromEntries(
    Object.entries(process.env).filter(([name]) => !name.startsWith("MILLRACE_")),
  );
  const child: ChildProcess = spawn(process.execPath, [...flags, join(root, "bin/millrace.mjs"), ...args], {
    env: { ...clean, ...env },
    stdio: ["ignore", "pipe", "pipe"],
  });
  const end = () => child.kill("SIGKILL");
  process.once("exit", end);
  child.once("exit", () => process.off("exit", end));
  const out: Buffer[] = [];
  const err: Buffer[] = [];
  child.stdout!.on("data", (data) => out.push(data));
  child.stderr!.on("data", (data) => err.push(data));
  const stdout = () => Buffer.concat(out).toString();
  const stderr = () => Buffer.concat(err).toString();
  return { child, stdout, stderr, said: () => `${stdout()}${stderr()}` };
}

/** Asks the HTTP API; rejects with the problem document when it refuses. */
export async function ask<T = Record<string, unknown>>(
  url: string,
  method = "GET",
  body?: unknown,
): Promise<T> {
  const answer = await fetch(url, {
    method,
    ...(body !== undefined && {
      headers: { "content-type": "application/json" },
      body: JSON.stringify(body),
    }),
  });
  const text = await answer.text();
  if (!answer.ok) throw new Error(`${method} ${url}: ${answer.status} ${text}`);
  return (text ? JSON.parse(text) : undefined) as T;
}

/** Makes the flow's draft, freezes it and puts it to work. */
export async function deployFlow(http: string, flow: { id: string }): Promise<void> {
  await ask(`${http}/api/flows/${flow.id}`, "PUT", flow);
  const { version } = await ask<{ version: number }>(`${http}/api/flows/${flow.id}/versions`, "POST", {
    message: "test",
  });
  await ask(`${http}/api/flows/${flow.id}/deploy`, "POST", { version, mode: "live" });
}

/** Makes a device; gives its id and token. */
export async function addDevice(
  http: string,
  device: { name: string; profile?: string; attributes?: object },
) {
  return ask<{ id: string; token: string }>(`${http}/api/devices`, "POST", device);
}

/** One value of /metrics, of the lines that have `labels`, summed over what else they are labelled with; 0 where it was never counted. */
export async function metric(http: string, name: string, labels = ""): Promise<number> {
  const text = await (await fetch(`${http}/metrics`)).text();
  let sum = 0;
  for (const line of text.split("\n"))
    if ((line.startsWith(`${name} `) || line.startsWith(`${name}{`)) && line.includes(labels))
      sum += Number(line.slice(line.lastIndexOf(" ")));
  return sum;
}
