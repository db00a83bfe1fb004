import { BaseEdge, EdgeLabelRenderer, type EdgeProps, getBezierPath, useReactFlow } from "@xyflow/react";
import { memo, useContext } from "react";
import { remove } from "../draft/changes.ts";
import { t } from "../text/text.ts";
import { CloseIcon, PlusIcon } from "../ui/icons.tsx";
import { rate } from "../ui/words.ts";
import { MarksContext, useEditing } from "./editing-context.ts";
import type { RateEdge } from "./graph.ts";
import classes from "./rate-edge.module.css";
import { useEdgeRate } from "./rates.tsx";
import { openDialog, say, useStage } from "./stage.ts";

/** Thicker where more flows: one message a second is 2 px, a thousand are 5. */
function strokeOf(perSecond: number): number {
  return Math.min(5, 2 + Math.log10(Math.max(1, perSecond)));
}

/** A connection with its rate. It moves while messages pass; chosen, it can be parted or taken out. */
export const RateEdgeView = memo(function RateEdgeView(props: EdgeProps<RateEdge>) {
  const { id, source, target, data, selected } = props;
  const perSecond = useEdgeRate(data?.rateKey ?? "");
  const { path, signs } = useContext(MarksContext);
  const taken = useStage(({ trial }) => trial?.taken.has(id) ?? false);
  const [curve, x, y] = getBezierPath(props);
  const active = (perSecond ?? 0) > 0;
  const onPath = taken || (path.has(source) && path.has(target));
  return (
    <g
      className={classes.edge}
      data-active={active}
      data-path={onPath}
      data-selected={selected}
      data-sign={signs?.get(id)}
    >
      <BaseEdge path={curve} interactionWidth={24} style={{ strokeWidth: strokeOf(perSecond ?? 0) }} />
      {active && <path className={classes.water} d={curve} fill="none" />}
      {(perSecond !== undefined || selected) && (
        <EdgeLabelRenderer>
          {perSecond !== undefined && !selected && (
            <span
              className={classes.label}
              data-active={active}
              style={{ transform: `translate(-50%, -50%) translate(${x}px, ${y}px)` }}
            >
              {rate(perSecond)}
            </span>
          )}
          {selected && data && <EdgeTools edge={data.edge} x={x} y={y} />}
        </EdgeLabelRenderer>
      )}
    </g>
  );
});

function EdgeTools({ edge, x, y }: { edge: NonNullable<RateEdge["data"]>["edge"]; x: number; y: number }) {
  const { open } = useEditing();
  const { flowToScreenPosition } = useReactFlow();
  return (
    <span
      className={`${classes.tools} nodrag nopan`}
      style={{ transform: `translate(-50%, -50%) translate(${x}px, ${y}px)` }}
    >
      <button
        type="button"
        aria-label={t("edge.insert")}
        title={t("edge.insert")}
        onClick={() => {
          const screen = flowToScreenPosition({ x, y });
          const spot = { into: edge, at: { x: x - 108, y: y - 60 } };
          openDialog({ type: "add", spot, x: screen.x + 8, y: screen.y });
        }}
      >
        <PlusIcon size={16} />
      </button>
      <button
        type="button"
        aria-label={t("edge.remove")}
        title={t("edge.remove")}
        onClick={() => {
          open.document.apply(remove({ edges: [edge] }));
          say(t("say.disconnected"));
        }}
      >
        <CloseIcon size={16} />
      </button>
    </span>
  );
}
