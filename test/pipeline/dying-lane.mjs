// Works lane 0 of the Redis given, in a process of its own that dies where a message says so: `{"dies":true}`.
import { evaluate } from "#dist/engine/pipeline/evaluate.js";
import { Lane } from "#dist/engine/pipeline/lane.js";
import { openRedisLanes } from "#dist/engine/store/backbone/redis-lanes.js";

const log = () => {};
const say = (said) => process.stdout.write(`${JSON.stringify(said)}\n`);
const store = await openRedisLanes({ url: process.argv[2], prefix: "dying", log });
await Lane.open(
  {
    store,
    points: { add: ({ body }) => body && say({ points: JSON.parse(body) }) },
    format: "rows",
    maxAheadMs: 86_400_000,
    observer: { evaluated() {}, committed() {}, stage() {}, delivered() {}, backlog() {} },
    tell: (report) => report.effects && say({ effects: JSON.parse(report.effects) }),
    log,
    evaluate(state, entries, options) {
      const isDeadly = ({ payload = "" }, i) =>
        payload.includes('"dies":true') && options.condemned?.index !== (options.first ?? 0) + i;
      if (entries.some(isDeadly)) process.kill(process.pid, "SIGKILL");
      return evaluate(state, entries, options);
    },
  },
  { lane: 0, reclaim: true },
);
