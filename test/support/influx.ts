import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { type Place, type Server, startServer } from "./server.ts";

/** An InfluxDB 1.x with the empty database `millrace`; with `login` it lets nobody else in. */
export function startInflux(
  options: Place & { login?: { user: string; password: string } } = {},
): Promise<Server & { database: string }> {
  const database = "millrace";
  const { login } = options;
  return startServer({
    program: "influxd",
    package: "influxdb",
    place: options,
    prepare: (dir, port) => writeFileSync(join(dir, "influxdb.conf"), config(dir, port, Boolean(login))),
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

// Graphite, collectd, OpenTSDB and UDP listeners are off unless asked for; backups would listen on 8088.
const config = (dir: string, port: number, login: boolean) => `reporting-disabled = true
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
  auth-enabled = ${login}
[logging]
  level = "warn"
`;
