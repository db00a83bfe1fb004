import { setTimeout as sleep } from "node:timers/promises";
import { serveOrder } from "./child.ts";
import { CoapClient } from "./coap-client.ts";
import { HttpClient } from "./http-client.ts";
import { percentiles } from "./percentiles.ts";

/** Uploads of devices over CoAP or HTTP, by the URL's scheme; each device has one request under way at a time. */
export interface RequestsOrder {
  url: string;
  tokens: string[];
  seconds: number;
  warmupSeconds: number;
}

export interface RequestsReport {
  /** Within the measured time. */
  answered: number;
  refused: number;
  answerMs: [number, number, number];
  cpuSeconds: number;
  tookSeconds: number;
}

export interface Client {
  /** Sends one upload and resolves with whether it was taken. */
  upload(payload: string): Promise<boolean>;
  close(): void;
}

async function run({ url, tokens, seconds, warmupSeconds }: RequestsOrder): Promise<RequestsReport> {
  const to = new URL(url);
  const open = to.protocol === "coap:" ? CoapClient.open : HttpClient.open;
  const clients = await Promise.all(tokens.map((token) => open(to, token)));
  const cpuBefore = process.cpuUsage();
  const start = performance.now();
  const measureFrom = start + warmupSeconds * 1000;
  const end = measureFrom + seconds * 1000;
  const took: number[] = [];
  let refused = 0;
  await Promise.all(
    clients.map(async (client, index) => {
      await sleep(index % 10);
      for (let n = 0; performance.now() < end; n++) {
        const sentAt = performance.now();
        const isTaken = await client.upload(payload(n));
        const now = performance.now();
        if (!isTaken) refused++;
        else if (sentAt >= measureFrom && now <= end) took.push(now - sentAt);
      }
    }),
  );
  const tookSeconds = (performance.now() - start) / 1000;
  const cpu = process.cpuUsage(cpuBefore);
  for (const client of clients) client.close();
  return {
    answered: took.length,
    refused,
    answerMs: percentiles(took),
    cpuSeconds: (cpu.user + cpu.system) / 1e6,
    tookSeconds,
  };
}

const payload = (n: number) =>
  `{"speed":${40 + ((n * 7) % 60)},"occupancy":${10 + (n % 16)},"count":${n % 9}}`;

serveOrder(run);
