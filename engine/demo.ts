import { readFileSync } from "node:fs";
import { join } from "node:path";
import type { Running } from "./main.ts";
import { flowSchema } from "./model/flow.ts";
import type { Log } from "./pipeline/parts.ts";
import { simulate } from "./simulate/simulate.ts";

/** The example flows, seen from the built engine. */
const flowsDir = join(import.meta.dirname, "..", "..", "flows");
/** Those for what the city has; the others are for cold chains, pumps and trucks, or need hours to show something. */
const cityFlows = ["congestion", "sensor-health", "travel-report"];

/** Puts the example flows to work where they are missing, and runs the simulated city until `signal` aborts. */
export async function startDemo(running: Running, { signal, log }: { signal: AbortSignal; log: Log }) {
  const { http, mqtt, coap } = running;
  if (!http || !mqtt || !coap) {
    log("warn", "the demo needs all roles in one process; it is left out");
    return;
  }
  const city = simulate({ http, mqtt, coap, signal, log });
  await deployExamples(running);
  await city;
}

const readJson = (folder: string, file: string) =>
  JSON.parse(readFileSync(join(flowsDir, folder, file), "utf8"));

async function deployExamples({ stores: { registry }, after }: Running) {
  for (const name of cityFlows) {
    const flow = flowSchema.parse(readJson(name, "flow.json"));
    // One that is there may have been changed, or switched off on purpose.
    if (await registry.draft(flow.id)) continue;
    await registry.putDraft(flow, undefined);
    await registry.putCases(flow.id, readJson(name, "cases.json"), "*");
    const { version } = await registry.createVersion(flow.id, "Example of the demo city");
    await after.deployed(await registry.deploy(flow.id, version, "live"));
  }
}
