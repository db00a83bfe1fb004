import { NativeSelect } from "@mantine/core";
import { useFlows } from "../flows/queries.ts";
import { type ListedVersion, useVersions } from "../history/queries.ts";
import { formatLocale, t } from "../text/text.ts";
import classes from "./letters.module.css";

interface SelectProps {
  flow: string;
  /** Undefined: the one that is live when the replay is taken. */
  version: number | undefined;
  choose: (version: number | undefined) => void;
}

/** In which version of its flow a replay goes on; nothing where the flow has none. */
export function VersionSelect({ flow, version, choose }: SelectProps) {
  const versions = useVersions(flow).data ?? [];
  const live = useFlows().data?.find(({ id }) => id === flow)?.live;
  if (versions.length === 0) return null;
  return (
    <NativeSelect
      label={t("letter.inVersion")}
      classNames={{ input: classes.version }}
      value={version === undefined ? "" : String(version)}
      data={[
        { value: "", label: live ? t("letter.live", { version: live }) : t("letter.liveNone") },
        ...versions.map((one) => ({ value: String(one.version), label: told(one) })),
      ]}
      onChange={({ currentTarget: { value } }) => choose(value === "" ? undefined : Number(value))}
    />
  );
}

function told({ version, message, createdAt }: ListedVersion): string {
  const time = new Date(createdAt).toLocaleString(formatLocale(), {
    dateStyle: "medium",
    timeStyle: "short",
  });
  const made = t("letter.versionOf", { version, time });
  return message === "" ? made : `${made}: ${message.slice(0, 60)}`;
}
