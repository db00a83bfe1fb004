import { createSocket } from "node:dgram";
import { createServer } from "node:net";

/**
 * A TCP port of 127.0.0.1 that nobody listens on at this moment. Below those that the system hands out itself, which
 * another suite's connection or server could get before ours binds it.
 */
export async function freeTcpPort(): Promise<number> {
  for (;;) {
    const port = 10_000 + Math.floor(Math.random() * 22_000);
    if (await isFree(port)) return port;
  }
}

function isFree(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const server = createServer();
    server.once("error", () => resolve(false));
    server.listen(port, "127.0.0.1", () => server.close(() => resolve(true)));
  });
}

/** A UDP port of 127.0.0.1 that nobody listens on at this moment. */
export function freeUdpPort(): Promise<number> {
  return new Promise((resolve, reject) => {
    const socket = createSocket("udp4");
    socket.once("error", reject);
    socket.bind(0, "127.0.0.1", () => {
      const { port } = socket.address();
      socket.close(() => resolve(port));
    });
  });
}
