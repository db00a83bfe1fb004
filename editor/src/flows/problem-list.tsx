import { Button, Popover } from "@mantine/core";
import { useEffect } from "react";
import { isError } from "../../../engine/model/problem.ts";
import { t } from "../text/text.ts";
import { CheckIcon, CriticalIcon, WarningIcon } from "../ui/icons.tsx";
import { FixButton } from "./fix-button.tsx";
import { goToProblem } from "./go-to-problem.ts";
import type { OpenFlow } from "./open-flow.ts";
import { nameIn } from "./outputs.ts";
import classes from "./problem-list.module.css";
import type { FlowProblem } from "./problems.ts";
import { say, showProblems, useStage } from "./stage.ts";

/** What keeps the flow from running; a click goes to the step and setting. */
export function ProblemList({ open, problems }: { open: OpenFlow; problems: readonly FlowProblem[] }) {
  const opened = useStage((state) => state.inProblems);
  const flow = open.document.flow();
  const none = problems.length === 0;
  useEffect(() => {
    if (!opened || !none) return;
    showProblems(false);
    say(t("problems.none"));
  }, [opened, none]);
  if (none)
    return (
      <span className={classes.fine}>
        <CheckIcon size={16} />
        {t("problems.none")}
      </span>
    );
  return (
    <Popover opened={opened} onChange={showProblems} position="bottom-end" width={380} trapFocus shadow="md">
      <Popover.Target>
        <Button
          size="xs"
          variant="default"
          className={classes.button}
          data-level={problems.some(isError) ? undefined : "warning"}
          leftSection={problems.some(isError) ? <CriticalIcon size={16} /> : <WarningIcon size={16} />}
          onClick={() => showProblems(!opened)}
        >
          {t("problems.count", { count: problems.length })}
        </Button>
      </Popover.Target>
      <Popover.Dropdown className={classes.list} aria-label={t("problems.title")}>
        <ul>
          {problems.map((problem) => (
            <li
              key={`${problem.code} ${problem.node} ${problem.condition} ${problem.path} ${problem.message}`}
            >
              <button
                type="button"
                className={classes.jump}
                onClick={() => {
                  showProblems(false);
                  goToProblem(open, problem);
                }}
              >
                {problem.node && <strong>{nameIn(flow, problem.node)}</strong>}
                <span>
                  {!isError(problem) && <em>{t("problems.perhaps")} </em>}
                  {problem.said}
                </span>
              </button>
              <FixButton problem={problem} done={() => showProblems(false)} />
            </li>
          ))}
        </ul>
      </Popover.Dropdown>
    </Popover>
  );
}
