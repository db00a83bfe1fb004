import { Background, Controls, MiniMap } from "@xyflow/react";
import classes from "./canvas.module.css";
import { fitting, fittingSmall } from "./fit.ts";

/** What lies under and over the steps of every canvas: the dots, the zoom buttons and, where there is room, the overview. */
export function CanvasAids({ hasOverview = true }) {
  return (
    <>
      <Background gap={24} size={1.5} />
      <Controls
        orientation="horizontal"
        showInteractive={false}
        fitViewOptions={hasOverview ? fitting : fittingSmall}
      />
      {hasOverview && (
        <MiniMap
          pannable
          zoomable
          className={classes.minimap}
          nodeBorderRadius={12}
          nodeColor={overviewColour}
        />
      )}
    </>
  );
}

/** Notes and frames stand back in the overview. */
function overviewColour({ type }: { type?: string }): string {
  if (type === "note") return "var(--mr-note-line)";
  return type === "frame" ? "var(--mr-line)" : "var(--mr-line-strong)";
}
