import "../text/things.ts";
import { Button } from "@mantine/core";
import { hashOf, type Route } from "../route.ts";
import { t } from "../text/text.ts";
import { ChannelIcon } from "../ui/icons.tsx";
import { Split } from "../ui/split.tsx";
import { Empty, Pending } from "../ui/states.tsx";
import { ChannelForm } from "./channel-form.tsx";
import { useChannelList } from "./queries.ts";

const newChannel = hashOf({ view: "channels", mode: "new" });

/** Where notifications go: make channels, change them, and try whether they work. */
export function ChannelsView({ route: { name, mode } }: { route: Route }) {
  const channels = useChannelList();
  if (!channels.data) return <Pending query={channels} what={t("channels.list")} />;
  const shown = mode === "new" ? undefined : (name ?? channels.data[0]?.name);
  if (channels.data.length === 0 && mode !== "new") return <NoChannels />;
  const channel = channels.data.find((each) => each.name === shown);
  return (
    <Split
      title={t("channels.title")}
      action={t("channels.new")}
      add={newChannel}
      items={channels.data.map((each) => ({
        name: each.name,
        note: t(`channels.${each.settings.type}`),
        href: hashOf({ view: "channels", name: each.name }),
      }))}
      shown={shown}
    >
      {shown !== undefined && !channel ? (
        <Empty title={t("channels.gone", { name: shown })} />
      ) : (
        <ChannelForm key={shown ?? ""} channel={channel} taken={channels.data.map((each) => each.name)} />
      )}
    </Split>
  );
}

function NoChannels() {
  return (
    <Empty title={t("channels.none")} icon={<ChannelIcon size={24} />}>
      <p>{t("channels.noneText")}</p>
      <Button component="a" href={newChannel} mt="xs">
        {t("channels.new")}
      </Button>
    </Empty>
  );
}
