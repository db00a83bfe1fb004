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

async function freePort(isFree: (port: number) => Promise<boolean>): Promise<number> {
  for (;;) {
    const port = 10_000 + Math.floor(Math.random() * 22_000);
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
