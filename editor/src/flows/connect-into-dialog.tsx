import { refusal } from "../draft/refuse.ts";
import { t } from "../text/text.ts";
import { Dialog } from "../ui/dialog.tsx";
import classes from "./connect-dialog.module.css";
import { join } from "./editing.ts";
import { useEditing } from "./editing-context.ts";
import { KindIcon } from "./kind-icon.tsx";
import { useFlow } from "./open-flow.ts";
import { kindOf, nameOf, outputsAt } from "./outputs.ts";
import { openDialog } from "./stage.ts";

const close = () => openDialog(undefined);

/** Asks which output of which step is to lead to a step that no message reaches. */
export function ConnectIntoDialog({ node: id }: { node: string }) {
  const { open, kinds } = useEditing();
  const flow = useFlow(open);
  const node = flow.nodes.find((each) => each.id === id);
  if (!node) return null;
  const ways = flow.nodes.flatMap((from) =>
    outputsAt(from, flow, kinds)
      .map((output) => ({ from, output, edge: { from: from.id, output: output.name, to: id } }))
      .filter(({ edge, output }) => !output.missing && refusal(flow, kinds, edge) === undefined),
  );
  return (
    <Dialog title={t("connectInto.title", { name: nameOf(node) })} close={close}>
      <section className={classes.output}>
        <h3>{t("connectInto.text")}</h3>
        <ul>
          {ways.map(({ from, output, edge }) => (
            <li key={`${from.id} ${output.name}`}>
              <button
                type="button"
                onClick={() => {
                  if (join(open, kinds, edge)) close();
                }}
              >
                <KindIcon kind={kindOf(from, kinds)} size={28} />
                <span>
                  <strong>{nameOf(from)}</strong>
                  <small>{output.title}</small>
                </span>
              </button>
            </li>
          ))}
        </ul>
        {ways.length === 0 && <p>{t("connect.nothing")}</p>}
      </section>
    </Dialog>
  );
}
