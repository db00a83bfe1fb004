import { join } from "node:path";
import { runChild } from "../child.ts";
import type { RequestsOrder, RequestsReport } from "../load-requests.ts";
import { round, watchMachine } from "../machine.ts";
import type { Figures, Measurement } from "../measurement.ts";
import type { Options } from "../options.ts";
import { startNode, watchProcesses } from "../process.ts";
import { memoryMb } from "../reach.ts";
import { onProduct } from "../rig.ts";

const clients = 200;

/** One protocol's uploads into the product, against the bare library it stands on, by the same clients. */
function against(
  name: "coap" | "http",
  { title, bare, library }: { title: string; bare: string; library: string },
): Measurement {
  return {
    name,
    title,
    againstCeiling: false,
    async run(options) {
      const before = await measureBare(bare, options);
      const counts = { gateways: 0, devices: 0, probes: clients };
      const product = await onProduct({ under: ["redis", "influx"], counts }, ({ product }) =>
        measure(product.started[name], product.probes, product.started.pid, options),
      );
      const after = await measureBare(bare, options);
      const top = (before.acknowledgedPerSecond! + after.acknowledgedPerSecond!) / 2;
      product.ofBare = round(product.acknowledgedPerSecond! / top);
      return [
        { name: `${library} alone`, figures: before },
        { name: "on Redis and InfluxDB", figures: product },
        { name: `${library} alone, again`, figures: after },
      ];
    },
  };
}

async function measureBare(file: string, options: Options): Promise<Figures> {
  const server = await startNode(join(import.meta.dirname, "../bare", file), [], "ready ");
  const tokens = Array.from({ length: clients }, (_, i) => `token-of-a-device-${i}`);
  return measure(server.line, tokens, server.process.pid!, options).finally(server.stop);
}

async function measure(url: string, tokens: string[], pid: number, options: Options): Promise<Figures> {
  const { seconds, warmupSeconds } = options;
  const used = watchProcesses([pid]);
  const busy = watchMachine();
  const order: RequestsOrder = { url, tokens, seconds, warmupSeconds };
  const report = await runChild<RequestsOrder, RequestsReport>("load-requests.js", order);
  const figures = {
    connections: tokens.length,
    acknowledgedPerSecond: Math.round(report.answered / seconds),
    refused: report.refused,
    acknowledgeMs: report.answerMs,
    memoryMb: memoryMb([pid]),
    serverCores: used(),
    generatorCores: round(report.cpuSeconds / report.tookSeconds),
    ...busy(),
    loadSeconds: round(report.tookSeconds),
  };
  if (report.answered === 0) throw new Error(`${url} took no upload, ${report.refused} were refused`);
  return figures;
}

export const coap = against("coap", {
  title: "CoAP uploads, confirmable, one under way for each client",
  bare: "coap.js",
  library: "coap",
});
export const http = against("http", {
  title: "HTTP uploads, one under way on each connection",
  bare: "express.js",
  library: "express",
});
