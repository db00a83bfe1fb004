import { BaseEdge, EdgeLabelRenderer, type EdgeProps, getBezierPath } from "@xyflow/react";
import { memo, useContext } from "react";
import { rate } from "../ui/words.ts";
import type { RateEdge } from "./graph.ts";
import { PathContext } from "./kind-node.tsx";
import classes from "./rate-edge.module.css";
import { useEdgeRate } from "./rates.tsx";

/** Thicker where more flows: one message a second is 2 px, a thousand are 5. */
function strokeOf(perSecond: number): number {
  return Math.min(5, 2 + Math.log10(Math.max(1, perSecond)));
}

/** A connection with its rate. It moves while messages pass. */
export const RateEdgeView = memo(function RateEdgeView(props: EdgeProps<RateEdge>) {
  const { source, target, data } = props;
  const perSecond = useEdgeRate(data?.rateKey ?? "");
  const path = useContext(PathContext);
  const [curve, x, y] = getBezierPath(props);
  const active = (perSecond ?? 0) > 0;
  return (
    <g className={classes.edge} data-active={active} data-path={path.has(source) && path.has(target)}>
      <BaseEdge path={curve} style={{ strokeWidth: strokeOf(perSecond ?? 0) }} />
      {active && <path className={classes.water} d={curve} fill="none" />}
      {perSecond !== undefined && (
        <EdgeLabelRenderer>
          <span
            className={classes.label}
            data-active={active}
            style={{ transform: `translate(-50%, -50%) translate(${x}px, ${y}px)` }}
          >
            {rate(perSecond)}
          </span>
        </EdgeLabelRenderer>
      )}
    </g>
  );
});
