import type { CauseStep, ExplainedCause } from "../../../engine/model/cause.ts";
import type { Flow } from "../../../engine/model/flow.ts";
import { KindIcon } from "../flows/kind-icon.tsx";
import { describe, type Kinds } from "../flows/kind-info.ts";
import { useKinds } from "../flows/kinds.ts";
import { kindOf, nameOf } from "../flows/outputs.ts";
import { useFlows, useVersion } from "../flows/queries.ts";
import { t } from "../text/text.ts";
import { ValueList } from "../ui/value-list.tsx";
import { stepSentence } from "./cause-words.ts";
import classes from "./causes.module.css";
import { MessagesTable, WindowTable } from "./messages-table.tsx";

/** Step by step what came and what decided, as the flow was at that time. */
export function CauseSteps({ flow: id, cause }: { flow: string; cause: ExplainedCause }) {
  const summary = useFlows().data?.find((flow) => flow.id === id);
  const flow = useVersion(id, cause.version).data;
  const kinds = useKinds().data;
  const names = { flow: summary?.name ?? id, version: cause.version };
  const running = summary?.live === cause.version ? "alarm.flowSame" : "alarm.flowOther";
  const steps: readonly CauseStep[] =
    cause.steps ?? cause.path.map((node) => ({ node, says: "", reasons: [], values: {} }));
  const left = cause.path.length - steps.length;
  return (
    <>
      <p className={classes.note}>{t(summary?.live ? running : "alarm.flowAway", names)}</p>
      {cause.commit && (
        <p className={classes.note}>{t("cause.commit", { commit: cause.commit.slice(0, 10) })}</p>
      )}
      {!cause.steps && <p className={classes.note}>{t("cause.unexplained")}</p>}
      {cause.steps && left > 0 && <p className={classes.note}>{t("cause.stepsLeft", { count: left })}</p>}
      <ol className={classes.steps}>
        {steps.map((step, index) => (
          // biome-ignore lint/suspicious/noArrayIndexKey: a flow that hands messages over may have a step of the same id
          <li key={index}>
            {step.flow ? (
              <OfOther step={step} cause={cause} kinds={kinds} />
            ) : (
              <Step step={step} cause={cause} flow={flow} kinds={kinds} />
            )}
          </li>
        ))}
      </ol>
    </>
  );
}

interface StepProps {
  step: CauseStep;
  cause: ExplainedCause;
  kinds: Kinds | undefined;
}

/** A step of the flow that handed the message over. */
function OfOther({ step, ...rest }: StepProps) {
  const { id, version } = step.flow!;
  const flow = useVersion(id, version > 0 ? version : null).data;
  return <Step step={step} flow={flow} of={flow?.name ?? id} {...rest} />;
}

function Step({ step, cause, flow, kinds, of }: StepProps & { flow: Flow | undefined; of?: string }) {
  const node = flow?.nodes.find(({ id }) => id === step.node);
  const kind = node && kinds && kindOf(node, kinds);
  const sentence = stepSentence(step, cause);
  // Fields that the sentence names already are not told twice.
  const told = new Set(
    step.reasons.flatMap((reason) => ("field" in reason ? [reason.field, reason.than] : [])),
  );
  const more = Object.fromEntries(Object.entries(step.values).filter(([name]) => !told.has(name)));
  return (
    <>
      <div className={classes.head}>
        {kind && <KindIcon kind={kind} size={24} />}
        <span>
          <strong>{nameOf(node ?? { id: step.node })}</strong>
          <small>
            {of ? t("cause.ofFlow", { flow: of }) : kind?.title}
            {!sentence && node && kind && `: ${describe(node, kind)}`}
          </small>
        </span>
      </div>
      {sentence && <p className={classes.said}>{sentence}</p>}
      {Object.keys(more).length > 0 && <ValueList values={more} />}
      {step.window && <WindowTable window={step.window} near={cause.ts} />}
      {step.messages && <MessagesTable messages={step.messages} near={cause.ts} title={t("cause.earlier")} />}
    </>
  );
}
