import { useActiveCounts } from "../alarms/queries.ts";
import { hashOf } from "../route.ts";
import { MajorIcon } from "../ui/icons.tsx";
import { count } from "../ui/words.ts";
import classes from "./flow-list.module.css";
import type { FlowSummary } from "./queries.ts";

export function FlowList({ flows, chosen }: { flows: FlowSummary[]; chosen: string }) {
  const alarms = useActiveCounts();
  return (
    <nav className={classes.list} aria-label="Flows">
      <h2>Flows</h2>
      <ul>
        {flows.map(({ id, name, live }) => (
          <li key={id}>
            <a
              href={hashOf({ view: "flows", flow: id })}
              aria-current={id === chosen ? "true" : undefined}
              data-live={live !== null}
            >
              <strong>{name}</strong>
              <span>
                <span className={classes.state}>
                  {live === null ? "Not running" : `Version ${live} live`}
                </span>
                {(alarms[id] ?? 0) > 0 && (
                  <span className={classes.alarms}>
                    <MajorIcon size={14} />
                    {count(alarms[id]!, "alarm")}
                  </span>
                )}
              </span>
            </a>
          </li>
        ))}
      </ul>
    </nav>
  );
}
