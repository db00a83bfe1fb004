import { Alert, Button, SegmentedControl, TextInput } from "@mantine/core";
import { type FormEvent, useState } from "react";
import { sentence } from "../../../engine/flow/sentence.ts";
import { type Channel, channelSettings } from "../../../engine/model/channel.ts";
import { identifier } from "../../../engine/model/flow.ts";
import { capital } from "../../../engine/model/wording.ts";
import { hashOf, navigate } from "../route.ts";
import { saidIn, t } from "../text/text.ts";
import { DeleteDialog } from "../ui/delete-dialog.tsx";
import { SendIcon, TrashIcon } from "../ui/icons.tsx";
import { Said } from "../ui/said.tsx";
import classes from "../ui/split.module.css";
import { Card } from "../ui/split.tsx";
import { useDeleteChannel, useSaveChannel, useTryChannel } from "./queries.ts";
import {
  type ChannelType,
  channelTypes,
  initialSettings,
  SettingsFields,
  type Typed,
} from "./settings-fields.tsx";

interface FormProps {
  /** Left out: it is new. */
  channel: Channel | undefined;
  taken: readonly string[];
}

/** A channel's settings by form, and a test that says what happened. */
export function ChannelForm({ channel, taken }: FormProps) {
  const [name, setName] = useState(channel?.name ?? "");
  const [description, setDescription] = useState(channel?.description ?? "");
  const [settings, setSettings] = useState<Typed & { type: ChannelType }>(
    channel?.settings ?? { ...initialSettings.email, type: "email" },
  );
  const [secret, setSecret] = useState("");
  const [isShown, setShown] = useState(false);
  const [isChanged, setChanged] = useState(false);
  const save = useSaveChannel();
  const { type } = settings;

  const parsed = channelSettings.safeParse(settings, { error: sentence, reportInput: true });
  const problems = new Map<string, string>();
  for (const { path, message } of isShown ? (parsed.error?.issues ?? []) : [])
    if (!problems.has(String(path[0]))) problems.set(String(path[0]), said(message));
  const wrongName = channel ? undefined : nameProblem(name, taken);

  const change = (next: typeof settings) => {
    setSettings(next);
    setChanged(true);
    save.reset();
  };

  function submit(event: FormEvent) {
    event.preventDefault();
    setShown(true);
    if (!parsed.success || wrongName) return;
    save.mutate(
      { name, description, settings: parsed.data, ...(secret !== "" && { secret }) },
      {
        onSuccess() {
          setSecret("");
          setChanged(false);
          if (!channel) navigate({ view: "channels", name });
        },
      },
    );
  }

  return (
    <form onSubmit={submit} aria-label={channel?.name ?? t("channels.new")} noValidate>
      <header className={classes.head}>
        <div>
          <h2>{channel?.name ?? t("channels.new")}</h2>
          <p>{t(`channels.${type}Note`)}</p>
        </div>
        {channel && <Remove name={channel.name} />}
      </header>
      <Card>
        <div className={classes.form}>
          {!channel && (
            <>
              <SegmentedControl
                aria-label={t("channels.type")}
                data={channelTypes.map((value) => ({ value, label: t(`channels.${value}`) }))}
                value={type}
                onChange={(value) => {
                  const next = value as ChannelType;
                  change({ ...initialSettings[next], type: next });
                }}
              />
              <TextInput
                label={t("channels.name")}
                description={t("channels.nameHelp")}
                value={name}
                maxLength={64}
                withAsterisk
                error={(isShown || name !== "") && wrongName}
                onChange={(event) => setName(event.currentTarget.value)}
              />
            </>
          )}
          <TextInput
            label={t("channels.description")}
            value={description}
            maxLength={500}
            onChange={(event) => {
              setDescription(event.currentTarget.value);
              setChanged(true);
            }}
          />
          <SettingsFields
            type={type}
            typed={settings}
            problems={problems}
            set={(field, value) => {
              const { [field]: _, ...rest } = settings as Record<string, unknown>;
              change({ ...rest, ...(value !== undefined && { [field]: value }), type });
            }}
          />
          <TextInput
            type="password"
            autoComplete="new-password"
            label={type === "webhook" ? t("channels.secret") : t("channels.password")}
            description={type === "webhook" ? t("channels.secretHelp") : undefined}
            placeholder={channel?.hasSecret ? t("channels.kept") : undefined}
            value={secret}
            maxLength={1024}
            onChange={(event) => {
              setSecret(event.currentTarget.value);
              setChanged(true);
            }}
          />
          <p className={classes.muted}>{t("channels.allow")}</p>
          {save.error && (
            <Alert color="red" role="alert">
              <Said error={save.error} />
            </Alert>
          )}
          <div className={classes.buttons}>
            <Button type="submit" loading={save.isPending}>
              {t("ui.save")}
            </Button>
            {channel ? (
              <Test
                key={save.submittedAt}
                name={channel.name}
                isChanged={isChanged}
                isSaved={save.isSuccess && !isChanged}
              />
            ) : (
              <Button component="a" variant="default" href={hashOf({ view: "channels" })}>
                {t("ui.cancel")}
              </Button>
            )}
          </div>
        </div>
      </Card>
    </form>
  );
}

/** Sends a notification that says it is a test, by the channel as it was saved. */
function Test({ name, isChanged, isSaved }: { name: string; isChanged: boolean; isSaved: boolean }) {
  const attempt = useTryChannel();
  const { data, error, isPending } = attempt;
  return (
    <>
      <Button
        variant="default"
        leftSection={<SendIcon size={14} />}
        loading={isPending}
        disabled={isChanged}
        onClick={() => attempt.mutate(name)}
      >
        {t("channels.test")}
      </Button>
      <span role="status">
        {isChanged && <span className={classes.muted}>{t("channels.testFirst")}</span>}
        {isSaved && !data && !error && <span className={classes.good}>{t("channels.saved")}</span>}
        {!isChanged && data?.sent && <span className={classes.good}>{t("channels.sent")}</span>}
        {!isChanged && (error || data?.reason) && (
          <span className={classes.wrong}>
            {t("channels.notSent")} {error ? <Said error={error} /> : <span lang="en">{data?.reason}</span>}
          </span>
        )}
      </span>
    </>
  );
}

function Remove({ name }: { name: string }) {
  const [asks, setAsks] = useState(false);
  const remove = useDeleteChannel();
  return (
    <>
      <Button size="xs" variant="default" leftSection={<TrashIcon size={14} />} onClick={() => setAsks(true)}>
        {t("ui.delete")}
      </Button>
      {asks && (
        <DeleteDialog
          title={t("channels.deleteTitle", { name })}
          text={t("channels.deleteText")}
          busy={remove.isPending}
          failure={remove.error}
          close={() => setAsks(false)}
          act={() => remove.mutate(name, { onSuccess: () => navigate({ view: "channels" }) })}
        />
      )}
    </>
  );
}

function said(message: string): string {
  if (message.startsWith("is missing")) return t("form.missing");
  return capital(saidIn(message));
}

function nameProblem(name: string, taken: readonly string[]): string | undefined {
  if (!identifier.safeParse(name).success) return t("channels.nameForm");
  return taken.includes(name) ? t("channels.nameTaken", { name }) : undefined;
}
