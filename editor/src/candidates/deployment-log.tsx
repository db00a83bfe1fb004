import { t } from "../text/text.ts";
import { Since } from "../ui/since.tsx";
import { Pending } from "../ui/states.tsx";
import classes from "./beside-panel.module.css";
import { useDeployments } from "./queries.ts";
import { cohortWords, reasonWords } from "./words.ts";

const shown = 20;

/** What was deployed of a flow, taken back or switched off, with the reason where there is one. */
export function DeploymentLog({ flow }: { flow: string }) {
  const deployments = useDeployments(flow);
  if (!deployments.data) return <Pending query={deployments} what={t("beside.log")} />;
  if (deployments.data.length === 0) return <p className={classes.text}>{t("beside.logEmpty")}</p>;
  return (
    <ol className={classes.log}>
      {deployments.data.slice(0, shown).map((record) => {
        const { revision, version, change, devices, at } = record;
        const details = [cohortWords(devices), reasonWords(record)].filter(Boolean).join(": ");
        return (
          <li key={`${revision} ${change}`} data-change={change}>
            <div>
              <strong>{t(`beside.change.${change}`, { version })}</strong>
              <Since time={at} />
            </div>
            {details && <small>{details}</small>}
          </li>
        );
      })}
    </ol>
  );
}
