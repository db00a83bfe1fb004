import { TextInput } from "@mantine/core";
import { useState } from "react";
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

/** Connects a step without dragging: by output, every other step, and why one cannot be connected. */
export function ConnectDialog({ node: id, output: only }: { node: string; output?: string }) {
  const { open, kinds } = useEditing();
  const flow = useFlow(open);
  const [search, setSearch] = useState("");
  const node = flow.nodes.find((each) => each.id === id);
  const close = () => openDialog(undefined);
  if (!node) return null;
  const outputs = outputsAt(node, flow, kinds).filter(({ name }) => !only || name === only);
  const targets = flow.nodes.filter(
    (each) => each.id !== id && nameOf(each).toLowerCase().includes(search.toLowerCase()),
  );
  return (
    <Dialog title={t("connect.title", { name: nameOf(node) })} close={close}>
      <TextInput
        label={t("connect.search")}
        value={search}
        onChange={(event) => setSearch(event.currentTarget.value)}
        data-autofocus
      />
      {outputs.map((output) => (
        <section key={output.name} className={classes.output}>
          <h3>{t("connect.output", { output: output.title })}</h3>
          <ul>
            {targets.map((target) => {
              const edge = { from: id, output: output.name, to: target.id };
              const why = refusal(flow, kinds, edge);
              return (
                <li key={target.id}>
                  <button
                    type="button"
                    aria-disabled={why !== undefined}
                    onClick={() => {
                      if (join(open, kinds, edge)) close();
                    }}
                  >
                    <KindIcon kind={kindOf(target, kinds)} size={28} />
                    <span>
                      <strong>{nameOf(target)}</strong>
                      <small>{why ?? kindOf(target, kinds).title}</small>
                    </span>
                  </button>
                </li>
              );
            })}
          </ul>
        </section>
      ))}
      {targets.length === 0 && <p>{t("connect.nothing")}</p>}
    </Dialog>
  );
}
