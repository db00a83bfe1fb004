import { Handle, type NodeProps, NodeToolbar, Position } from "@xyflow/react";
import { memo, useContext } from "react";
import { isError } from "../../../engine/model/problem.ts";
import { NodeLetters } from "../letters/node-letters.tsx";
import { t } from "../text/text.ts";
import { visitsOf } from "../try/trial.ts";
import { CopyIcon, CriticalIcon, LinkIcon, MajorIcon, TrashIcon, WarningIcon } from "../ui/icons.tsx";
import { rate } from "../ui/words.ts";
import { duplicate, removeSelected } from "./editing.ts";
import { MarksContext, useEditing } from "./editing-context.ts";
import type { KindNode } from "./graph.ts";
import { KindIcon } from "./kind-icon.tsx";
import classes from "./kind-node.module.css";
import { useNodeErrors, useNodeRate } from "./rates.tsx";
import { openDialog, useStage } from "./stage.ts";

/** One node of any kind, drawn from the kind's definition. */
export const KindNodeView = memo(function KindNodeView({ id, data, selected }: NodeProps<KindNode>) {
  const { kind, name, summary, outputs } = data;
  const { open } = useEditing();
  const { problems, changed, path, said, signs } = useContext(MarksContext);
  const all = problems.get(id) ?? [];
  const sign = signs?.get(id);
  const errors = all.filter(isError);
  // What is only perhaps wrong stands back behind what is.
  const wrong = errors.length > 0 ? errors : all;
  const visits = useStage(({ trial }) => (trial ? visitsOf(trial, id).length : undefined));
  const failed = useStage(({ trial }) => trial && visitsOf(trial, id).some(({ error }) => error));
  return (
    <div
      className={classes.node}
      data-group={kind.group}
      data-selected={selected}
      data-path={path.has(id) || (visits ?? 0) > 0}
      data-aside={visits === 0}
      data-wrong={errors.length > 0}
      data-sign={sign}
    >
      <Tools node={id} outputs={outputs.length} />
      {!kind.source && <Handle type="target" position={Position.Left} />}
      <ErrorBadge node={id} />
      <NodeLetters flow={open.id} node={id} />
      {visits !== undefined && visits > 0 && (
        <span className={classes.visits} data-failed={failed}>
          {failed ? t("trial.failed") : t("trial.visits", { count: visits })}
        </span>
      )}
      <div className={classes.head}>
        <KindIcon kind={kind} />
        <div className={classes.names}>
          <strong title={name}>{name}</strong>
          <span>
            {kind.title}
            {changed.has(id) && <em title={t("node.changedHint")}>{t("node.changed")}</em>}
            {sign && <em>{t(`compare.sign.${sign}`)}</em>}
            {kind.source && <SourceRate node={id} />}
          </span>
        </div>
      </div>
      {wrong.length > 0 ? (
        <p
          className={classes.problem}
          data-level={wrong[0]!.level}
          title={wrong.map(({ said }) => said).join("\n")}
        >
          {errors.length > 0 ? <CriticalIcon size={16} /> : <WarningIcon size={16} />}
          <span>{wrong.length > 1 ? t("node.problems", { count: wrong.length }) : wrong[0]!.said}</span>
        </p>
      ) : (
        <p className={classes.summary} data-said={said?.has(id)} title={said?.get(id) ?? summary}>
          {said?.get(id) ?? summary}
        </p>
      )}
      {outputs.length > 0 && (
        <ul className={classes.outputs}>
          {outputs.map((output) => (
            <li
              key={output.name}
              data-missing={output.missing}
              title={output.missing ? t("node.missing") : undefined}
            >
              {output.title}
              <Handle
                id={output.name}
                type="source"
                position={Position.Right}
                isConnectableStart={!output.missing}
              />
            </li>
          ))}
        </ul>
      )}
    </div>
  );
});

/** What can be done with a chosen node, at the node. */
function Tools({ node, outputs }: { node: string; outputs: number }) {
  const { open, kinds, readOnly } = useEditing();
  const alone = useStage(({ selected }) => selected.length === 1 && selected[0] === node);
  if (!alone || readOnly) return null;
  const tools = [
    {
      label: t("action.connect"),
      Icon: LinkIcon,
      run: () => openDialog({ type: "connect", node }),
      shown: outputs > 0,
    },
    { label: t("action.duplicate"), Icon: CopyIcon, run: () => duplicate(open), shown: true },
    { label: t("action.delete"), Icon: TrashIcon, run: () => removeSelected(open, kinds), shown: true },
  ];
  return (
    <NodeToolbar isVisible position={Position.Top} align="end" offset={6} className={classes.tools}>
      {tools
        .filter(({ shown }) => shown)
        .map(({ label, Icon, run }) => (
          <button key={label} type="button" aria-label={label} title={label} onClick={run}>
            <Icon size={16} />
          </button>
        ))}
    </NodeToolbar>
  );
}

function SourceRate({ node }: { node: string }) {
  const incoming = useNodeRate(node);
  if (incoming === undefined) return null;
  return <span className={classes.rate}>{rate(incoming)}</span>;
}

function ErrorBadge({ node }: { node: string }) {
  const errors = useNodeErrors(node);
  if (errors === 0) return null;
  return (
    <span className={classes.errors} title={t("node.sincePage")}>
      <MajorIcon size={14} />
      {t("count.errors", { count: errors })}
    </span>
  );
}
