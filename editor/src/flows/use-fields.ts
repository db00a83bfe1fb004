import { useQueries, useQuery } from "@tanstack/react-query";
import { useMemo } from "react";
import * as z from "zod";
import { type Fields, inferFields } from "../../../engine/flow/fields.ts";
import { nodesBefore, profilesAt } from "../../../engine/flow/reach.ts";
import type { Flow } from "../../../engine/model/flow.ts";
import { valuesSchema } from "../../../engine/model/value.ts";
import { encoded, get, pageOf } from "../api.ts";
import { textsAt } from "../form/schema.ts";
import type { Kinds } from "./kind-info.ts";
import { useStage } from "./stage.ts";
import { useSurroundings } from "./use-surroundings.ts";

const deviceSchema = z.object({
  id: z.string(),
  name: z.string(),
  profile: z.string(),
  attributes: valuesSchema,
  shared: valuesSchema,
  client: valuesSchema,
});
export type SeenDevice = z.infer<typeof deviceSchema>;
/** Profiles whose fields are asked for, where a flow is for all. */
const mostAsked = 20;

/** Some devices, to learn from what they send. */
export function useSeenDevices() {
  return useQuery({
    queryKey: ["seen-devices"],
    staleTime: 60_000,
    queryFn: async ({ signal }) =>
      (await get("/api/devices", pageOf(deviceSchema), { limit: 50 }, signal)).items,
  });
}

interface Names {
  fields: string[];
  attributes: string[];
  /** By field, where profiles give one. */
  units: ReadonlyMap<string, string>;
}

/**
 * Names of fields at a node, or anywhere in the flow: those that profiles tell of, and where there may be others, those that
 * devices sent whose messages come to the node, that steps before it read and write, and that it saw in the last trial.
 */
export function useFields(flow: Flow, kinds: Kinds, node?: string): Names {
  const { profiles, tables } = useSurroundings(flow);
  const seen = useSeenDevices().data;
  // Others never come to this node, so what they send would only mislead.
  const only = useMemo(() => (node === undefined ? undefined : profilesAt(flow, node)), [flow, node]);
  const devices = useMemo(
    () => (only ? seen?.filter(({ profile }) => only.has(profile)) : seen),
    [seen, only],
  );
  const asked = (profiles ?? [])
    .map(({ name }) => name)
    .filter((name) => !only || only.has(name))
    .slice(0, mostAsked);
  const trial = useStage((state) => state.trial);
  const sent = useQueries({
    queries: asked.map((name) => ({
      queryKey: ["seen-fields", name],
      staleTime: 10_000,
      queryFn: async ({ signal }: { signal: AbortSignal }) =>
        Object.keys(await get(`/api/profiles/${encoded(name)}/fields`, valuesSchema, {}, signal)),
    })),
    combine: (all) => all.flatMap(({ data }) => data ?? []),
  });
  return useMemo(() => {
    const schemaOf = (kind: string) => kinds.get(kind)?.config;
    const before = node === undefined ? undefined : nodesBefore(flow, node);
    const named = (widget: string) =>
      flow.nodes
        .filter(({ id }) => !before || before.has(id))
        .flatMap(({ kind, config }) => textsAt(schemaOf(kind), config, widget));
    const tried = (trial?.result.steps ?? []).flatMap((step) =>
      "values" in step.in && (node === undefined || step.node === node) ? Object.keys(step.in.values) : [],
    );
    const attributes = (devices ?? []).flatMap((device) =>
      Object.keys({ ...device.attributes, ...device.shared, ...device.client }),
    );
    const inferred = inferFields(flow, profiles ?? [], tables);
    const here: Fields[] =
      node === undefined
        ? [...inferred.values()]
        : [inferred.get(node) ?? { byName: new Map(), claim: "none" }];
    const told = here.flatMap(({ byName }) => [...byName]);
    const isAll = node !== undefined && here[0]!.claim === "closed";
    const others = isAll ? [] : [...sent, ...tried, ...named("field")];
    return {
      fields: [...new Set([...told.map(([name]) => name), ...others])].sort(),
      attributes: [...new Set([...attributes, ...named("attribute")])].sort(),
      units: new Map(told.flatMap(([name, { unit }]) => (unit ? [[name, unit] as const] : []))),
    };
  }, [flow, kinds, sent, trial, devices, profiles, tables, node]);
}
