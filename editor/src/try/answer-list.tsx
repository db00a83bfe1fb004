import { ActionIcon, Button, NativeSelect, TextInput } from "@mantine/core";
import { type FormEvent, useState } from "react";
import { commandsIn } from "../../../engine/flow/try.ts";
import type { CommandEffect } from "../../../engine/model/effect.ts";
import type { Flow } from "../../../engine/model/flow.ts";
import { nameIn } from "../flows/outputs.ts";
import { useStage } from "../flows/stage.ts";
import { t } from "../text/text.ts";
import { PlusIcon, TrashIcon } from "../ui/icons.tsx";
import { Section } from "../ui/panel.tsx";
import { span } from "../ui/words.ts";
import { type Answer, decisions, endings } from "./answers.ts";
import { sinceWords } from "./effect-words.ts";
import { offsetMs } from "./sample.ts";
import classes from "./try.module.css";

interface AnswersProps {
  flow: Flow;
  startMs: number;
  answers: readonly Answer[];
  change: (answers: Answer[]) => void;
}

/** The commands of the trial, and how each ends: given by form, the trial goes on from there. */
export function AnswerList({ flow, startMs, answers, change }: AnswersProps) {
  const trial = useStage((state) => state.trial);
  const commands = trial ? commandsIn(trial.result) : [];
  if (commands.length === 0) return null;
  return (
    <Section title={t("answers.title")}>
      <p className={classes.hint}>{t("answers.help")}</p>
      <ol className={classes.answers}>
        {commands.slice(0, shown).map((command, index) => (
          <Command
            key={command.id}
            command={command}
            number={index + 1}
            step={command.flow === flow.id ? nameIn(flow, command.node) : command.flow}
            startMs={startMs}
            answers={answers}
            change={change}
          />
        ))}
      </ol>
      {commands.length > shown && (
        <p className={classes.hint}>{t("answers.more", { count: commands.length - shown })}</p>
      )}
    </Section>
  );
}

const shown = 20;

interface CommandProps extends Omit<AnswersProps, "flow"> {
  command: CommandEffect;
  number: number;
  /** The name of its step. */
  step: string;
}

function Command({ command, number, step, startMs, answers, change }: CommandProps) {
  const [isOpen, setOpen] = useState(false);
  const own = answers.filter((one) => one.command === number);
  const hasEnded = own.some(({ state }) => state !== "approved");
  const title = t("answers.command", { number, method: command.method });
  return (
    <li>
      <p>
        <strong>{title}</strong> {t("answers.of", { step, when: sinceWords(command.at, startMs) })}
      </p>
      {own.map((one) => (
        <div key={one.state} className={classes.answer} data-state={one.state}>
          <span>
            {t(`answers.is.${one.state}`)} {t("trial.after", { span: span(offsetMs(one.after) ?? 0) })}
            {one.text !== "" && `: ${one.text}`}
          </span>
          <ActionIcon
            variant="subtle"
            color="gray"
            size={28}
            aria-label={t("answers.remove", { number })}
            onClick={() => change(answers.filter((other) => other !== one))}
          >
            <TrashIcon size={14} />
          </ActionIcon>
        </div>
      ))}
      {isOpen && !hasEnded && (
        <AnswerForm
          command={command}
          number={number}
          isApproved={own.length > 0}
          add={(answer) => {
            setOpen(false);
            change([...answers, answer]);
          }}
          close={() => setOpen(false)}
        />
      )}
      {!isOpen && !hasEnded && (
        <Button
          size="xs"
          variant="default"
          leftSection={<PlusIcon size={12} />}
          aria-label={t("answers.addTo", { number })}
          onClick={() => setOpen(true)}
        >
          {t("answers.add")}
        </Button>
      )}
    </li>
  );
}

interface FormProps {
  command: CommandEffect;
  number: number;
  /** A person has approved it already. */
  isApproved: boolean;
  add: (answer: Answer) => void;
  close: () => void;
}

function AnswerForm({ command, number, isApproved, add, close }: FormProps) {
  const waits = command.approval && !isApproved;
  const states: readonly Answer["state"][] = waits ? decisions : endings;
  const [state, setState] = useState<Answer["state"]>(states[0]!);
  const [text, setText] = useState("");
  const [typed, setAfter] = useState<string>();
  const after = typed ?? (state === "timed_out" ? `${command.timeoutMs / 1000}s` : "5s");
  const isTime = offsetMs(after) !== undefined;
  const submit = (event: FormEvent) => {
    event.preventDefault();
    const said = saysWhat(state) ? text.trim() : "";
    if (isTime) add({ command: number, state, after, text: said });
  };
  return (
    <form className={classes.form} onSubmit={submit} aria-label={t("answers.addTo", { number })}>
      <NativeSelect
        size="xs"
        label={t("answers.how")}
        data={states.map((value) => ({ value, label: t(`answers.is.${value}`) }))}
        value={state}
        onChange={(event) => setState(event.currentTarget.value as Answer["state"])}
        data-autofocus
      />
      <TextInput
        size="xs"
        label={t("answers.after")}
        value={after}
        error={!isTime}
        onChange={(event) => setAfter(event.currentTarget.value)}
      />
      {saysWhat(state) && (
        <TextInput
          size="xs"
          label={t(state === "succeeded" ? "answers.value" : "answers.reason")}
          placeholder={state === "succeeded" ? '{"ok": true}' : t("answers.reasonHint")}
          value={text}
          onChange={(event) => setText(event.currentTarget.value)}
        />
      )}
      <div className={classes.row}>
        <Button size="xs" type="submit" disabled={!isTime}>
          {t("answers.goOn")}
        </Button>
        <Button size="xs" variant="subtle" onClick={close}>
          {t("ui.cancel")}
        </Button>
      </div>
    </form>
  );
}

const saysWhat = (state: Answer["state"]) => state !== "timed_out" && state !== "approved";
