import { setTimeout as sleep } from "node:timers/promises";
import type { Flow } from "../../engine/model/flow.ts";
import { addDevice, ask, deployFlow } from "../support/product.ts";
import { SteadyPublisher } from "../support/steady-publisher.ts";
import { all, points } from "./checker.ts";
import { defineScenario } from "./scenario.ts";
import type { World } from "./world.ts";

const windowMs = 10_000;
const perWindow = 10;
const twoDaysMs = 2 * 86_400_000;
/** Within what a clock may be ahead by default, an hour. */
const fiftyMinutesMs = 50 * 60_000;

/** Counts by windows, and saves what came too late for its own. */
const flow: Flow = {
  id: "clock",
  name: "Clock",
  schema: 1,
  nodes: [
    { id: "in", kind: "input", config: { profiles: ["clocked"] } },
    {
      id: "window",
      kind: "aggregate",
      config: {
        window: { type: "tumbling", size: "10s" },
        by: "device",
        values: [{ fn: "count", as: "readings" }],
      },
    },
    { id: "kept", kind: "save", config: { measurement: "clock_window", fields: ["readings"] } },
    { id: "late", kind: "save", config: { measurement: "clock_late", fields: ["i"] } },
  ],
  edges: [
    { from: "in", output: "out", to: "window" },
    { from: "window", output: "window", to: "kept" },
    { from: "window", output: "late", to: "late" },
  ],
  layout: {},
};

/** Some devices are right, one is two days ahead, one is fifty minutes ahead and is put right later. */
export const wrongClock = defineScenario({
  name: "wrong-clock",
  title: "a clock two days ahead makes dead letters, one fifty minutes ahead disturbs its own windows only",
  short: { devices: 10, windows: 10 },
  long: { devices: 100, windows: 100 },
  expected: {
    wrongWindows: 0,
    lateOfOthers: 0,
    lateOfItsOwn: perWindow,
    pointsFromTheFuture: 0,
    letters: "all",
  },
  async run(world, { devices, windows }) {
    await ask(`${world.http}/api/profiles/clocked`, "PUT", { class: "industrial" });
    await deployFlow(world.http, flow);
    const others = await Promise.all(Array.from({ length: devices }, (_, i) => clocked(world, `right-${i}`)));
    const [ahead, future] = await Promise.all([clocked(world, "ahead"), clocked(world, "future")]);
    const count = windows * perWindow;
    // In the past, so that nothing has to be waited for.
    const baseTs = Math.floor(Date.now() / windowMs - windows - 5) * windowMs;
    for (let i = 0; i <= count; i++) {
      const ts = baseTs + (i * windowMs) / perWindow;
      for (const { publish } of others) publish(ts, i);
      ahead.publish(ts + fiftyMinutesMs, i);
      future.publish(Date.now() + twoDaysMs + i, i);
      if (i % 20 === 0) await sleep(20);
    }
    const last = baseTs + (count * windowMs) / perWindow;
    for (let i = 1; i <= perWindow; i++) ahead.publish(last + i, count + i);
    const everyone = [...others, ahead, future];
    await Promise.all(everyone.map(({ publisher }) => publisher.settled()));
    for (const { publisher } of everyone) publisher.end();

    const full = Array.from({ length: windows }, () => perWindow);
    const counted = async (id: string) => (await points(world, id, "clock_window", ["readings"])).flat();
    const wrong = async () => {
      const found = await Promise.all([...others, ahead].map(({ id }) => counted(id)));
      // The window of the last reading may be closed by the clock.
      return found.filter((one) => one.slice(0, windows).join() !== full.join()).length;
    };
    const late = async (id: string) => (await points(world, id, "clock_late", ["i"])).length;
    const lettersOf = () =>
      all<{ reason: string }>(world, `/api/dead-letters?device=${future.id}&reason=timestamp_in_future`);
    const isDone = async () =>
      (await wrong()) === 0 && (await late(ahead.id)) === perWindow && (await lettersOf()).length > count;
    for (const until = Date.now() + 60_000; Date.now() < until && !(await isDone()); ) await sleep(200);
    const lateOfOthers = await Promise.all(others.map(({ id }) => late(id)));
    const letters = (await lettersOf()).length;
    return {
      devices: everyone.length,
      windowsOfEach: windows,
      wrongWindows: await wrong(),
      lateOfItsOwn: await late(ahead.id),
      lateOfOthers: lateOfOthers.reduce((sum, one) => sum + one, 0),
      pointsFromTheFuture:
        (await counted(future.id)).length + (await points(world, future.id, "raw", ["n"])).length,
      deadLetters: letters,
      letters: letters === count + 1 ? "all" : "wrong count",
    };
  },
});

async function clocked({ http, mqtt }: World, name: string) {
  const { id, token } = await addDevice(http, { name: `clock-${name}`, profile: "clocked" });
  const publisher = new SteadyPublisher({ url: mqtt, token, window: 40 });
  const publish = (ts: number, i: number) => publisher.publish(JSON.stringify({ ts, values: { i } }));
  return { id, publisher, publish };
}
