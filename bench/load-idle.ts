import { setTimeout as sleep } from "node:timers/promises";
import { generate } from "mqtt-packet";
import { serveOrder } from "./child.ts";
import { openMqtt } from "./publisher.ts";

/** Opens one connection a token, each waiting for commands, and holds them for a while. */
export interface IdleOrder {
  url: string;
  tokens: string[];
  holdSeconds: number;
}

export interface IdleReport {
  openSeconds: number;
  /** Still open at the end. */
  open: number;
}

const abreast = 50;

async function run({ url, tokens, holdSeconds }: IdleOrder): Promise<IdleReport> {
  const to = new URL(url);
  const subscriptions = [{ topic: "v1/devices/me/rpc/request/+", qos: 1 as const }];
  const subscribe = generate({ cmd: "subscribe", messageId: 1, subscriptions });
  let open = 0;
  const since = performance.now();
  for (let at = 0; at < tokens.length; at += abreast)
    await Promise.all(
      tokens.slice(at, at + abreast).map(async (token, i) => {
        const socket = await openMqtt(to, token, `idle-${at + i}`);
        open++;
        socket.on("error", () => {});
        socket.on("close", () => open--);
        await new Promise((resolve) => {
          socket.once("data", resolve);
          socket.write(subscribe);
        });
      }),
    );
  const openSeconds = (performance.now() - since) / 1000;
  await sleep(holdSeconds * 1000);
  return { openSeconds, open };
}

serveOrder(run);
