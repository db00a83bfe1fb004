import { MillraceError } from "../../engine/model/errors.ts";
import type { Host, Session, Upload } from "../../engine/model/host.ts";
import type { Behind } from "./gateway.ts";

/** What a device published, on its way to the host. */
export interface Parcel {
  what:
    | { type: "upload"; upload: Upload }
    | { type: "behind"; devices: Behind[] }
    | { type: "answer"; command: number; payload: Uint8Array }
    | { type: "question"; ask(): Promise<void> }
    | { type: "stray"; code: string; message: string; payload: Uint8Array };
  /** QoS 0: nobody waits for an answer. */
  unanswered: boolean;
  /** Place in what the connection sent. */
  order: number;
  /** Since when the host has been refusing it, in ms since the epoch; 0 when it has not. */
  heldSince: number;
  /** The broker acknowledges the packet now. */
  done(): void;
}

/** Hands it to the host. The place in the device's order is taken before this returns. */
export function give(host: Host, session: Session, { what }: Parcel): Promise<void> {
  switch (what.type) {
    case "upload":
      return host.accept(session, what.upload);
    case "behind":
      return all(what.devices.map(({ name, upload }) => host.acceptBehind(session, name, upload)));
    case "answer":
      return host.answer(session, what.command, what.payload);
    case "question":
      return what.ask();
    case "stray":
      return host.reject(session, { code: what.code, message: what.message }, what.payload);
    default:
      return what satisfies never;
  }
}

/** Notes why the host refused it, before it is offered again. */
export function refused(parcel: Parcel, error: unknown): void {
  parcel.heldSince ||= Date.now();
  const { what } = parcel;
  const code = error instanceof MillraceError ? error.code : "internal";
  if (code === "overloaded") return;
  // Whether the host has it is not known, so that the next offer repeats it.
  if (what.type === "behind")
    for (const { upload } of what.devices) upload.redelivered = upload.id !== undefined;
  if (what.type === "upload") what.upload.redelivered = what.upload.id !== undefined;
  const lasting = code !== "unavailable" && code !== "internal";
  if (what.type === "answer" && lasting)
    parcel.what = { type: "stray", code, message: (error as Error).message, payload: what.payload };
}

/** The promise itself where all are one: those who wait for it can be told together. */
function all(accepted: Promise<void>[]): Promise<void> {
  const [first] = accepted;
  return first && accepted.every((one) => one === first) ? first : Promise.all(accepted).then(() => {});
}
