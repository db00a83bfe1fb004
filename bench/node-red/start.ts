import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { type Server, startServer } from "../../test/support/server.ts";
import { type Ends, nodeRedFlow } from "./flow.ts";
import { installPeers, modules, nodeForPeers } from "./install.ts";

/** Node-RED with the reference flow running. */
export function startNodeRed(ends: Ends): Promise<Server> {
  installPeers();
  return startServer({
    program: nodeForPeers(),
    package: "nodejs",
    place: {},
    prepare(dir, port) {
      writeFileSync(join(dir, "flows.json"), JSON.stringify(nodeRedFlow(ends)));
      writeFileSync(join(dir, "settings.cjs"), settings(port));
    },
    args: (_port, dir) => [
      join(modules, "node-red/red.js"),
      ...["--userDir", dir, "--settings", join(dir, "settings.cjs")],
    ],
    url: (port) => `http://127.0.0.1:${port}`,
    async ready(port) {
      if ((await rawCount(`http://127.0.0.1:${port}`)) === undefined) throw new Error("not counting yet");
    },
  });
}

/** Raw points the flow has made; undefined before it runs. */
export async function rawCount(url: string): Promise<number | undefined> {
  const answer = await fetch(`${url}/context/global/raw`);
  const { msg } = (await answer.json()) as { msg?: string };
  return msg === undefined || msg === "(undefined)" ? undefined : Number(msg);
}

const settings = (port: number) => `module.exports = {
  uiPort: ${port}, uiHost: "127.0.0.1", flowFile: "flows.json", credentialSecret: false, disableEditor: true,
  telemetry: { enabled: false, updateNotification: false }, functionTimeout: 0,
  logging: { console: { level: "warn", metrics: false, audit: false } },
};
`;
