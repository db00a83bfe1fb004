import { Command, InvalidArgumentError } from "commander";
import { address } from "./address.ts";

interface Options {
  http: string;
  mqtt: string;
  coap: string;
  rate?: number;
  devices?: number;
  seed?: number;
  json?: true;
}

/** `millrace simulate`: the demo city as clients of any running server. */
export function simulateCommand(): Command {
  return new Command("simulate")
    .description("Send the messages of a simulated city to a running server, until Ctrl+C.")
    .option("--http <url>", "the server's HTTP API", address("http:", "https:"), "http://127.0.0.1:8080")
    .option("--mqtt <url>", "its MQTT listener", address("mqtt:"), "mqtt://127.0.0.1:1883")
    .option("--coap <url>", "its CoAP listener", address("coap:"), "coap://127.0.0.1:5683")
    .option("--rate <messages>", "messages per second of the whole city", count)
    .option("--devices <count>", "how many stations", count)
    .option("--seed <number>", "the same seed gives the same jams and faults", count)
    .option("--json", "print totals as JSON at the end")
    .addHelpText("after", "\nExample:\n  millrace simulate --devices 200 --rate 1000")
    .action(run);
}

async function run({ json, ...options }: Options) {
  const stop = new AbortController();
  process.once("SIGINT", () => stop.abort());
  process.once("SIGTERM", () => stop.abort());
  const { openLog } = await import("../log.ts");
  const { simulate } = await import("../simulate/simulate.ts");
  const totals = await simulate({ ...options, signal: stop.signal, log: openLog("info") });
  process.stdout.write(
    json
      ? `${JSON.stringify(totals)}\n`
      : `${Object.entries(totals)
          .map(([name, value]) => `${name} ${value}`)
          .join(", ")}\n`,
  );
}

function count(text: string): number {
  const value = Number(text);
  if (!Number.isInteger(value) || value < 1)
    throw new InvalidArgumentError("A whole number of at least 1 is needed.");
  return value;
}
