import { lazy, Suspense, useEffect } from "react";
import { hashOf, type Route } from "../route.ts";
import { t } from "../text/text.ts";
import { PageSearch } from "../ui/search-box.tsx";
import { Pending } from "../ui/states.tsx";
import { FlowList } from "./flow-list.tsx";
import { FlowStage } from "./flow-stage.tsx";
import classes from "./flows-view.module.css";
import { FirstFlow, NewFlowDialog } from "./new-flow.tsx";
import { Palette } from "./palette.tsx";
import { useFlows } from "./queries.ts";
import { useStage } from "./stage.ts";

const ImportDialog = lazy(async () => ({ default: (await import("./import-dialog.tsx")).ImportDialog }));

/** The list of flows with the steps to add, the chosen flow on its canvas, and what was clicked beside it. */
export function FlowsView({ route }: { route: Route }) {
  const query = useFlows();
  const asking = useStage(({ dialog }) => dialog?.type);
  const looking = useStage(({ shown, apart }) => shown && (shown.over && apart ? "apart" : "whole"));
  const running = query.data?.find(({ live }) => live !== null);
  const chosen = query.data?.find(({ id }) => id === route.flow) ?? running ?? query.data?.[0];
  const { alarm } = route;
  useEffect(() => {
    // The panels beside the stage read the flow from the address.
    if (chosen && chosen.id !== route.flow)
      window.location.replace(hashOf({ view: "flows", flow: chosen.id, alarm }));
  }, [chosen, route.flow, alarm]);
  if (!query.data) return <Pending query={query} what={t("stage.flows")} />;
  if (!chosen)
    return (
      <div className={classes.empty}>
        <FirstFlow />
        <PageSearch />
        <Suspense fallback={null}>{asking === "import" && <ImportDialog />}</Suspense>
      </div>
    );
  return (
    <div className={classes.view} data-looking={looking}>
      <div className={classes.side}>
        <FlowList flows={query.data} chosen={chosen.id} />
        {/* What is only looked at takes no new steps. */}
        {!looking && <Palette flow={chosen.id} />}
      </div>
      <FlowStage key={chosen.id} summary={chosen} route={route} />
      {asking === "new" && <NewFlowDialog />}
      <Suspense fallback={null}>{asking === "import" && <ImportDialog />}</Suspense>
    </div>
  );
}
