import type { Flow, FlowEdge, FlowNode } from "../../../engine/model/flow.ts";
import { groupsIn, notesIn } from "../../../engine/model/layout.ts";
import { t } from "../text/text.ts";
import { rate } from "../ui/words.ts";
import { KindIcon } from "./kind-icon.tsx";
import { describe, type Kinds } from "./kind-info.ts";
import classes from "./outline.module.css";
import { kindOf, nameIn, nameOf, outputOf, outputsAt } from "./outputs.ts";
import { useEdgeRate } from "./rates.tsx";

interface OutlineProps {
  flow: Flow;
  kinds: Kinds;
  chosen: string | undefined;
  choose: (node: string) => void;
}

/** The flow as a list in the order of the messages: the same as the canvas, for reading and for screen readers. */
export function Outline({ flow, kinds, chosen, choose }: OutlineProps) {
  const groups = groupsIn(flow.layout);
  return (
    <ol className={classes.outline}>
      {notesIn(flow.layout).map(([id, { text }]) => (
        <li key={id}>
          <p className={classes.note}>{t("drawn.noteLabel", { text })}</p>
        </li>
      ))}
      {inOrder(flow).map((node) => {
        const kind = kindOf(node, kinds);
        const group = groups.find(([, { nodes }]) => nodes.includes(node.id))?.[1].title;
        return (
          <li key={node.id}>
            <button
              type="button"
              data-step={node.id}
              aria-pressed={node.id === chosen}
              onClick={() => choose(node.id)}
            >
              <KindIcon kind={kind} />
              <span>
                <strong>{nameOf(node)}</strong>{" "}
                <small>{group === undefined ? kind.title : `${kind.title} · ${group}`}</small>
                <br />
                {describe(node, kind)}
              </span>
            </button>
            <ul>
              {flow.edges
                .filter((edge) => edge.from === node.id)
                .map((edge) => (
                  <Way key={`${edge.output}>${edge.to}`} edge={edge} flow={flow} kinds={kinds} />
                ))}
            </ul>
          </li>
        );
      })}
    </ol>
  );
}

function Way({ edge, flow, kinds }: { edge: FlowEdge; flow: Flow; kinds: Kinds }) {
  const output = outputOf(edge, flow, kinds);
  const perSecond = useEdgeRate(`${edge.from}:${output}>${edge.to}`);
  const from = flow.nodes.find((node) => node.id === edge.from);
  const title = from && outputsAt(from, flow, kinds).find((each) => each.name === output)?.title;
  return (
    <li>
      {title ?? output} → <strong>{nameIn(flow, edge.to)}</strong>
      {perSecond !== undefined && <span>{rate(perSecond)}</span>}
    </li>
  );
}

/** Nodes so that each comes after all that lead to it, as far as there is no loop. */
function inOrder(flow: Flow): FlowNode[] {
  const left = new Set(flow.nodes);
  const done: FlowNode[] = [];
  while (left.size > 0) {
    const waiting = new Set([...left].map((node) => node.id));
    const ready = (node: FlowNode) =>
      !flow.edges.some((edge) => edge.to === node.id && waiting.has(edge.from));
    const next = [...left].find(ready) ?? [...left][0]!;
    left.delete(next);
    done.push(next);
  }
  return done;
}
