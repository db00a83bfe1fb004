import type { Device } from "../../../engine/model/device.ts";
import { t } from "../text/text.ts";
import { CommandLine } from "../ui/command-line.tsx";
import { Pending } from "../ui/states.tsx";
import { createLine, readingLines } from "./connect-lines.ts";
import { useEndpoints } from "./queries.ts";

/** Lines to create a device, when none is given, and to send a reading as it. */
export function HowToConnect({ device }: { device?: Device }) {
  const endpoints = useEndpoints();
  if (!endpoints.data) return <Pending query={endpoints} what={t("connect.ways")} />;
  const token = device?.token ?? "my-sensor-token";
  const sending = readingLines(endpoints.data, location, token);
  const lines = device ? sending : [createLine(location.origin, token), ...sending];
  return (
    <>
      {lines.map(({ label, command }) => (
        <CommandLine key={label} label={label}>
          {command}
        </CommandLine>
      ))}
      {sending.length === 0 && <p>{t("connect.elsewhere")}</p>}
    </>
  );
}
