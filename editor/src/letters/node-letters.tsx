import { NodeToolbar, Position } from "@xyflow/react";
import { hashOf } from "../route.ts";
import { t } from "../text/text.ts";
import { LetterIcon } from "../ui/icons.tsx";
import classes from "./letters.module.css";
import { sumOf, useLetterCounts } from "./queries.ts";

/** Open dead letters of a flow as a link to them; nothing where there is none. */
export function FlowLetters({ flow }: { flow: string }) {
  const open = sumOf(useLetterCounts().filter((one) => one.flow === flow));
  return open > 0 && <Badge flow={flow} node={undefined} open={open} />;
}

/** The same of one step, at the foot of its node: a link inside the node, which is a button, could not be reached. */
export function NodeLetters({ flow, node }: { flow: string; node: string }) {
  const open = sumOf(useLetterCounts().filter((one) => one.flow === flow && one.node === node));
  if (open === 0) return null;
  return (
    <NodeToolbar isVisible position={Position.Bottom} align="end" offset={-8}>
      <Badge flow={flow} node={node} open={open} />
    </NodeToolbar>
  );
}

function Badge({ flow, node, open }: { flow: string; node: string | undefined; open: number }) {
  const words = t("letters.badge", { count: open });
  return (
    <a
      className={classes.badge}
      href={hashOf({ view: "letters", flow, node })}
      aria-label={words}
      title={words}
    >
      <LetterIcon size={14} />
      {open}
    </a>
  );
}
