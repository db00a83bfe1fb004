import { SegmentedControl } from "@mantine/core";
import { useState } from "react";
import type { ArchiveSpan } from "../../../engine/model/backtest.ts";
import { isError } from "../../../engine/model/problem.ts";
import { ApiError } from "../api.ts";
import type { Kinds } from "../flows/kind-info.ts";
import { useKinds } from "../flows/kinds.ts";
import { type OpenFlow, useFlow, useOpenFlow } from "../flows/open-flow.ts";
import { type FlowSummary, useFlows } from "../flows/queries.ts";
import { stage } from "../flows/stage.ts";
import { useProblems } from "../flows/use-problems.ts";
import { BacktestIcon } from "../ui/icons.tsx";
import { Panel } from "../ui/panel.tsx";
import { Empty, Pending } from "../ui/states.tsx";
import { Away } from "./away.tsx";
import classes from "./backtest.module.css";
import { Compare } from "./compare.tsx";
import { type Mode, useArchive } from "./queries.ts";
import { type Chosen, firstChoice } from "./range-fields.tsx";
import { tb } from "./text.ts";
import { WhatIf } from "./what-if.tsx";

const close = () => stage.setState({ backtesting: false });

/** Runs the flow over messages that came before: what would be otherwise, and what if a number were another. */
export function BacktestPanel({ flow }: { flow: string }) {
  const open = useOpenFlow(flow).data;
  const kinds = useKinds().data;
  const summary = useFlows().data?.find(({ id }) => id === flow);
  const archive = useArchive();
  if (!open || !kinds || !summary) return null;
  // A file can be run over while the archive is away.
  const kept = archive.data ?? (isAway(archive.error) ? nothing : undefined);
  return (
    <Panel
      title={tb("backtest.title")}
      subtitle={tb("backtest.text")}
      icon={<BacktestIcon size={28} />}
      close={close}
    >
      {isAway(archive.error) && <Away detail={archive.error.message} retry={() => void archive.refetch()} />}
      {kept ? (
        <Shown open={open} kinds={kinds} summary={summary} kept={kept} isAway={isAway(archive.error)} />
      ) : (
        <Pending query={archive} what={tb("backtest.title")} />
      )}
    </Panel>
  );
}

const nothing: ArchiveSpan = { on: true, from: null, to: null };
const isAway = (error: Error | null): error is ApiError => error instanceof ApiError && error.status === 503;

export interface ModeProps {
  open: OpenFlow;
  kinds: Kinds;
  summary: FlowSummary;
  kept: ArchiveSpan;
  chosen: Chosen;
  choose: (chosen: Chosen) => void;
  /** The flow cannot run as it is. */
  hindered: boolean;
}

/** What was chosen last stays while the page does. */
let [lastMode, lastChosen]: [Mode, Chosen] = ["compare", firstChoice];

interface ShownProps extends Pick<ModeProps, "open" | "kinds" | "summary" | "kept"> {
  isAway: boolean;
}

function Shown({ isAway, ...props }: ShownProps) {
  const [mode, setMode] = useState(lastMode);
  const [last, setChosen] = useState(lastChosen);
  const hindered = useProblems(useFlow(props.open)).some(isError);
  const isKept = props.kept.from !== null;
  const chosen = isKept ? last : { ...last, preset: "file" };
  const choose = (next: Chosen) => {
    lastChosen = next;
    setChosen(next);
  };
  return (
    <div className={classes.panel}>
      {!isKept && !isAway && (
        <Empty title={tb(props.kept.on ? "backtest.noneKept" : "backtest.off")}>
          <p>{tb(props.kept.on ? "backtest.noneKeptText" : "backtest.offText")}</p>
        </Empty>
      )}
      <SegmentedControl
        fullWidth
        size="xs"
        aria-label={tb("backtest.mode")}
        data={[
          { value: "compare", label: tb("backtest.add") },
          { value: "what-if", label: tb("backtest.whatIf") },
        ]}
        value={mode}
        onChange={(value) => {
          lastMode = value as Mode;
          setMode(lastMode);
        }}
      />
      {mode === "compare" ? (
        <Compare {...props} chosen={chosen} choose={choose} hindered={hindered} />
      ) : (
        <WhatIf {...props} chosen={chosen} choose={choose} hindered={hindered} />
      )}
    </div>
  );
}
