import type { BacktestRun, MessageFile } from "../model/backtest.ts";
import { MillraceError } from "../model/errors.ts";
import { ask, flowUrl } from "./flow-diff.ts";
import { uploadMessages } from "./message-file.ts";
import { readJson } from "./read-json.ts";

export interface ServerOrder {
  server: string;
  from?: number;
  to?: number;
  /** Run over instead of the archive. */
  data?: MessageFile;
  version?: number;
  /** A flow.json that runs instead of the draft. */
  file?: string;
  tell(share: number, messages: number): void;
}

const pollMs = 300;

/** Lets a running server run a flow over its archive, or the messages given, beside the version that is live there. */
export async function backtestOnServer(flow: string, order: ServerOrder): Promise<BacktestRun> {
  const { server, from, to, data, version, file, tell } = order;
  const place = `${flowUrl(server, flow)}/backtest`;
  const given = file === undefined ? undefined : readJson(file);
  const uploaded = data && (await uploadMessages(server, data));
  let run = await ask<BacktestRun>(place, { from, to, file: uploaded?.id, version, flow: given });
  while (run.state === "running") {
    await new Promise((resolve) => setTimeout(resolve, pollMs));
    run = await ask<BacktestRun>(`${place}/${run.id}`);
    tell(run.progress, run.messages);
  }
  if (run.state === "done") return run;
  throw new MillraceError("bad_request", run.error?.detail ?? "The backtest did not come to its end.");
}
