import type { Route } from "../route.ts";
import { CommandLine } from "../ui/command-line.tsx";
import { CanvasIcon } from "../ui/icons.tsx";
import { Empty, Pending } from "../ui/states.tsx";
import { FlowList } from "./flow-list.tsx";
import { FlowStage } from "./flow-stage.tsx";
import classes from "./flows-view.module.css";
import { useFlows } from "./queries.ts";

/** The list of flows, the chosen one on its canvas, and what was clicked beside it. */
export function FlowsView({ route }: { route: Route }) {
  const query = useFlows();
  if (!query.data) return <Pending query={query} what="flows" />;
  if (query.data.length === 0) return <NoFlows />;
  const running = query.data.find(({ live }) => live !== null);
  const chosen = query.data.find(({ id }) => id === route.flow) ?? running ?? query.data[0]!;
  return (
    <div className={classes.view}>
      <FlowList flows={query.data} chosen={chosen.id} />
      <FlowStage key={chosen.id} summary={chosen} node={route.node} alarm={route.alarm} />
    </div>
  );
}

function NoFlows() {
  return (
    <div className={classes.empty}>
      <Empty title="No flow yet" icon={<CanvasIcon size={24} />}>
        <p>
          A flow says what happens with the messages of your devices: which ones count, when an alarm is
          raised, which command goes back. Start with the example city, or save a flow of your own.
        </p>
        <CommandLine label="Start with simulated traffic sensors and example flows">
          npm start -- --demo
        </CommandLine>
        <CommandLine label="Save a flow from a file as a draft">
          {`curl -X PUT ${location.origin}/api/flows/my-flow -H 'If-None-Match: *' -H 'Content-Type: application/json' -d @flow.json`}
        </CommandLine>
        <p>
          <a href="/api/docs">All requests are described here</a>
        </p>
      </Empty>
    </div>
  );
}
