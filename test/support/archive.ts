import { rmSync } from "node:fs";
import { join } from "node:path";
import { convert } from "../../engine/archive/convert.ts";
import { listSpools } from "../../engine/archive/places.ts";
import { Spool } from "../../engine/archive/spool.ts";
import type { Entry } from "../../engine/flow/entry.ts";
import type { DeviceContext } from "../../engine/model/device.ts";
import { laneOf } from "../../engine/model/lane.ts";
import type { Values } from "../../engine/model/value.ts";
import { encodeEntry } from "../../engine/pipeline/frame.ts";

export interface Sent {
  device: string;
  at: number;
  values: Values;
}

/** Writes an archive as the lanes of a process would have left it: messages in the order of their arrival. */
export async function writeArchive(
  archive: string,
  sent: readonly Sent[],
  { lanes = 4, profile = "default" } = {},
): Promise<void> {
  const spool = new Spool({
    folder: join(archive, "spool", "before"),
    name: "before",
    counted(_, lost) {
      if (lost > 0) throw new Error(`${lost} messages could not be written`);
    },
    log: () => {},
  });
  const contexts = new Map<string, DeviceContext>();
  const sequences = new Array<number>(lanes).fill(0);
  for (const { device, at, values } of sent) {
    contexts.set(device, { id: device, name: `Detector ${device}`, profile, attributes: {}, revision: 1 });
    const lane = laneOf(device, lanes);
    const entries: Entry[] = [
      {
        type: "upload",
        device,
        upload: "telemetry",
        arrivedAt: at,
        payload: JSON.stringify({ ts: at, values }),
        binary: false,
        id: "",
        checkId: false,
      },
    ];
    const frames = entries.map(encodeEntry).join("");
    spool.add({ lane, sequence: sequences[lane]!++, frames, entries, contexts, condemned: undefined });
  }
  await spool.close();
  for (const file of await listSpools(archive)) {
    await convert(file, archive);
    rmSync(file);
  }
}
