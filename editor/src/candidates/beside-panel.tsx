import { Button } from "@mantine/core";
import { useQueryClient } from "@tanstack/react-query";
import { useState } from "react";
import { runVersion, takeBack } from "../draft/remote.ts";
import { type FlowSummary, useFlows } from "../flows/queries.ts";
import { say, stage } from "../flows/stage.ts";
import { Failure } from "../flows/stage-dialogs.tsx";
import { t } from "../text/text.ts";
import { BesideIcon } from "../ui/icons.tsx";
import { Panel, Section } from "../ui/panel.tsx";
import { Since } from "../ui/since.tsx";
import { Empty, Pending } from "../ui/states.tsx";
import classes from "./beside-panel.module.css";
import { Comparison } from "./comparison.tsx";
import { DeploymentLog } from "./deployment-log.tsx";
import { type FlowCandidate, useBeside } from "./queries.ts";
import { boundsWords, cohortWords } from "./words.ts";

/** What runs beside the live version: how it compares, and what is to become of it. Below, what was deployed before. */
export function BesidePanel({ flow }: { flow: string }) {
  const summary = useFlows().data?.find(({ id }) => id === flow);
  const beside = useBeside(flow);
  if (!summary) return null;
  const candidate = beside.data?.candidate;
  return (
    <Panel
      title={titleOf(candidate)}
      subtitle={candidate && <Subtitle candidate={candidate} live={summary.live} />}
      icon={<BesideIcon size={28} />}
      close={() => stage.setState({ beside: false })}
    >
      {!beside.data && <Pending query={beside} what={t("beside.what")} />}
      {beside.data && !candidate && <Empty title={t("beside.none")}>{t("beside.noneText")}</Empty>}
      {candidate && <Decision summary={summary} candidate={candidate} />}
      {candidate?.mode === "canary" && <Canary candidate={candidate} />}
      {candidate && beside.data?.comparison && (
        <Comparison comparison={beside.data.comparison} candidate={candidate} live={summary.live} />
      )}
      <Section title={t("beside.log")}>
        <DeploymentLog flow={flow} />
      </Section>
    </Panel>
  );
}

function titleOf(candidate: FlowCandidate | null | undefined): string {
  if (!candidate) return t("beside.title");
  const { version } = candidate;
  return candidate.mode === "shadow" ? t("beside.shadow", { version }) : t("beside.canary", { version });
}

function Subtitle({ candidate, live }: { candidate: FlowCandidate; live: number | null }) {
  return (
    <>
      {candidate.mode === "canary"
        ? t("beside.canaryOn", { devices: cohortWords(candidate.devices), version: live })
        : live === null
          ? t("beside.alone")
          : t("beside.besides", { version: live })}
      {`, ${t("beside.begun")} `}
      <Since time={candidate.beganAt} />
    </>
  );
}

function Decision({ summary, candidate }: { summary: FlowSummary; candidate: FlowCandidate }) {
  const queries = useQueryClient();
  const [busy, setBusy] = useState<"promote" | "abandon">();
  const [failure, setFailure] = useState<Error>();
  const { version } = candidate;
  const decide = (what: "promote" | "abandon", work: () => Promise<void>, said: string) => async () => {
    setBusy(what);
    setFailure(undefined);
    try {
      await work();
      await queries.invalidateQueries({ queryKey: ["flows"] });
      say(said);
    } catch (error) {
      setFailure(error as Error);
    } finally {
      setBusy(undefined);
    }
  };
  const promote = () => runVersion(summary.id, version, candidate.forced ?? undefined);
  const abandon = () => takeBack(summary.id, version);
  return (
    <>
      <div className={classes.decision}>
        <Button
          size="xs"
          loading={busy === "promote"}
          disabled={busy !== undefined}
          onClick={decide("promote", promote, t("say.live", { version }))}
        >
          {t("beside.promote")}
        </Button>
        <Button
          size="xs"
          variant="default"
          loading={busy === "abandon"}
          disabled={busy !== undefined}
          onClick={decide("abandon", abandon, t("beside.abandoned", { version }))}
        >
          {t("beside.abandon")}
        </Button>
      </div>
      <Failure of={failure} />
    </>
  );
}

function Canary({ candidate: { version, errors, alarms, bounds } }: { candidate: FlowCandidate }) {
  return (
    <Section title={t("beside.sinceThen")}>
      <dl className={classes.counts}>
        <div data-bad={errors > 0}>
          <dt>{t("beside.errors")}</dt>
          <dd>{errors}</dd>
        </div>
        <div>
          <dt>{t("beside.alarms")}</dt>
          <dd>{alarms}</dd>
        </div>
      </dl>
      <p className={classes.text}>
        {bounds ? boundsWords(bounds) : t("beside.unbounded")} {t("beside.canaryText", { version })}
      </p>
    </Section>
  );
}
