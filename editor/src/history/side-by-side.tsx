import type { EdgeTypes, NodeTypes, OnMove, ReactFlowInstance } from "@xyflow/react";
import { useMemo, useRef } from "react";
import type { Marks } from "../flows/editing-context.ts";
import type { Kinds } from "../flows/kind-info.ts";
import { isWide } from "../flows/places.ts";
import type { ShownVersion } from "../flows/stage.ts";
import { t } from "../text/text.ts";
import { ReadCanvas } from "./read-canvas.tsx";
import classes from "./version-canvas.module.css";

interface SideBySideProps {
  over: NonNullable<ShownVersion["over"]>;
  kinds: Kinds;
  marks: Marks;
  nodeTypes: NodeTypes;
  edgeTypes: EdgeTypes;
}

const order = ["before", "after"] as const;
type Side = (typeof order)[number];

/** Two states of a flow in two drawings, which move together. */
export function SideBySide({ over, kinds, marks, ...types }: SideBySideProps) {
  const drawings = useRef<Partial<Record<Side, ReactFlowInstance>>>({});
  // What a step was set to shows in its own summary; the new drawing says what became of it.
  const own = useMemo(() => ({ before: { ...marks, said: new Map() }, after: marks }), [marks]);
  const wide = useMemo(() => isWide(over.flow, kinds), [over, kinds]);
  const follow =
    (side: Side): OnMove =>
    (_event, { x, y, zoom }) => {
      const other = drawings.current[side === "before" ? "after" : "before"];
      const at = other?.getViewport();
      if (at && (at.x !== x || at.y !== y || at.zoom !== zoom)) void other!.setViewport({ x, y, zoom });
    };
  return (
    <div className={classes.sides} data-wide={wide || undefined}>
      {order.map((side) => (
        <ReadCanvas
          {...types}
          key={side}
          flow={over.sides[side]}
          kinds={kinds}
          marks={own[side]}
          title={over[side]}
          label={t("compare.side", { name: over.flow.name, side: over[side] })}
          onInit={(drawing) => {
            const { before } = drawings.current;
            drawings.current[side] = drawing;
            // The first may have found its place before the second could hear of it.
            if (before) void drawing.setViewport(before.getViewport());
          }}
          onMove={follow(side)}
        />
      ))}
    </div>
  );
}
