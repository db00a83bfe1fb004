import type { DeadLetter } from "../../../engine/model/dead-letter.ts";
import { nameIn, nameOf } from "../flows/outputs.ts";
import { useFlows, useVersion } from "../flows/queries.ts";

/** The names of the flow and of the step where a letter failed, the step's as it was in the version that ran. */
export function usePlaceNames({ flow, node, version }: Pick<DeadLetter, "flow" | "node" | "version">) {
  const flows = useFlows().data ?? [];
  const then = useVersion(flow ?? "", flow && node ? version : null).data;
  return {
    flow: flow === null ? undefined : (flows.find(({ id }) => id === flow)?.name ?? flow),
    step: node === null ? undefined : then ? nameIn(then, node) : nameOf({ id: node }),
  };
}
