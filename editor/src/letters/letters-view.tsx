import { Button, NativeSelect, SegmentedControl } from "@mantine/core";
import { useState } from "react";
import type { DeadLetter, DeadLetterFilter } from "../../../engine/model/dead-letter.ts";
import { nameOf } from "../flows/outputs.ts";
import { useFlows } from "../flows/queries.ts";
import { hashOf, navigate, type Route } from "../route.ts";
import { t } from "../text/text.ts";
import { LetterIcon, ReplayIcon, TrashIcon } from "../ui/icons.tsx";
import { Scroll } from "../ui/scroll.tsx";
import { Empty, Pending } from "../ui/states.tsx";
import { LetterTable } from "./letter-table.tsx";
import classes from "./letters.module.css";
import { MoveDialog, type MoveQuestion } from "./move-dialog.tsx";
import { type LetterCount, shownLetters, sumOf, useLetterCounts, useLetters } from "./queries.ts";
import { reasonWords } from "./words.ts";

type Shown = DeadLetter["state"] | "all";
const states: Shown[] = ["open", "replayed", "discarded", "all"];

/** Messages that could not be processed: look, mend, replay or discard, one or many. */
export function LettersView({ route }: { route: Route }) {
  const { flow, node, device, letter } = route;
  const [state, setState] = useState<Shown>("open");
  const [reason, setReason] = useState("");
  const [chosen, setChosen] = useState<ReadonlySet<string>>(new Set());
  const [question, setQuestion] = useState<MoveQuestion>();
  const filter: DeadLetterFilter = {
    ...(state !== "all" && { state }),
    ...(flow && { flow }),
    ...(node && { node }),
    ...(device && { device }),
    ...(reason && { reason }),
  };
  const query = useLetters(filter);
  const counts = useLetterCounts();
  const letters = query.data?.letters ?? [];
  const picked = letters.filter(({ id }) => chosen.has(id));
  const fits = (one: LetterCount) =>
    (!flow || one.flow === flow) && (!node || one.node === node) && (!reason || one.reason === reason);
  const waiting = sumOf(counts.filter(fits));
  const nothing = letters.length === 0 && query.data && state === "open" && !flow && !device && !reason;

  return (
    <section className={classes.view} aria-label={t("letters.title")}>
      <div className={classes.head}>
        <h2>{t("letters.title")}</h2>
        <SegmentedControl
          size="xs"
          aria-label={t("letters.show")}
          data={states.map((value) => ({
            value,
            label: value === "all" ? t("letters.all") : t(`letters.state.${value}`),
          }))}
          value={state}
          onChange={(value) => setState(value as Shown)}
        />
        <Choices flow={flow} reason={reason} setReason={setReason} counts={counts} />
        {node && <span>{t("letters.onlyStep", { node: nameOf({ id: node }) })}</span>}
        {device && <span>{t("letters.onlyDevice")}</span>}
        {(node || device) && (
          <a href={hashOf({ view: "letters", flow: device ? undefined : flow })}>{t("letters.showAll")}</a>
        )}
      </div>
      {query.data && letters.length > 0 && state !== "replayed" && (
        <Actions
          ids={picked.map(({ id }) => id)}
          flow={onlyFlow(picked.length > 0 ? picked : counts.filter(fits))}
          all={state === "open" && !device ? waiting : 0}
          filter={filter}
          ask={setQuestion}
        />
      )}
      {!query.data && <Pending query={query} what={t("letters.loading")} />}
      {nothing && (
        <Empty title={t("letters.empty")} icon={<LetterIcon size={24} />}>
          <p>{t("letters.emptyText")}</p>
        </Empty>
      )}
      {query.data && letters.length === 0 && !nothing && (
        <Empty title={t("letters.empty")}>{t("letters.none")}</Empty>
      )}
      {letters.length > 0 && (
        <Scroll className={classes.rest} label={t("letters.list")}>
          <LetterTable letters={letters} route={route} opened={letter} chosen={chosen} choose={setChosen} />
          {query.data?.more && <p className={classes.more}>{t("letters.more", { count: shownLetters })}</p>}
        </Scroll>
      )}
      {question && (
        <MoveDialog
          question={question}
          close={() => setQuestion(undefined)}
          done={() => setChosen(new Set())}
        />
      )}
    </section>
  );
}

/** The flow that all of them belong to; undefined where they are of several, or one is of none. */
function onlyFlow(some: readonly { flow: string | null }[]): string | undefined {
  const [flow, ...others] = new Set(some.map(({ flow }) => flow));
  return others.length === 0 ? (flow ?? undefined) : undefined;
}

interface ChoicesProps {
  flow: string | undefined;
  reason: string;
  setReason: (reason: string) => void;
  counts: readonly LetterCount[];
}

function Choices({ flow, reason, setReason, counts }: ChoicesProps) {
  const flows = useFlows().data ?? [];
  const named = (id: string) => flows.find((one) => one.id === id)?.name ?? id;
  const ids = new Set([...flows.map(({ id }) => id), ...(flow ? [flow] : [])]);
  const reasons = new Set([...counts.map((one) => one.reason), ...(reason ? [reason] : [])]);
  return (
    <>
      <NativeSelect
        size="xs"
        aria-label={t("letters.flow")}
        value={flow ?? ""}
        data={[
          { value: "", label: t("letters.everyFlow") },
          ...[...ids].map((value) => ({ value, label: named(value) })),
        ]}
        onChange={(event) => navigate({ view: "letters", flow: event.currentTarget.value || undefined })}
      />
      <NativeSelect
        size="xs"
        aria-label={t("letters.reason")}
        value={reason}
        data={[
          { value: "", label: t("letters.everyReason") },
          ...[...reasons].map((value) => ({ value, label: reasonWords(value) })),
        ]}
        onChange={(event) => setReason(event.currentTarget.value)}
      />
    </>
  );
}

interface ActionsProps {
  ids: string[];
  /** How many are open and fit the filter. */
  all: number;
  filter: DeadLetterFilter;
  flow: MoveQuestion["flow"];
  ask: (question: MoveQuestion) => void;
}

/** What can be done with the chosen ones, or with all that fit. */
function Actions({ ids, all, filter, flow, ask }: ActionsProps) {
  const some = ids.length > 0;
  const selection = some ? { ids } : { filter: { ...filter, state: "open" as const } };
  const count = some ? ids.length : all;
  if (count === 0) return <div className={classes.actions} />;
  const number = count.toLocaleString();
  return (
    <div className={classes.actions}>
      {some && <span role="status">{t("letters.chosen", { count })}</span>}
      <Button
        size="xs"
        variant={some ? "filled" : "default"}
        leftSection={<ReplayIcon size={16} />}
        onClick={() => ask({ move: "replay", selection, count, flow })}
      >
        {some ? t("letters.replayChosen") : t("letters.replayAll", { number })}
      </Button>
      <Button
        size="xs"
        variant="default"
        leftSection={<TrashIcon size={16} />}
        onClick={() => ask({ move: "discard", selection, count, flow })}
      >
        {some ? t("letters.discardChosen") : t("letters.discardAll", { number })}
      </Button>
    </div>
  );
}
