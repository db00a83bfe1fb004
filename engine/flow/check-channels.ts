import type { Flow } from "../model/flow.ts";
import type { Problem } from "../model/problem.ts";
import { nearest } from "../rules/nearest.ts";
import { channelsIn } from "./field-reads.ts";

/** Checks that the channels which nodes name are there. */
export function checkChannels(flow: Flow, channels: readonly string[]): Problem[] {
  return channelsIn(flow)
    .filter(({ name }) => !channels.includes(name))
    .map(({ node, path, name }) => {
      const near = nearest(name, channels);
      const hint = near ? ` Did you mean "${near}"?` : "";
      return {
        code: "unknown_channel",
        node,
        path,
        message: `Node "${node}": "${path}": There is no channel "${name.slice(0, 64)}".${hint} Choose one that is there, or set it up first.`,
      };
    });
}
