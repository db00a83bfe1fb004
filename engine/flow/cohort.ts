import type { Cohort } from "../model/candidate.ts";
import type { DeviceContext } from "../model/device.ts";
import { compileCondition } from "../rules/compile-condition.ts";
import type { Condition } from "../rules/condition.ts";

/**
 * Whether a device belongs to the cohort of a flow's canary. A share takes the same devices for as long as it stays, and
 * these and more when it grows; another flow takes others.
 */
export function compileCohort(flow: string, cohort: Cohort): (device: DeviceContext) => boolean {
  if ("percent" in cohort) return ({ id }) => placeIn(flow, id) < cohort.percent;
  const holds = compileCondition(cohort.when as Condition);
  return ({ attributes }) => holds(attributes);
}

/** Where the device stands among all: from 0 to below 100. FNV-1a (32 bit), and mixed, or like ids would stand together. */
function placeIn(flow: string, device: string): number {
  const text = `${flow} ${device}`;
  let hash = 0x811c9dc5;
  for (let i = 0; i < text.length; i++) hash = Math.imul(hash ^ text.charCodeAt(i), 0x01000193);
  // The finalizer of MurmurHash3.
  hash = Math.imul(hash ^ (hash >>> 16), 0x85ebca6b);
  hash = Math.imul(hash ^ (hash >>> 13), 0xc2b2ae35);
  return (((hash ^ (hash >>> 16)) >>> 0) / 2 ** 32) * 100;
}
