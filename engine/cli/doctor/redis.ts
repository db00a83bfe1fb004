import type { Finding } from "../../model/finding.ts";
import type { Settings } from "../../settings.ts";
import { connect, forCommands, reachAll } from "../../store/backbone/redis-connection.ts";
import { durability } from "../../store/backbone/redis-durability.ts";
import { loneNode, type RedisState, readRedis } from "../../store/backbone/redis-state.ts";
import { clock, findingsOf } from "./findings.ts";

const withinMs = 3000;

/** Looks at the Redis that is set, at each node of a cluster. */
export async function examineRedis(settings: Settings): Promise<Finding[]> {
  const url = settings.MILLRACE_REDIS_URL;
  const isRelaxed = settings.MILLRACE_REDIS_DURABILITY === "relaxed";
  if (!url) return [];
  const connection = connect({ url }, forCommands);
  connection.on("error", () => {});
  const silent: Finding[] = [];
  try {
    await reachAll([connection], { url }, withinMs);
    const states = await readRedis(connection, (place, error) =>
      silent.push(findingsOf(`redis ${place}`).fail("reachable", `no (${error.message})`, "Start it.")),
    );
    const alone = loneNode(connection, states);
    if (alone) return [findingsOf("redis").fail("hosts", "one", alone)];
    return [...silent, ...states.flatMap((state) => examineNode(state, isRelaxed))];
  } catch (error) {
    return [findingsOf("redis").fail("reachable", "no", (error as Error).message)];
  } finally {
    connection.disconnect();
  }
}

function examineNode(state: RedisState, isRelaxed: boolean): Finding[] {
  const place = `redis ${state.place}`;
  return [
    findingsOf(place).ok("reachable", state.isMaster ? "as a master" : "as a replica"),
    version(state, place),
    ...durability(state).map((finding) => (isRelaxed ? relaxed(finding) : finding)),
    ...(state.isInCluster ? cluster(state, place) : []),
    clock(place, state.skewMs),
  ];
}

function version({ version }: RedisState, place: string): Finding {
  const { ok, fail } = findingsOf(place);
  return Number(version.split(".")[0]) >= 7
    ? ok("version", version)
    : fail("version", version, "Install Redis 7 or later.");
}

function relaxed(finding: Finding): Finding {
  if (finding.level !== "fail") return finding;
  return { ...finding, level: "warn", mend: `Accepted by MILLRACE_REDIS_DURABILITY. ${finding.mend}` };
}

function cluster({ isMaster, replicas, config = {} }: RedisState, place: string): Finding[] {
  const { ok, warn } = findingsOf(place);
  const findings: Finding[] = [];
  if (isMaster && replicas > 0) findings.push(ok("replicas", `${replicas}`));
  if (isMaster && replicas === 0)
    findings.push(
      warn(
        "replicas",
        "none",
        "When it fails its lanes stand still until it is back. Give it a replica: redis-cli --cluster add-node <new> <any> --cluster-slave.",
      ),
    );
  const [drop, fail] = [Number(config["repl-timeout"]) * 1000, Number(config["cluster-node-timeout"])];
  if (drop <= fail)
    findings.push(
      warn(
        "repl-timeout",
        `${drop / 1000} s, cluster-node-timeout ${fail / 1000} s`,
        "A master that is cut off from the others may acknowledge what is lost when its replica takes over. Raise repl-timeout above cluster-node-timeout.",
      ),
    );
  return findings;
}
