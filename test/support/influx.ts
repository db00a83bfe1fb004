import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { type Place, type Server, startServer } from "./server.ts";

export interface InfluxOptions extends Place {
  /** Lets nobody else in. */
  login?: { user: string; password: string };
  /** Set up for more than the 100,000 devices that it takes by itself. */
  unlimited?: boolean;
}

/** An InfluxDB 1.x with the empty database `millrace`. */
export function startInflux(options: InfluxOptions = {}): Promise<Server & { database: string }> {
  const database = "millrace";
  const { login } = options;
  return startServer({
    program: "influxd",
    package: "influxdb",
    place: options,
    prepare: (dir, port) => writeFileSync(join(dir, "influxdb.conf"), config(dir, port, options)),
    args: (_port, dir) => ["run", "-config", join(dir, "influxdb.conf")],
    url: (port) => `http://127.0.0.1:${port}`,
    async ready(port) {
      if (login)
        await ask(
          port,
          `CREATE USER ${login.user} WITH PASSWORD '${login.password}' WITH ALL PRIVILEGES`,
          login,
        );
      await ask(port, `CREATE DATABASE ${database}`, login);
    },
  }).then((server) => Object.assign(server, { database }));
}

async function ask(port: number, q: string, login?: { user: string; password: string }) {
  const answer = await fetch(`http://127.0.0.1:${port}/query`, {
    method: "POST",
    body: new URLSearchParams({ q }),
    headers: login && { authorization: `Basic ${btoa(`${login.user}:${login.password}`)}` },
  });
  if (!answer.ok) throw new Error(`${answer.status} ${await answer.text()}`);
}

const forMany = `index-version = "tsi1"
  max-values-per-tag = 0
  max-series-per-database = 0
  cache-snapshot-memory-size = "256m"`;

// Graphite, collectd, OpenTSDB and UDP listeners are off unless asked for; backups would listen on 8088.
const config = (dir: string, port: number, { login, unlimited }: InfluxOptions) => `reporting-disabled = true
bind-address = "127.0.0.1:0"
[meta]
  dir = "${dir}/meta"
[data]
  dir = "${dir}/data"
  wal-dir = "${dir}/wal"
  ${unlimited ? forMany : 'index-version = "inmem"'}
[monitor]
  store-enabled = false
[http]
  bind-address = "127.0.0.1:${port}"
  log-enabled = false
  auth-enabled = ${Boolean(login)}
[logging]
  level = "warn"
`;
