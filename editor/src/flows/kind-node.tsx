import { Handle, type NodeProps, Position } from "@xyflow/react";
import { createContext, memo, useContext } from "react";
import { MajorIcon } from "../ui/icons.tsx";
import { count, rate } from "../ui/words.ts";
import type { KindNode } from "./graph.ts";
import { GroupIcon } from "./group-icon.tsx";
import classes from "./kind-node.module.css";
import { useNodeErrors, useNodeRate } from "./rates.tsx";

/** The node ids that the chosen alarm's message passed. */
export const PathContext = createContext<ReadonlySet<string>>(new Set());

/** One node of any kind, drawn from the kind's definition. */
export const KindNodeView = memo(function KindNodeView({ id, data, selected }: NodeProps<KindNode>) {
  const { kind, name, summary } = data;
  const onPath = useContext(PathContext).has(id);
  return (
    <div className={classes.node} data-group={kind.group} data-selected={selected} data-path={onPath}>
      {!kind.source && <Handle type="target" position={Position.Left} isConnectable={false} />}
      <ErrorBadge node={id} />
      <div className={classes.head}>
        <GroupIcon group={kind.group} />
        <div className={classes.names}>
          <strong title={name}>{name}</strong>
          <span>
            {kind.title}
            {kind.source && <SourceRate node={id} />}
          </span>
        </div>
      </div>
      <p className={classes.summary} title={summary}>
        {summary}
      </p>
      {kind.outputs.length > 0 && (
        <ul className={classes.outputs}>
          {kind.outputs.map((output) => (
            <li key={output.name}>
              {output.title}
              <Handle id={output.name} type="source" position={Position.Right} isConnectable={false} />
            </li>
          ))}
        </ul>
      )}
    </div>
  );
});

function SourceRate({ node }: { node: string }) {
  const incoming = useNodeRate(node);
  if (incoming === undefined) return null;
  return <span className={classes.rate}>{rate(incoming)}</span>;
}

function ErrorBadge({ node }: { node: string }) {
  const errors = useNodeErrors(node);
  if (errors === 0) return null;
  return (
    <span className={classes.errors} title="Since this page was opened">
      <MajorIcon size={14} />
      {count(errors, "error")}
    </span>
  );
}
