import { Button, NativeSelect, Textarea, TextInput } from "@mantine/core";
import { type FormEvent, useState } from "react";
import { unreadable } from "../../../engine/flow/unreadable.ts";
import {
  type DeadLetter,
  isMendable,
  isReplayable,
  resumesAtNode,
} from "../../../engine/model/dead-letter.ts";
import { type UploadType, uploadTypes } from "../../../engine/model/message.ts";
import { faultOf } from "../alarms/params.ts";
import { ParamsForm } from "../alarms/params-form.tsx";
import { t } from "../text/text.ts";
import { ReplayIcon, TrashIcon } from "../ui/icons.tsx";
import { Said } from "../ui/said.tsx";
import { moment } from "../ui/words.ts";
import classes from "./letters.module.css";
import { bytesOf, formOf, textOf, timeOf } from "./payload.ts";
import { usePlaceNames } from "./place-names.ts";
import { useMend } from "./queries.ts";
import { VersionSelect } from "./version-select.tsx";

const words = () => ({
  title: t("letter.fields"),
  none: t("letter.fieldNone"),
  add: t("letter.fieldAdd"),
  one: t("letter.field"),
});

/** What a replay sends: a form where it is plain values, text where it cannot be read; then replay or discard. */
export function MendForm({ letter }: { letter: DeadLetter }) {
  const mend = useMend();
  const { step } = usePlaceNames(letter);
  const before = letter.payload ?? bytesOf(letter).text ?? "";
  const [type, setType] = useState<DeadLetter["type"]>(letter.type);
  const [text, setText] = useState(before);
  const [form, setForm] = useState(() => formOf(before, letter.type));
  const [version, setVersion] = useState<number>();
  const atNode = resumesAtNode(letter);
  const sent = form ? textOf(form) : text;
  const badTime = form?.at !== undefined && Number.isNaN(timeOf(form.at) ?? 0);
  const faulty = form?.rows.some((row) => faultOf(row, form.rows)) ?? false;
  const problem = unreadable(sent, type, atNode);
  // A form writes the same payload in its own way.
  const isEdited = type !== letter.type || sent !== (form ? formedText(before, letter.type) : before);
  const canReplay = isReplayable(letter) && type !== null && !badTime && !faulty && !problem;
  const isUpload = type === "telemetry" || type === "attributes";
  const edit = isEdited && isUpload ? { payload: sent, type } : undefined;

  const submit = (event: FormEvent) => {
    event.preventDefault();
    if (canReplay) mend.mutate({ id: letter.id, edit, move: "replay", version });
  };
  const discard = () => mend.mutate({ id: letter.id, edit: undefined, move: "discard" });
  const toText = () => {
    setText(JSON.stringify(JSON.parse(sent), null, 2));
    setForm(undefined);
  };
  const formable = form ? undefined : formOf(text, type);

  return (
    <form className={classes.mend} onSubmit={submit}>
      {letter.editedAt && (
        <p className={classes.note}>{t("letter.edited", { time: moment(letter.editedAt) })}</p>
      )}
      {type === "tick" ? (
        <p>{t("letter.tick", { time: moment(Number(JSON.parse(before).tick)) })}</p>
      ) : !isMendable(letter) ? (
        <p>{t("letter.happened")}</p>
      ) : (
        isReplayable(letter) && (
          <>
            {!atNode && (
              <NativeSelect
                label={t("letter.sentAs")}
                value={type ?? ""}
                data={[
                  ...(letter.type === null ? [{ value: "", label: t("letter.type") }] : []),
                  ...uploadTypes.map((value) => ({ value, label: t(`letter.sentAs.${value}`) })),
                ]}
                onChange={(event) => setType((event.currentTarget.value || null) as UploadType | null)}
              />
            )}
            {form ? (
              <>
                {form.at !== undefined && type === "telemetry" && (
                  <TextInput
                    label={t("letter.at")}
                    description={t("letter.atHelp")}
                    value={form.at}
                    error={badTime && t("letter.atWrong")}
                    onChange={(event) => setForm({ ...form, at: event.currentTarget.value })}
                  />
                )}
                <ParamsForm
                  rows={form.rows}
                  change={(rows) => setForm({ ...form, rows })}
                  tried
                  words={words()}
                />
              </>
            ) : (
              <Textarea
                label={t("letter.text")}
                description={t("letter.editHelp")}
                autosize
                minRows={3}
                maxRows={14}
                spellCheck={false}
                classNames={{ input: classes.json }}
                value={text}
                error={problem?.message}
                onChange={(event) => setText(event.currentTarget.value)}
              />
            )}
            {form && problem && <p role="alert">{problem.message}</p>}
            {form ? (
              <button type="button" className={classes.link} onClick={toText}>
                {t("letter.asText")}
              </button>
            ) : (
              formable && (
                <button type="button" className={classes.link} onClick={() => setForm(formable)}>
                  {t("letter.asForm")}
                </button>
              )
            )}
          </>
        )
      )}
      {isReplayable(letter) && (
        <p className={classes.note}>{atNode ? t("letter.atStep", { node: step }) : t("letter.whole")}</p>
      )}
      {isReplayable(letter) && atNode && (
        <VersionSelect flow={letter.flow!} version={version} choose={setVersion} />
      )}
      {mend.error && (
        <p role="alert">
          <Said error={mend.error} />
        </p>
      )}
      <div className={classes.buttons}>
        {isReplayable(letter) && (
          <Button
            type="submit"
            size="sm"
            leftSection={<ReplayIcon size={16} />}
            disabled={!canReplay}
            loading={mend.isPending}
          >
            {edit ? t("letter.saveReplay") : t("letter.replay")}
          </Button>
        )}
        {letter.state === "open" && (
          <Button size="sm" variant="default" leftSection={<TrashIcon size={16} />} onClick={discard}>
            {t("letter.discard")}
          </Button>
        )}
      </div>
    </form>
  );
}

function formedText(text: string, type: DeadLetter["type"]): string {
  const form = formOf(text, type);
  return form ? textOf(form) : text;
}
