import { createSocket } from "node:dgram";
import { createServer } from "node:net";

/**
 * A TCP port of 127.0.0.1 that nobody listens on at this moment. Below those that the system hands out itself, which
 * another suite's connection or server could get before ours binds it.
 */
export async function freeTcpPort(): Promise<number> {
  return freePort(isTcpFree);
}

/** The same of UDP. */
export async function freeUdpPort(): Promise<number> {
  return freePort(isUdpFree);
}

/** Between what servers use by themselves and what the system hands out. */
const lowest = 10_000;
const many = 22_000;
/** Suites that run at the same time have a share each: what one has been given is bound a while later, if at all. */
const shares = 8;
const size = Math.floor(many / shares);
const share = Number(process.env.VITEST_POOL_ID ?? 0) % shares;
/** Begins anywhere, since servers of an earlier suite may be about to end. */
let given = Math.floor(Math.random() * size);

/** The next one of its share, so that none comes twice until all have been given. */
async function freePort(isFree: (port: number) => Promise<boolean>): Promise<number> {
  for (;;) {
    const port = lowest + share * size + (given++ % size);
    if (await isFree(port)) return port;
  }
}

function isTcpFree(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const server = createServer();
    server.once("error", () => resolve(false));
    server.listen(port, "127.0.0.1", () => server.close(() => resolve(true)));
  });
}

function isUdpFree(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = createSocket("udp4");
    socket.once("error", () => socket.close(() => resolve(false)));
    socket.bind(port, "127.0.0.1", () => socket.close(() => resolve(true)));
  });
}
