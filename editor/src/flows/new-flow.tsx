import { TextInput } from "@mantine/core";
import { useQuery, useQueryClient } from "@tanstack/react-query";
import { useState } from "react";
import type { Flow } from "../../../engine/model/flow.ts";
import { ApiError } from "../api.ts";
import { freshId } from "../draft/ids.ts";
import { createFlow } from "../draft/remote.ts";
import { navigate } from "../route.ts";
import { t } from "../text/text.ts";
import { Dialog } from "../ui/dialog.tsx";
import { CanvasIcon, ImportIcon } from "../ui/icons.tsx";
import { showGuide } from "./guide-shown.ts";
import classes from "./new-flow.module.css";
import { useFlows } from "./queries.ts";
import { openDialog } from "./stage.ts";
import { Buttons, Failure, useRun } from "./stage-dialogs.tsx";

function useTemplates(): readonly Flow[] {
  const query = useQuery({
    queryKey: ["templates"],
    staleTime: Number.POSITIVE_INFINITY,
    queryFn: async () => (await import("./templates.ts")).templates,
  });
  return query.data ?? [];
}

/** Makes a flow, empty or from an example, and goes there. */
export function useCreate() {
  const queries = useQueryClient();
  const flows = useFlows().data ?? [];
  return async function create(name: string, from?: Flow) {
    const taken = new Set(flows.map(({ id }) => id));
    for (;;) {
      const id = freshId(from?.id ?? name.toLowerCase(), taken);
      const empty: Flow = { id, name, schema: 1, nodes: [], edges: [], layout: {} };
      try {
        await createFlow(from ? { ...from, id, name } : empty);
        await queries.invalidateQueries({ queryKey: ["flows"] });
        return navigate({ view: "flows", flow: id });
      } catch (error) {
        if (!(error instanceof ApiError) || error.status !== 412) throw error;
        taken.add(id);
      }
    }
  };
}

/** Asks for a name and what to begin with. */
export function NewFlowDialog() {
  const create = useCreate();
  const [name, setName] = useState("");
  const [from, setFrom] = useState<Flow>();
  const close = () => openDialog(undefined);
  const run = useRun(async () => {
    await create(name.trim() || from?.name || t("new.unnamed"), from);
    close();
  });
  return (
    <Dialog title={t("new.title")} size="lg" close={close}>
      <form onSubmit={run.submit}>
        <TextInput
          label={t("new.name")}
          placeholder={from?.name ?? t("new.example")}
          value={name}
          maxLength={128}
          data-autofocus
          onChange={(event) => setName(event.currentTarget.value)}
        />
        <fieldset className={classes.choices}>
          <legend>{t("new.from")}</legend>
          {[undefined, ...useTemplates()].map((template) => (
            <label key={template?.id ?? ""}>
              <input
                type="radio"
                name="from"
                checked={from === template}
                onChange={() => setFrom(template)}
              />
              <span>
                <strong>{template?.name ?? t("new.empty")}</strong>
                <small>{template ? template.description : t("new.emptyHelp")}</small>
              </span>
            </label>
          ))}
        </fieldset>
        <Failure of={run.failure} />
        <Buttons label={t("new.submit")} busy={run.busy} />
      </form>
    </Dialog>
  );
}

/** What a person without any flow sees: what flows are for, and ways to begin. */
export function FirstFlow() {
  const create = useCreate();
  const [failure, setFailure] = useState<Error>();
  const begin = (from?: Flow) => {
    showGuide();
    return create(from?.name ?? t("new.unnamed"), from).catch(setFailure);
  };
  return (
    <div className={classes.first}>
      <h2>{t("first.title")}</h2>
      <p>{t("first.text")}</p>
      <Failure of={failure} />
      <ul>
        <li>
          <button type="button" data-main onClick={() => begin()}>
            <CanvasIcon size={24} />
            <strong>{t("new.empty")}</strong>
            <small>{t("new.emptyHelp")}</small>
          </button>
        </li>
        <li>
          <button type="button" onClick={() => openDialog({ type: "import" })}>
            <ImportIcon size={24} />
            <strong>{t("action.import")}</strong>
            <small>{t("first.import")}</small>
          </button>
        </li>
        {useTemplates().map((template) => (
          <li key={template.id}>
            <button type="button" onClick={() => begin(template)}>
              <strong>{template.name}</strong>
              <small>{template.description}</small>
              <em>{t("first.steps", { count: template.nodes.length })}</em>
            </button>
          </li>
        ))}
      </ul>
    </div>
  );
}
