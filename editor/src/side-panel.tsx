import { lazy, Suspense } from "react";
import { NodePanel } from "./flows/node-panel.tsx";
import { useStage } from "./flows/stage.ts";
import { navigate, type Route } from "./route.ts";
import { useWatching } from "./traces/watching.ts";

// None of these is open when the page is.
const AlarmPanel = lazy(async () => ({ default: (await import("./alarms/alarm-panel.tsx")).AlarmPanel }));
const CommandPanel = lazy(async () => ({
  default: (await import("./causes/command-panel.tsx")).CommandPanel,
}));
const LetterPanel = lazy(async () => ({
  default: (await import("./letters/letter-panel.tsx")).LetterPanel,
}));
const TryPanel = lazy(async () => ({ default: (await import("./try/try-panel.tsx")).TryPanel }));
const HistoryPanel = lazy(async () => ({
  default: (await import("./history/history-panel.tsx")).HistoryPanel,
}));
const BacktestPanel = lazy(async () => ({
  default: (await import("./backtest/backtest-panel.tsx")).BacktestPanel,
}));
const BesidePanel = lazy(async () => ({
  default: (await import("./candidates/beside-panel.tsx")).BesidePanel,
}));
const ConditionsPanel = lazy(async () => ({
  default: (await import("./conditions/conditions-panel.tsx")).ConditionsPanel,
}));
const TracesPanel = lazy(async () => ({ default: (await import("./traces/traces-panel.tsx")).TracesPanel }));

/** What was clicked, an alarm or a node, in full; or the trial of the flow. */
export function SidePanel({ route }: { route: Route }) {
  const { view, flow, node, alarm, change, command, letter } = route;
  const trying = useStage((state) => state.trying);
  const inHistory = useStage((state) => state.inHistory);
  const backtesting = useStage((state) => state.backtesting);
  const beside = useStage((state) => state.beside);
  const conditions = useStage((state) => state.conditions);
  const isWatching = useWatching(({ isOpen }) => isOpen);
  const close = () => navigate({ view, flow });
  if (view === "letters" && letter)
    return (
      <Suspense fallback={null}>
        <LetterPanel key={letter} id={letter} close={() => navigate({ ...route, letter: undefined })} />
      </Suspense>
    );
  if (view !== "flows") return null;
  if (alarm)
    return (
      <Suspense fallback={null}>
        <AlarmPanel key={alarm} id={alarm} change={change} close={close} />
      </Suspense>
    );
  if (command)
    return (
      <Suspense fallback={null}>
        <CommandPanel key={command} id={command} close={close} />
      </Suspense>
    );
  if (trying && flow)
    return (
      <Suspense fallback={null}>
        <TryPanel key={flow} flow={flow} node={node} />
      </Suspense>
    );
  if (backtesting && flow)
    return (
      <Suspense fallback={null}>
        <BacktestPanel key={flow} flow={flow} />
      </Suspense>
    );
  if (inHistory && flow)
    return (
      <Suspense fallback={null}>
        <HistoryPanel key={flow} flow={flow} />
      </Suspense>
    );
  if (beside && flow)
    return (
      <Suspense fallback={null}>
        <BesidePanel key={flow} flow={flow} />
      </Suspense>
    );
  if (conditions && flow)
    return (
      <Suspense fallback={null}>
        <ConditionsPanel key={flow} flow={flow} />
      </Suspense>
    );
  if (isWatching && flow)
    return (
      <Suspense fallback={null}>
        <TracesPanel key={flow} flow={flow} node={node} />
      </Suspense>
    );
  if (node && flow) return <NodePanel key={`${flow}/${node}`} flow={flow} node={node} close={close} />;
  return null;
}
