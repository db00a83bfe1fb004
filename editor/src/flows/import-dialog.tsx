import { FileInput, Textarea, TextInput } from "@mantine/core";
import { useState } from "react";
import { validateFlow } from "../../../engine/flow/validate.ts";
import type { Flow } from "../../../engine/model/flow.ts";
import { type Finding, type ReadFile, readFlowFile } from "../draft/flow-file.ts";
import { t } from "../text/text.ts";
import { Dialog } from "../ui/dialog.tsx";
import { CheckIcon, MajorIcon } from "../ui/icons.tsx";
import classes from "./import-dialog.module.css";
import type { Kinds } from "./kind-info.ts";
import { useKinds } from "./kinds.ts";
import { useCreate } from "./new-flow.tsx";
import { nameOf } from "./outputs.ts";
import { openDialog } from "./stage.ts";
import { Buttons, Failure, useRun } from "./stage-dialogs.tsx";

const close = () => openDialog(undefined);
const maxBytes = 5 * 1_048_576;

/** Takes a flow file in: says first what of it is not known here, then makes a new flow of the rest. */
export function ImportDialog() {
  const create = useCreate();
  const kinds = useKinds().data ?? new Map();
  const [text, setText] = useState("");
  const [name, setName] = useState("");
  const [read, setRead] = useState<ReadFile>();
  const [tooLarge, setTooLarge] = useState(false);
  const take = (next: string) => {
    setText(next);
    const found = next.trim() === "" ? undefined : readFlowFile(next);
    setRead(found);
    setName(found?.flow?.name ?? "");
  };
  const run = useRun(async () => {
    if (!read?.flow) return;
    await create(name.trim() || read.flow.name, read.flow);
    close();
  });
  return (
    <Dialog title={t("import.title")} size="lg" close={close}>
      <form onSubmit={run.submit}>
        <FileInput
          label={t("import.file")}
          placeholder={t("import.choose")}
          accept="application/json,.json"
          data-autofocus
          error={tooLarge && t("import.tooLarge")}
          onChange={async (file) => {
            setTooLarge((file?.size ?? 0) > maxBytes);
            if (file && file.size <= maxBytes) take(await file.text());
          }}
        />
        <Textarea
          mt="sm"
          label={t("import.text")}
          rows={4}
          spellCheck={false}
          value={text}
          onChange={(event) => take(event.currentTarget.value)}
        />
        {read && <Report read={read} kinds={kinds} />}
        {read?.flow && (
          <TextInput
            mt="sm"
            label={t("new.name")}
            value={name}
            maxLength={128}
            onChange={(event) => setName(event.currentTarget.value)}
          />
        )}
        <Failure of={run.failure} />
        <Buttons label={t("import.submit")} busy={run.busy} disabled={!read?.flow} />
      </form>
    </Dialog>
  );
}

function Report({ read: { flow, findings }, kinds }: { read: ReadFile; kinds: Kinds }) {
  const lines = [...findings.map(said), ...(flow ? stillOpen(flow, kinds) : [])];
  return (
    <section className={classes.report} aria-live="polite" aria-label={t("import.report")}>
      {flow && (
        <p>
          <CheckIcon size={16} />
          {t("import.found", { steps: flow.nodes.length, edges: flow.edges.length })}
        </p>
      )}
      {lines.length > 0 && (
        <ul>
          {lines.map((line) => (
            <li key={line}>
              <MajorIcon size={16} />
              <span>{line}</span>
            </li>
          ))}
        </ul>
      )}
      {flow && lines.length === 0 && <p>{t("import.clean")}</p>}
    </section>
  );
}

function said(finding: Finding): string {
  switch (finding.type) {
    case "not-json":
      return t("import.notJson", { message: finding.message });
    case "no-flow":
      return t("import.noFlow");
    case "newer":
      return t("import.newer", { schema: finding.schema });
    case "unknown-name": {
      const names = finding.names.join(", ");
      return finding.where
        ? t("import.unknownIn", { names, where: finding.where })
        : t("import.unknown", { names });
    }
    case "node-left-out":
      return t("import.nodeLeftOut", { where: finding.where });
    case "edge-left-out":
      return t("import.edgeLeftOut", { from: finding.from, to: finding.to });
    case "renamed":
      return t("import.renamed", { from: finding.from, to: finding.to });
    case "condition-left-out":
      return t("import.conditionLeftOut", { name: finding.name });
    case "conditions-left-out":
      return t("import.conditionsLeftOut");
    case "layout-left-out":
      return t("import.layoutLeftOut");
    default:
      return finding satisfies never;
  }
}

/** Kinds that this server does not know, and how much is left to mend before the flow can run. */
function stillOpen(flow: Flow, kinds: Kinds): string[] {
  const unknown = flow.nodes.filter(({ kind }) => !kinds.has(kind));
  const { problems } = validateFlow(flow);
  const others = problems.length - unknown.length;
  return [
    ...unknown.map((node) => t("import.unknownKind", { kind: node.kind, name: nameOf(node) })),
    ...(others > 0 ? [t("import.problems", { count: others })] : []),
  ];
}
