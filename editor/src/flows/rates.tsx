import { createContext, type ReactNode, useContext, useMemo } from "react";
import { useLive } from "../live.ts";

const Running = createContext<{ flow: string; version: number } | undefined>(undefined);

/** Says which version runs of the flow shown inside; null where only a draft is shown. */
export function WhileRunning(props: { flow: string; version: number | null; children: ReactNode }) {
  const { flow, version, children } = props;
  const running = useMemo(() => (version === null ? undefined : { flow, version }), [flow, version]);
  return <Running value={running}>{children}</Running>;
}

/** Messages per second over an edge; undefined while the flow does not run or nothing is known. */
export function useEdgeRate(rateKey: string): number | undefined {
  const running = useContext(Running);
  return useLive(({ traffic }) => running && traffic && (traffic.edges[`${running.flow}/${rateKey}`] ?? 0));
}

/** Messages per second into a node. */
export function useNodeRate(node: string): number | undefined {
  const running = useContext(Running);
  return useLive(({ traffic }) => running && traffic && (traffic.nodes[`${running.flow}/${node}`] ?? 0));
}

/** Failed visits of a node since the page was opened. */
export function useNodeErrors(node: string): number {
  const running = useContext(Running);
  return useLive(({ errors }) => (running && errors[`${running.flow}@${running.version}/${node}`]) ?? 0);
}
