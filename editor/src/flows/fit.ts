import { useNodesInitialized, useReactFlow } from "@xyflow/react";
import { type RefObject, useEffect, useEffectEvent } from "react";
import type { Flow } from "../../../engine/model/flow.ts";

/** Leaves room at the foot for the zoom buttons and the overview. */
export const fitting = {
  padding: { top: "24px", right: "24px", bottom: "96px", left: "24px" },
  minZoom: 0.2,
  maxZoom: 1,
} as const;

/** The node and those it is joined to. */
function around(flow: Flow, node: string): string[] {
  const joined = flow.edges.filter(({ from, to }) => from === node || to === node);
  return [...new Set([node, ...joined.flatMap(({ from, to }) => [from, to])])];
}

/**
 * Fits the view when the flow, the path or the size of the canvas changes: to the path of an alarm, else to the
 * surroundings of a chosen node when the side panel took the room, else to the whole flow.
 */
export function useFit(
  canvas: RefObject<HTMLDivElement | null>,
  flow: Flow,
  chosen: string | undefined,
  path: readonly string[],
) {
  const { fitView } = useReactFlow();
  const ready = useNodesInitialized();

  const fit = useEffectEvent(() => {
    const known = path.filter((id) => flow.nodes.some((node) => node.id === id));
    const focus = known.length > 0 ? known : chosen ? around(flow, chosen) : undefined;
    fitView({ ...fitting, nodes: focus?.map((id) => ({ id })) });
  });

  // biome-ignore lint/correctness/useExhaustiveDependencies: another flow or path asks for a new fit
  useEffect(() => {
    if (!ready || !canvas.current) return;
    let frame = 0;
    const watch = new ResizeObserver(() => {
      cancelAnimationFrame(frame);
      frame = requestAnimationFrame(fit);
    });
    watch.observe(canvas.current);
    return () => {
      cancelAnimationFrame(frame);
      watch.disconnect();
    };
  }, [canvas, ready, flow, path]);
}
