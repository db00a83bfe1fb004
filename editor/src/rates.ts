import * as z from "zod";

const counts = z.record(z.string(), z.number());

/** What passed in one second. */
export const ratesSchema = z.object({
  received: z.number(),
  flows: z.record(
    z.string(),
    z.object({
      version: z.number(),
      edges: counts,
      nodes: z.record(z.string(), z.object({ in: z.number(), errors: z.number() })),
    }),
  ),
});
export type Rates = z.infer<typeof ratesSchema>;

/** Messages per second by edge and node, `<flow>/<edge or node>`. */
export interface Traffic {
  received: number;
  edges: Record<string, number>;
  nodes: Record<string, number>;
}

function addTo(sums: Record<string, number>, key: string, amount: number) {
  sums[key] = (sums[key] ?? 0) + amount;
}

/** The mean of some seconds, so that rare messages do not flicker. */
export function meanOf(seconds: readonly Rates[]): Traffic {
  const sum: Traffic = { received: 0, edges: {}, nodes: {} };
  const share = 1 / seconds.length;
  for (const { received, flows } of seconds) {
    sum.received += received * share;
    for (const [flow, { edges, nodes }] of Object.entries(flows)) {
      for (const [edge, passed] of Object.entries(edges)) addTo(sum.edges, `${flow}/${edge}`, passed * share);
      for (const [node, visits] of Object.entries(nodes))
        addTo(sum.nodes, `${flow}/${node}`, visits.in * share);
    }
  }
  return sum;
}

/** Errors so far by `<flow>@<version>/<node>`, with those of one more second. */
export function addErrors(errors: Record<string, number>, { flows }: Rates): Record<string, number> {
  const failed = Object.entries(flows).flatMap(([flow, { version, nodes }]) =>
    Object.entries(nodes)
      .filter(([, visits]) => visits.errors > 0)
      .map(([node, visits]) => [`${flow}@${version}/${node}`, visits.errors] as const),
  );
  if (failed.length === 0) return errors;
  const sums = { ...errors };
  for (const [key, amount] of failed) addTo(sums, key, amount);
  return sums;
}
