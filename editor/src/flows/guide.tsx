import { ActionIcon, Button } from "@mantine/core";
import { useEffect, useState } from "react";
import { t } from "../text/text.ts";
import { CheckIcon, CloseIcon } from "../ui/icons.tsx";
import { openAdd } from "./actions.ts";
import { addStep } from "./editing.ts";
import { useEditing } from "./editing-context.ts";
import { goToProblem } from "./go-to-problem.ts";
import classes from "./guide.module.css";
import { hideGuide, useGuide } from "./guide-shown.ts";
import { type GuideStep, guideSteps, stepsDone } from "./guide-steps.ts";
import { useFlow } from "./open-flow.ts";
import type { FlowProblem } from "./problems.ts";
import type { FlowSummary } from "./queries.ts";
import { openDialog, stage, useStage } from "./stage.ts";

interface GuideProps {
  summary: FlowSummary;
  problems: readonly FlowProblem[];
}

/** The way to a first flow that runs, as a list whose marks follow what is done. It blocks nothing. */
export function Guide(props: GuideProps) {
  return useGuide() ? <Steps {...props} /> : null;
}

function Steps({ summary, problems }: GuideProps) {
  const { open, kinds } = useEditing();
  const flow = useFlow(open);
  const isTrying = useStage(({ trial }) => trial !== undefined);
  const [wasTried, setWasTried] = useState(false);
  useEffect(() => {
    if (isTrying) setWasTried(true);
  }, [isTrying]);
  const done = stepsDone({ flow, kinds, problems: problems.length, wasTried, isLive: summary.live !== null });
  const next = guideSteps.find((step) => !done.has(step));

  function lead(step: GuideStep) {
    const source = [...kinds.values()].find((kind) => kind.source);
    const [problem] = problems;
    if (step === "input" && source) addStep(open, kinds, source, {});
    if (step === "act") openAdd();
    if (step === "mend" && problem) goToProblem(open, problem);
    if (step === "try") stage.setState({ trying: true });
    if (step === "deploy") openDialog({ type: "deploy" });
  }

  return (
    <section className={classes.guide} aria-label={t("guide.title")}>
      <div className={classes.head}>
        <h3>{t("guide.title")}</h3>
        <ActionIcon variant="subtle" color="gray" aria-label={t("guide.close")} onClick={hideGuide}>
          <CloseIcon size={16} />
        </ActionIcon>
      </div>
      <ol>
        {guideSteps.map((step) => (
          <li key={step} data-done={done.has(step)} aria-current={step === next ? "step" : undefined}>
            <span>{done.has(step) ? <CheckIcon size={14} /> : guideSteps.indexOf(step) + 1}</span>
            {t(`guide.${step}`)}
            {done.has(step) && <span className="unseen"> ({t("guide.done")})</span>}
          </li>
        ))}
      </ol>
      <div className={classes.next} role="status">
        <p>{next ? t(`guide.${next}Text`) : t("guide.finished")}</p>
        {next && (
          <Button
            size="xs"
            aria-label={`${t("guide.show")}: ${t(`guide.${next}`)}`}
            onClick={() => lead(next)}
          >
            {t("guide.show")}
          </Button>
        )}
      </div>
    </section>
  );
}
