import type { Device } from "../../../engine/model/device.ts";
import { CommandLine } from "../ui/command-line.tsx";

const reading = `'{"speed": 41}'`;

/** Lines to create a device, when none is given, and to send a reading as it. */
export function HowToConnect({ device }: { device?: Device }) {
  const token = device?.token ?? "my-sensor-token";
  return (
    <>
      {!device && (
        <CommandLine label="Create a device">
          {`curl -X POST ${location.origin}/api/devices -H 'Content-Type: application/json' -d '{"name": "my-sensor", "token": "${token}"}'`}
        </CommandLine>
      )}
      <CommandLine label="Send a reading over MQTT">
        {`mosquitto_pub -h ${location.hostname} -p 1883 -u ${token} -t v1/devices/me/telemetry -m ${reading}`}
      </CommandLine>
      <CommandLine label="Send a reading over HTTP">
        {`curl -X POST ${location.origin}/api/v1/${token}/telemetry -H 'Content-Type: application/json' -d ${reading}`}
      </CommandLine>
    </>
  );
}
