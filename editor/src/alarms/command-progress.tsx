import type { Command } from "../../../engine/model/command.ts";
import { t } from "../text/text.ts";
import { CheckIcon, CloseIcon } from "../ui/icons.tsx";
import { ValueList } from "../ui/value-list.tsx";
import { words } from "../ui/words.ts";
import classes from "./command-progress.module.css";
import { reached, stateSentence, steps } from "./command-words.ts";
import { isOver } from "./commands.ts";

/** Where a command stands, step by step, and what the device answered. */
export function CommandProgress({ command }: { command: Command }) {
  const at = reached(command);
  const over = isOver(command);
  const bad = over && command.state !== "succeeded";
  return (
    <div data-state={command.state}>
      <p className={classes.what}>
        <strong>{command.method}</strong> <CommandParams command={command} />
      </p>
      <ol className={classes.steps}>
        {steps.map((step, index) => {
          const last = index === steps.length - 1;
          const done = index < at || (index === at && !bad) || (over && !bad);
          const title =
            last && over ? t(`command.${command.state}`) : t(last ? "command.answered" : `command.${step}`);
          return (
            <li
              key={step}
              data-done={done}
              data-bad={last && bad}
              aria-current={index === at && !over ? "step" : undefined}
            >
              <span className={classes.dot}>
                {last && bad ? <CloseIcon size={16} /> : done ? <CheckIcon size={16} /> : index + 1}
              </span>
              {title}
            </li>
          );
        })}
      </ol>
      <p className={classes.sentence} data-bad={bad} role="status">
        <span className="unseen">{t(`command.${command.state}`)}. </span>
        {stateSentence(command)}
      </p>
      {command.answer !== null && <Answer command={command} />}
    </div>
  );
}

function Answer({ command: { answer } }: { command: Command }) {
  const isList = typeof answer === "object" && answer !== null && !Array.isArray(answer);
  return (
    <div className={classes.answer}>
      <h3>{t("command.answer")}</h3>
      {isList ? <ValueList values={answer} none={t("command.empty")} /> : words(answer)}
    </div>
  );
}

/** Parameters in one line. */
export function CommandParams({ command: { params } }: { command: Command }) {
  const none = typeof params === "object" && params !== null && Object.keys(params).length === 0;
  return <span>{none ? t("command.noParams") : words(params)}</span>;
}
