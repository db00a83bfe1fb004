import { TextInput } from "@mantine/core";
import { useDebouncedValue } from "@mantine/hooks";
import { useState } from "react";
import type { Device } from "../../../engine/model/device.ts";
import { hashOf } from "../route.ts";
import { t } from "../text/text.ts";
import { DeviceIcon, SearchIcon } from "../ui/icons.tsx";
import { Empty, Pending } from "../ui/states.tsx";
import { DevicePage } from "./device-page.tsx";
import classes from "./devices-view.module.css";
import { HowToConnect } from "./how-to-connect.tsx";
import { useDevices } from "./queries.ts";

/** Find a device, and see what it reports. */
export function DevicesView({ device }: { device: string | undefined }) {
  const [search, setSearch] = useState("");
  const [settled] = useDebouncedValue(search.trim(), 200);
  const query = useDevices(settled);
  const found = query.data?.devices;
  if (found?.length === 0 && settled === "" && !device) return <NoDevices />;
  const shown = device ?? found?.[0]?.id;
  return (
    <div className={classes.view}>
      <nav className={classes.side} aria-label={t("page.devices")}>
        <TextInput
          type="search"
          aria-label={t("device.search")}
          placeholder={t("device.searchShort")}
          leftSection={<SearchIcon size={16} />}
          value={search}
          onChange={(event) => setSearch(event.currentTarget.value)}
        />
        {query.data ? (
          <Found devices={query.data.devices} more={query.data.more} shown={shown} search={settled} />
        ) : (
          <Pending query={query} what={t("device.list")} />
        )}
      </nav>
      {shown ? <DevicePage key={shown} id={shown} /> : <div />}
    </div>
  );
}

interface FoundProps {
  devices: Device[];
  more: boolean;
  shown: string | undefined;
  search: string;
}

function Found({ devices, more, shown, search }: FoundProps) {
  if (devices.length === 0)
    return (
      <p className={classes.note} role="status">
        {t("device.noneFound", { search })}
      </p>
    );
  return (
    <>
      <ul>
        {devices.map(({ id, name, profile }) => (
          <li key={id}>
            <a
              href={hashOf({ view: "devices", device: id })}
              aria-current={id === shown ? "true" : undefined}
            >
              <strong>{name}</strong>
              <span>{profile}</span>
            </a>
          </li>
        ))}
      </ul>
      {more && <p className={classes.note}>{t("device.more")}</p>}
    </>
  );
}

function NoDevices() {
  return (
    <div className={classes.none}>
      <Empty title={t("device.none")} icon={<DeviceIcon size={24} />}>
        <p>{t("device.noneText")}</p>
        <HowToConnect />
      </Empty>
    </div>
  );
}
