import { writeFileSync } from "node:fs";
import { connect } from "node:net";
import { join } from "node:path";
import { type Server, startServer } from "../../test/support/server.ts";

/** A broker that lets everybody in, keeps nothing on disk and drops nothing that waits for a subscriber. */
export function startMosquitto(): Promise<Server> {
  return startServer({
    program: "/usr/sbin/mosquitto",
    package: "mosquitto",
    place: {},
    prepare: (dir, port) => writeFileSync(join(dir, "mosquitto.conf"), config(port)),
    args: (_port, dir) => ["-c", join(dir, "mosquitto.conf")],
    url: (port) => `mqtt://127.0.0.1:${port}`,
    ready: (port) =>
      new Promise<void>((resolve, reject) => {
        const socket = connect(port, "127.0.0.1", () => resolve(socket.destroy() as never));
        socket.once("error", reject);
      }),
  });
}

// As another user it would outlive a killed benchmark.
const config = (port: number) => `listener ${port} 127.0.0.1
${process.getuid?.() === 0 ? "user root" : ""}
allow_anonymous true
persistence false
set_tcp_nodelay true
max_queued_messages 0
log_type error
`;
