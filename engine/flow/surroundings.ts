import type { Flow } from "../model/flow.ts";
import type { Profile } from "../model/profile.ts";
import type { TableContent } from "../model/table.ts";
import { presentConfig } from "../nodes/kind.ts";
import { kindByName } from "../nodes/kinds.ts";

/** A flow as it runs, or its draft where it does not: then `version` is null. */
export interface OtherFlow {
  definition: Flow;
  version: number | null;
}

/** What a flow stands among. What is left out is not known, and nothing is said of it. */
export interface Surroundings {
  /** Other flows by id. */
  flows?: ReadonlyMap<string, OtherFlow>;
  /** Ids of all flows, to name the nearest of them. */
  ids?: readonly string[];
  /** Names of all channels. */
  channels?: readonly string[];
  /** By name: all tables, at least those that the flow uses with their rows. */
  tables?: Readonly<Record<string, TableContent>>;
  /** All profiles. */
  profiles?: readonly Profile[];
}

/** A node that hands messages to a flow. */
export interface Handing {
  node: string;
  /** Name of the setting that says so. */
  setting: string;
  flow: string;
}

/** The flows that a flow hands messages to, as far as its settings say so. */
export function handings({ nodes }: Flow): Handing[] {
  return nodes.flatMap((node) => {
    const setting = kindByName(node.kind)?.handsTo;
    const flow = setting === undefined ? undefined : node.config[setting];
    return typeof flow === "string" && flow !== "" ? [{ node: node.id, setting: setting!, flow }] : [];
  });
}

/** Whether an input of the flow takes messages of other flows. */
export function takesHanded({ nodes }: Flow): boolean {
  return nodes.some((node) => {
    const kind = kindByName(node.kind);
    if (!kind?.takesHanded) return false;
    try {
      const config = kind.config.safeParse(presentConfig(kind, node));
      return config.success && kind.takesHanded(config.data);
    } catch {
      return false;
    }
  });
}

/** Ids of flows that hand messages to one another in a circle that begins at `start`; undefined when there is none. */
export function circleFrom(start: Flow, flowOf: (id: string) => Flow | undefined): string[] | undefined {
  const done = new Set<string>();
  const path: string[] = [];
  const follow = (flow: Flow): boolean => {
    path.push(flow.id);
    for (const { flow: next } of handings(flow)) {
      if (next === start.id) return true;
      const other = flowOf(next);
      if (!other || done.has(next)) continue;
      done.add(next);
      if (follow(other)) return true;
    }
    path.pop();
    return false;
  };
  return follow(start) ? path : undefined;
}

/** The flow and all that it hands messages to, directly or by way of others. */
export function reached(start: Flow, flows: Surroundings["flows"]): OtherFlow[] {
  const found = new Map<string, OtherFlow>();
  const follow = (flow: Flow) => {
    for (const { flow: id } of handings(flow)) {
      const other = flows?.get(id);
      if (!other || id === start.id || found.has(id)) continue;
      found.set(id, other);
      follow(other.definition);
    }
  };
  follow(start);
  return [...found.values()];
}
