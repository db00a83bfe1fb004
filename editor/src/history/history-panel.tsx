import { Button } from "@mantine/core";
import { useQueryClient } from "@tanstack/react-query";
import { useState } from "react";
import { type OpenFlow, useOpenFlow } from "../flows/open-flow.ts";
import { type FlowSummary, useFlows } from "../flows/queries.ts";
import { stage, useStage } from "../flows/stage.ts";
import { t } from "../text/text.ts";
import { HistoryIcon } from "../ui/icons.tsx";
import { Panel } from "../ui/panel.tsx";
import { Said } from "../ui/said.tsx";
import { Since } from "../ui/since.tsx";
import { Empty, Pending } from "../ui/states.tsx";
import { CompareDialog } from "./compare-dialog.tsx";
import classes from "./history-panel.module.css";
import { type ListedVersion, useVersions } from "./queries.ts";
import { RollBackDialog } from "./roll-back-dialog.tsx";
import { backToDraft, restoreVersion, showVersion } from "./show.ts";

/** The versions of the flow: what each was for, which runs, and what can be done with it. */
export function HistoryPanel({ flow }: { flow: string }) {
  const summary = useFlows().data?.find(({ id }) => id === flow);
  const open = useOpenFlow(flow).data;
  const versions = useVersions(flow);
  if (!summary || !open) return null;
  const close = () => {
    backToDraft();
    stage.setState({ inHistory: false });
  };
  return (
    <Panel
      title={t("history.title")}
      subtitle={t("history.text")}
      icon={<HistoryIcon size={28} />}
      close={close}
    >
      {versions.data ? (
        <Versions summary={summary} open={open} versions={versions.data} />
      ) : (
        <Pending query={versions} what={t("history.versions")} />
      )}
    </Panel>
  );
}

interface VersionsProps {
  summary: FlowSummary;
  open: OpenFlow;
  versions: readonly ListedVersion[];
}

type Asking = { type: "compare"; from: number } | { type: "roll-back"; version: number };

function Versions({ summary, open, versions }: VersionsProps) {
  const queries = useQueryClient();
  const shown = useStage((state) => state.shown?.version);
  const [asking, setAsking] = useState<Asking>();
  const [failure, setFailure] = useState<Error>();
  const attempt = (work: Promise<void>) => {
    setFailure(undefined);
    work.catch(setFailure);
  };
  const done = () => setAsking(undefined);
  if (versions.length === 0) return <Empty title={t("history.none")}>{t("history.noneText")}</Empty>;
  return (
    <>
      {failure && (
        <p role="alert">
          <Said error={failure} />
        </p>
      )}
      <ol className={classes.versions}>
        {versions.map(({ version, message, createdAt, author }) => (
          <li key={version} aria-current={version === shown ? "true" : undefined}>
            <div className={classes.head}>
              <strong>{t("history.version", { version })}</strong>
              {version === summary.live && <em>{t("history.live")}</em>}
              {version === summary.candidate?.version && <em>{t(`history.${summary.candidate.mode}`)}</em>}
              <span>
                {author && `${author}, `}
                <Since time={createdAt} />
              </span>
            </div>
            <p data-empty={message === ""}>{message || t("history.noMessage")}</p>
            {version === summary.live && summary.forced && (
              <p className={classes.forced}>{t("history.forced", { reason: summary.forced })}</p>
            )}
            <div className={classes.buttons}>
              {version === shown ? (
                <Tool label={t("history.back")} version={version} run={backToDraft} />
              ) : (
                <Tool
                  label={t("history.open")}
                  version={version}
                  run={() => attempt(showVersion(queries, summary.id, version))}
                />
              )}
              <Tool
                label={t("history.compare")}
                version={version}
                run={() => setAsking({ type: "compare", from: version })}
              />
              <Tool
                label={t("history.restore")}
                version={version}
                run={() => attempt(restoreVersion(queries, open, version))}
              />
              {version !== summary.live && (
                <Tool
                  label={t("history.run")}
                  version={version}
                  run={() => setAsking({ type: "roll-back", version })}
                />
              )}
            </div>
          </li>
        ))}
      </ol>
      {asking?.type === "compare" && (
        <CompareDialog summary={summary} open={open} versions={versions} from={asking.from} close={done} />
      )}
      {asking?.type === "roll-back" && (
        <RollBackDialog summary={summary} version={asking.version} close={done} />
      )}
    </>
  );
}

function Tool({ label, version, run }: { label: string; version: number; run: () => void }) {
  return (
    <Button
      size="compact-xs"
      variant="default"
      aria-label={t("history.tool", { label, version })}
      onClick={run}
    >
      {label}
    </Button>
  );
}
