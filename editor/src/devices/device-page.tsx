import { Button } from "@mantine/core";
import type { ReactNode } from "react";
import type { Device } from "../../../engine/model/device.ts";
import { CommandList } from "../alarms/command-list.tsx";
import { useDialogs } from "../alarms/dialogs.tsx";
import { t } from "../text/text.ts";
import { SendIcon } from "../ui/icons.tsx";
import { Scroll } from "../ui/scroll.tsx";
import { Pending } from "../ui/states.tsx";
import { ValueList } from "../ui/value-list.tsx";
import { Chart } from "./chart.tsx";
import classes from "./device-page.module.css";
import { HowToConnect } from "./how-to-connect.tsx";
import { LatestTable } from "./latest-table.tsx";
import { useDevice, useLatest } from "./queries.ts";

/** What one device reports, now and before, its attributes and its commands. */
export function DevicePage({ id }: { id: string }) {
  const device = useDevice(id);
  if (!device.data) return <Pending query={device} what={t("device.the")} />;
  return <Page device={device.data} />;
}

function Page({ device }: { device: Device }) {
  const open = useDialogs();
  const latest = useLatest(device.id);
  const silent = latest.data !== undefined && Object.keys(latest.data).length === 0;
  return (
    <Scroll className={classes.page} label={t("device.label", { name: device.name })}>
      <header>
        <div>
          <h2>{device.name}</h2>
          <p>{t("device.profile", { profile: device.profile, id: device.id })}</p>
        </div>
        <Button
          size="sm"
          leftSection={<SendIcon size={16} />}
          onClick={() => open({ type: "command", device: device.id, deviceName: device.name })}
        >
          {t("command.send")}
        </Button>
      </header>
      <div className={classes.grid}>
        <div>
          {silent ? <FirstSteps device={device} /> : <Chart device={device.id} latest={latest.data} />}
          <Card title={t("alarm.commands")}>
            <CommandList of={{ device: device.id }} none={t("device.noCommand")} />
          </Card>
        </div>
        <div>
          <Card title={t("device.latest")}>
            {latest.data ? (
              <LatestTable latest={latest.data} />
            ) : (
              <Pending query={latest} what={t("device.values")} />
            )}
          </Card>
          <Card title={t("device.attributes")}>
            <Attributes device={device} />
          </Card>
        </div>
      </div>
    </Scroll>
  );
}

function FirstSteps({ device }: { device: Device }) {
  return (
    <Card title={t("device.noValues")}>
      <p>{t("device.firstText")}</p>
      <HowToConnect device={device} />
    </Card>
  );
}

function Card({ title, children }: { title: string; children: ReactNode }) {
  return (
    <section className={classes.card}>
      <h3>{title}</h3>
      {children}
    </section>
  );
}

const scopes = [
  { scope: "attributes", title: "device.server" },
  { scope: "shared", title: "device.shared" },
  { scope: "client", title: "device.client" },
] as const;

function Attributes({ device }: { device: Device }) {
  const filled = scopes.filter(({ scope }) => Object.keys(device[scope]).length > 0);
  if (filled.length === 0) return <p>{t("device.noAttributes")}</p>;
  return filled.map(({ scope, title }) => (
    <div key={scope}>
      <h4>{t(title)}</h4>
      <ValueList values={device[scope]} />
    </div>
  ));
}
