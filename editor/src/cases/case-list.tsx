import { ActionIcon, Button, TextInput } from "@mantine/core";
import { type FormEvent, useDeferredValue, useMemo, useState } from "react";
import { type Case, type CaseResult, inputsOf, runCases } from "../../../engine/flow/cases.ts";
import type { Surroundings } from "../../../engine/flow/surroundings.ts";
import { tryFlow } from "../../../engine/flow/try.ts";
import type { Flow } from "../../../engine/model/flow.ts";
import type { Kinds } from "../flows/kind-info.ts";
import { nameIn, outputOf } from "../flows/outputs.ts";
import { stage, useStage } from "../flows/stage.ts";
import { useSurroundings } from "../flows/use-surroundings.ts";
import { t } from "../text/text.ts";
import { trialOf } from "../try/trial.ts";
import { CheckIcon, CriticalIcon, TrashIcon } from "../ui/icons.tsx";
import { Section } from "../ui/panel.tsx";
import { Said } from "../ui/said.tsx";
import classes from "./cases.module.css";
import { differenceWords } from "./difference-words.ts";
import { caseOf, titleOf } from "./from-trial.ts";
import { useCases, useChangeCases } from "./queries.ts";

interface CaseListProps {
  flow: Flow;
  kinds: Kinds;
  /** A flow with problems passes no case. */
  problems: number;
}

/** The test cases of the flow, run on the flow as it is on the page, and the trial at hand as a new one. */
export function CaseList({ flow, kinds, problems }: CaseListProps) {
  const query = useCases(flow.id);
  const change = useChangeCases(flow.id);
  const cases = query.data?.cases;
  const around = useSurroundings(flow);
  const settled = useDeferredValue(flow);
  const results = useMemo(
    () => (cases && problems === 0 ? runCases(settled, cases, around) : undefined),
    [settled, cases, problems, around],
  );
  const failing = results?.filter(({ passed }) => !passed).length ?? 0;
  return (
    <Section title={t("cases.title")}>
      {query.error && (
        <p role="alert">
          <Said error={query.error} />
        </p>
      )}
      {cases?.length === 0 && <p className={classes.note}>{t("cases.none")}</p>}
      {cases && cases.length > 0 && (
        <p className={classes.sum} role="status" data-failing={failing > 0}>
          {summary(results, failing)}
        </p>
      )}
      <ul className={classes.list}>
        {cases?.map((one, index) => (
          <Row
            // biome-ignore lint/suspicious/noArrayIndexKey: two may have one title
            key={`${index} ${one.title}`}
            one={one}
            result={results?.[index]}
            flow={flow}
            around={around}
            kinds={kinds}
            remove={() => change.mutate((list) => without(list, one.title))}
          />
        ))}
      </ul>
      {cases && <SaveTrial titles={cases.map(({ title }) => title)} around={around} change={change} />}
      {change.error && (
        <p role="alert">
          <Said error={change.error} />
        </p>
      )}
    </Section>
  );
}

/** Without the first of this title. */
function without(list: readonly Case[], title: string): Case[] {
  const at = list.findIndex((one) => one.title === title);
  return list.filter((_, index) => index !== at);
}

function summary(results: readonly CaseResult[] | undefined, failing: number): string {
  if (!results) return t("cases.notRun");
  if (failing === 0) return t("cases.allPass", { count: results.length });
  return t("cases.fail", { count: failing, all: results.length });
}

interface RowProps {
  one: Case;
  result: CaseResult | undefined;
  flow: Flow;
  around: Surroundings;
  kinds: Kinds;
  remove: () => void;
}

function Row({ one, result, flow, around, kinds, remove }: RowProps) {
  const [isOpen, setOpen] = useState(false);
  const [first] = result?.failures ?? [];
  const show = () => {
    setOpen(!isOpen);
    if (isOpen) return;
    const inputs = inputsOf(flow, one);
    const outputs = (edge: Flow["edges"][number]) => outputOf(edge, flow, kinds);
    stage.setState({ trial: trialOf(flow, inputs, tryFlow(flow, inputs, around), outputs) });
  };
  return (
    <li data-passed={result?.passed}>
      <div>
        <button type="button" aria-expanded={isOpen} onClick={show}>
          {result?.passed ? <CheckIcon size={16} /> : <CriticalIcon size={16} />}
          <span className="unseen">{result?.passed ? t("case.passes") : t("case.fails")}</span>
          {one.title}
        </button>
        <ActionIcon
          variant="subtle"
          color="gray"
          size={28}
          aria-label={t("case.remove", { title: one.title })}
          onClick={remove}
        >
          <TrashIcon size={14} />
        </ActionIcon>
      </div>
      {first && <p data-failed="true">{differenceWords(first)}</p>}
      {isOpen && result && (
        <>
          {result.failures.slice(1, 6).map((failure) => (
            <p key={failure}>{differenceWords(failure)}</p>
          ))}
          <p className={classes.note}>
            {t("case.path", { path: result.path.map((node) => nameIn(flow, node)).join(" → ") })}
          </p>
        </>
      )}
    </li>
  );
}

interface SaveProps {
  titles: readonly string[];
  around: Surroundings;
  change: ReturnType<typeof useChangeCases>;
}

/** The trial at hand becomes a test case under a title of its own. */
function SaveTrial({ titles, around, change }: SaveProps) {
  const trial = useStage((state) => state.trial);
  const [typed, setTyped] = useState<string>();
  if (!trial || trial.inputs.length === 0) return null;
  const title = (typed ?? titleOf(trial, titles)).trim();
  const isTaken = titles.includes(title);
  const save = (event: FormEvent) => {
    event.preventDefault();
    if (title === "" || isTaken) return;
    const made = caseOf(trial, title, around);
    change.mutate((list) => [...list, made], { onSuccess: () => setTyped(undefined) });
  };
  return (
    <form className={classes.save} onSubmit={save}>
      <TextInput
        size="xs"
        label={t("cases.save")}
        description={t("cases.saveHelp")}
        placeholder={t("cases.saveHint")}
        maxLength={200}
        value={typed ?? titleOf(trial, titles)}
        error={isTaken && t("cases.taken")}
        onChange={(event) => setTyped(event.currentTarget.value)}
      />
      <Button
        size="xs"
        type="submit"
        variant="default"
        loading={change.isPending}
        disabled={title === "" || isTaken}
      >
        {t("cases.saveButton")}
      </Button>
    </form>
  );
}
