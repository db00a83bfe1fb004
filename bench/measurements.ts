import { ceiling, ceilingAgain } from "./measure/ceiling.ts";
import { devices } from "./measure/devices.ts";
import { idle } from "./measure/idle.ts";
import { lanes } from "./measure/lanes.ts";
import { latency } from "./measure/latency.ts";
import { nodeRed } from "./measure/node-red.ts";
import { coap, http } from "./measure/requests.ts";
import { stores } from "./measure/stores.ts";
import { workers } from "./measure/workers.ts";

/** In this order; the ceiling stands at both ends. */
export const measurements = [
  ceiling,
  stores,
  nodeRed,
  latency,
  devices,
  lanes,
  workers,
  idle,
  coap,
  http,
  ceilingAgain,
];
