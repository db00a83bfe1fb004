import { createSocket } from "node:dgram";
import { isIPv6 } from "node:net";
import type { Host } from "../../engine/model/host.ts";
import { Endpoint } from "./endpoint.ts";
import { Resources } from "./resources.ts";

/** A running CoAP server. */
export interface Coap {
  port: number;
  /** Ends observations and stops listening; what was not answered is repeated by the devices. */
  close(): Promise<void>;
}

/** Listens on UDP `address` and `port` (0: a free one). Rejects with the system's error when it cannot. */
export async function openCoap(options: { host: Host; address: string; port: number }): Promise<Coap> {
  const { host, address, port } = options;
  const socket = createSocket({ type: isIPv6(address) ? "udp6" : "udp4", recvBufferSize: 1_048_576 });
  const endpoint: Endpoint = new Endpoint(socket, (request) => resources.serve(request));
  const resources = new Resources(host, endpoint);

  await new Promise<void>((resolve, reject) => {
    socket.once("error", reject);
    socket.bind(port, address, () => {
      socket.off("error", reject);
      resolve();
    });
  });
  socket.on("error", ({ message }) => host.log("error", `The CoAP socket failed: ${message}.`));

  return {
    port: socket.address().port,
    async close() {
      resources.close();
      endpoint.close();
      await new Promise<void>((resolve) => socket.close(() => resolve()));
    },
  };
}
