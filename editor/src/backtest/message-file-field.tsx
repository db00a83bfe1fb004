import { FileInput, NativeSelect } from "@mantine/core";
import { useMutation } from "@tanstack/react-query";
import { useState } from "react";
import { maxMessageFileBytes, type UploadedMessages } from "../../../engine/model/backtest.ts";
import type { Flow } from "../../../engine/model/flow.ts";
import { useSurroundings } from "../flows/use-surroundings.ts";
import { t } from "../text/text.ts";
import { Said } from "../ui/said.tsx";
import { moment, words } from "../ui/words.ts";
import classes from "./backtest.module.css";
import { uploadMessages } from "./queries.ts";
import { tb } from "./text.ts";

/** A file, and what the server read in it. */
export interface ChosenFile {
  source: File;
  profile: string;
  uploaded: UploadedMessages;
}

interface MessageFileProps {
  flow: Flow;
  chosen: ChosenFile | undefined;
  change: (chosen: ChosenFile | undefined) => void;
}

/** Lends the server a file of messages to run over. */
export function MessageFileField({ flow, chosen, change }: MessageFileProps) {
  const profiles = useSurroundings(flow).profiles?.map(({ name }) => name) ?? [];
  const [source, setSource] = useState<File | null>(chosen?.source ?? null);
  const [profile, setProfile] = useState(chosen?.profile ?? profileOf(flow));
  const upload = useMutation({
    mutationFn: uploadMessages,
    onSuccess: (uploaded, given) => change({ ...given, uploaded }),
  });
  const isTooLarge = source !== null && source.size > maxMessageFileBytes;
  function take(next: File | null, of: string) {
    setSource(next);
    setProfile(of);
    change(undefined);
    upload.reset();
    if (next && next.size <= maxMessageFileBytes) upload.mutate({ source: next, profile: of });
  }
  const { uploaded } = chosen ?? {};
  return (
    <>
      <NativeSelect
        label={tb("backtest.fileProfile")}
        description={tb("backtest.fileProfileHelp")}
        data={[...new Set([profile, ...profiles])].sort()}
        value={profile}
        onChange={(event) => take(source, event.currentTarget.value)}
      />
      <FileInput
        label={tb("backtest.file")}
        description={tb("backtest.fileHelp")}
        placeholder={t("import.choose")}
        accept=".csv,.ndjson,.jsonl,text/csv"
        clearable
        clearButtonProps={{ "aria-label": tb("backtest.fileRemove") }}
        value={source}
        error={isTooLarge ? tb("backtest.fileTooLarge") : upload.error && <Said error={upload.error} />}
        onChange={(next) => take(next, profile)}
      />
      <p role="status" className={classes.hint}>
        {upload.isPending && tb("backtest.fileReading")}
        {uploaded &&
          tb("backtest.fileRead", {
            messages: words(uploaded.messages),
            devices: words(uploaded.devices),
            from: moment(uploaded.from),
            to: moment(uploaded.to),
          })}
      </p>
    </>
  );
}

/** Of the devices that the flow asks for first. */
function profileOf({ nodes }: Flow): string {
  const named = nodes.filter(({ kind }) => kind === "input").flatMap(({ config }) => config.profiles ?? []);
  return typeof named[0] === "string" ? named[0] : "default";
}
