import { spawnSync } from "node:child_process";
import { hostname } from "node:os";
import { afterAll, afterEach, beforeAll } from "vitest";
import { requirePassing } from "../../../../engine/api/cases.ts";
import { surroundingsOf } from "../../../../engine/api/surroundings.ts";
import { testCases } from "../../../../engine/flow/cases.ts";
import { validateFlow } from "../../../../engine/flow/validate.ts";
import { type Deployment, type Flow, flowSchema } from "../../../../engine/model/flow.ts";
import type { SqlPool } from "../../../../engine/store/pglite.ts";
import { openRegistry } from "../../../../engine/store/registry/open.ts";
import type { Registry } from "../../../../engine/store/registry.ts";
import type { Remote } from "../../../../engine/store/repository/remote.ts";
import { FlowsRepository } from "../../../../engine/store/repository/repository.ts";
import { openDatabase } from "../../../support/database-template.ts";

/** A flow whose alarm is raised below `limit`. */
export const jam = (limit: number, id = "jam"): Flow =>
  flowSchema.parse({
    id,
    name: `Flow ${id}`,
    schema: 1,
    nodes: [
      { id: "in", kind: "input", config: {} },
      {
        id: "low",
        kind: "alert",
        config: {
          type: "Jam",
          severity: "major",
          raise: { all: [{ fact: "speed", operator: "lessThan", value: limit }] },
        },
      },
    ],
    edges: [{ from: "in", to: "low" }],
    layout: { in: { x: 0, y: 0 }, low: { x: 200, y: 0 } },
  });

/** Of a process that was, and is no more. */
const deadPid = () => spawnSync("true").pid;

export interface Server {
  dir: string;
  registry: Registry;
  repository: FlowsRepository;
  told: Deployment[];
  logged: string[];
  /** Makes the draft and freezes it; gives the number. */
  publish(flow: Flow, message?: string, author?: string): Promise<number>;
  deploy(id: string, version: number): Promise<void>;
  off(id: string): Promise<void>;
  live(): Promise<Record<string, number>>;
  /** The repository is opened anew, as by a process that starts; `through` stands between it and the registry. */
  restart(through?: (registry: Registry) => Registry): Promise<void>;
  /** Another process beside it, with the same registry and folder. */
  beside(): Promise<FlowsRepository>;
  /** As if the process had been killed: it says nothing to the registry any more. */
  kill(): Promise<void>;
  close(): Promise<void>;
}

/** Empties the registry, as a server has it that is new. */
async function emptied(pool: SqlPool): Promise<Registry> {
  const registry = await openRegistry(pool);
  for (const statement of [
    "delete from millrace.deployments",
    "delete from millrace.flows",
    "delete from millrace.flow_repository",
    "insert into millrace.flow_repository default values",
  ])
    await pool.query(statement);
  return registry;
}

/** The registry on the database, which is emptied, and the flows repository in the folder, without the rest of a server. */
export async function openServer(
  pool: SqlPool,
  dir: string,
  { remote, through = (one) => one }: { remote?: Remote; through?: (registry: Registry) => Registry } = {},
): Promise<Server> {
  const registry = await emptied(pool);
  const told: Deployment[] = [];
  const logged: string[] = [];
  const open = (through = registry) =>
    FlowsRepository.open({
      dir,
      branch: "main",
      remote,
      registry: through,
      checks: {
        async flow(input) {
          const flow = flowSchema.safeParse(input).data;
          return validateFlow(input, flow && (await surroundingsOf(flow, registry)));
        },
        async cases(flow, cases) {
          requirePassing(testCases(flow, cases, await surroundingsOf(flow, registry)));
        },
      },
      deployed: async (deployment) => void told.push(deployment),
      log: (_, message) => void logged.push(message),
    });
  const server: Server = {
    registry,
    dir,
    repository: await open(through(registry)),
    told,
    logged,
    async publish(flow, message = "", author = "Ben") {
      await registry.putDraft(flow, (await registry.draft(flow.id)) ? "*" : undefined);
      const { version } = await registry.createVersion(flow.id, message, author);
      await server.repository.recorded();
      return version;
    },
    async deploy(id, version) {
      await registry.deploy(id, version, "live");
      await server.repository.recorded({ flow: id, author: "Ben" });
    },
    async off(id) {
      await registry.deploy(id, 1, "off");
      await server.repository.recorded({ flow: id, author: "Ben" });
    },
    async live() {
      const { flows } = await registry.deployment();
      return Object.fromEntries(flows.map(({ version, definition }) => [definition.id, version]));
    },
    async restart(through = (one) => one) {
      await server.repository.close();
      server.repository = await open(through(registry));
    },
    beside: () => open(),
    async kill() {
      await server.repository.close();
      await pool.query(
        "update millrace.flow_repository set keeper = $1, kept_until = now() + interval '1 day'",
        [`millrace ${deadPid()} on ${hostname()}, 00000000`],
      );
    },
    close: () => server.repository.close(),
  };
  return server;
}

/** Opens servers for the tests of a file: the first one of a test, then another on a database of its own. Ends them. */
export function openingServers(): (dir: string) => Promise<Server> {
  const pools: SqlPool[] = [];
  const servers: Server[] = [];
  beforeAll(async () => {
    for (let i = 0; i < 2; i++) pools.push(await openDatabase());
  });
  afterAll(async () => {
    for (const pool of pools) await pool.end();
  });
  afterEach(async () => {
    for (const one of servers.splice(0)) await one.close();
  });
  return async (dir) => {
    const one = await openServer(pools[servers.length]!, dir);
    servers.push(one);
    return one;
  };
}
