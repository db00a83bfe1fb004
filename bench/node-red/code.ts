/** Text of Node-RED's function nodes. A name without `const` or `let` belongs to the node and lives as long as it does. */
export interface Code {
  initialize: string;
  func: string;
}

/** Readings of a gateway, apart by device. */
export const split: Code = {
  initialize: "",
  func: `for (const [device, readings] of Object.entries(msg.payload))
  for (const { ts, values } of readings) node.send({ device, ts, payload: values });`,
};

/** Adds the road, which is kept by device, and the change of speed. */
export const enrich = (roads: Record<string, string>): Code => ({
  initialize: `roads = ${JSON.stringify(roads)};
speeds = new Map();`,
  func: `const { device, payload } = msg;
payload.road = roads[device];
const last = speeds.get(device);
if (last !== undefined) payload.change = payload.speed - last;
speeds.set(device, payload.speed);
return msg;`,
});

/** Raises once below 10, clears above 20. */
export const alert: Code = {
  initialize: "slow = new Set(); id = 0;",
  func: `const { device, payload } = msg;
const isSlow = slow.has(device);
if (!isSlow && payload.speed < 10) {
  slow.add(device);
  const topic = "v1/devices/" + device + "/rpc/request/" + ++id;
  return { topic, payload: { method: "setLimit", params: { kmh: 40 } } };
}
if (isSlow && payload.speed > 20) slow.delete(device);`,
};

/**
 * A 10 s window of each device: closed by the first reading after it, or a second after its end. Where readings wait in
 * the broker they come later than that, so a device must have been silent for a while, too.
 */
export const aggregate: Code = {
  initialize: `windows = new Map();
closed = (device, { start, sum, max, n }) => ({ payload: {
  measurement: "traffic_10s", tags: { device }, timestamp: start + 10000,
  fields: { avgSpeed: sum / n, maxOccupancy: max, windowCount: n },
} });
setInterval(() => {
  const now = Date.now();
  for (const [device, open] of windows)
    if (open.start + 11000 <= now && open.heardAt + 10000 <= now) { windows.delete(device); node.send(closed(device, open)); }
}, 1000);`,
  func: `const { device, ts, payload: { speed, occupancy } } = msg;
const start = ts - (ts % 10000);
let open = windows.get(device);
if (open && open.start < start) { node.send(closed(device, open)); open = undefined; }
if (!open) windows.set(device, (open = { start, sum: 0, max: -Infinity, n: 0 }));
open.sum += speed;
if (occupancy > open.max) open.max = occupancy;
open.n++;
open.heardAt = Date.now();`,
};

export const rawPoint: Code = {
  initialize: "",
  func: `const { device, ts, payload: { speed, occupancy, count, change } } = msg;
const fields = { speed, occupancy, count };
if (change !== undefined) fields.change = change;
return { isRaw: true, payload: { measurement: "traffic", tags: { device }, fields, timestamp: ts } };`,
};

/** Collects points, so that they are written by thousands, and tells under `raw` how many raw ones came. */
export const collect: Code = {
  initialize: `points = []; raw = 0;
flush = () => {
  global.set("raw", raw);
  const payload = points;
  points = [];
  if (payload.length > 0) node.send({ payload });
};
setInterval(flush, 200);`,
  func: `points.push(msg.payload);
if (msg.isRaw) raw++;
if (points.length >= 5000) flush();`,
};
