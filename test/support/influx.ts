import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { type Place, type Server, startServer } from "./server.ts";

/** An InfluxDB 1.x with the empty database `millrace`. */
export function startInflux(options: Place = {}): Promise<Server & { database: string }> {
  const database = "millrace";
  return startServer({
    program: "influxd",
    package: "influxdb",
    place: options,
    prepare: (dir, port) => writeFileSync(join(dir, "influxdb.conf"), config(dir, port)),
    args: (_port, dir) => ["run", "-config", join(dir, "influxdb.conf")],
    url: (port) => `http://127.0.0.1:${port}`,
    async ready(port) {
      const body = new URLSearchParams({ q: `CREATE DATABASE ${database}` });
      const answer = await fetch(`http://127.0.0.1:${port}/query`, { method: "POST", body });
      if (!answer.ok) throw new Error(`${answer.status} ${await answer.text()}`);
    },
  }).then((server) => Object.assign(server, { database }));
}

// Graphite, collectd, OpenTSDB and UDP listeners are off unless asked for; backups would listen on 8088.
const config = (dir: string, port: number) => `reporting-disabled = true
bind-address = "127.0.0.1:0"
[meta]
  dir = "${dir}/meta"
[data]
  dir = "${dir}/data"
  wal-dir = "${dir}/wal"
  index-version = "inmem"
[monitor]
  store-enabled = false
[http]
  bind-address = "127.0.0.1:${port}"
  log-enabled = false
[logging]
  level = "warn"
`;
