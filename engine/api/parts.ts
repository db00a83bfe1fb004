import type { Readable } from "node:stream";
import type { BacktestOrder } from "../backtest/backtest.ts";
import type { Vary } from "../backtest/what-if.ts";
import type { CaseResult } from "../flow/cases.ts";
import type { Surroundings } from "../flow/surroundings.ts";
import type { TryInput, TryResult } from "../flow/try.ts";
import type { Alarm } from "../model/alarm.ts";
import type { ArchiveSpan, BacktestRun, MessageFile, UploadedMessages } from "../model/backtest.ts";
import type { Channel, ChannelSettings } from "../model/channel.ts";
import type { Command } from "../model/command.ts";
import type { Device, Scope } from "../model/device.ts";
import type { Deployment, Flow } from "../model/flow.ts";
import type { Host } from "../model/host.ts";
import type { RepositoryReport } from "../model/repository.ts";
import type { Series } from "../model/series.ts";
import type { Watch } from "../model/trace.ts";
import type { Value, Values } from "../model/value.ts";
import type { Kind } from "../nodes/kind.ts";
import type { Registry } from "../store/registry.ts";
import type { Presence } from "./flow-presence.ts";

/** What happens while one watches: `rates` each second, `alarm`, `command`, `deployment`. */
export interface LiveFeed {
  subscribe(listener: (event: string, data: unknown) => void): () => void;
  /** Until the returned function is called, `traces` of the flow, or of one device in it, come as events too. */
  watch(watch: Watch): () => void;
}

/** Told after the registry was changed, and awaited before the answer where whoever asked may rely on it. */
export interface After {
  deviceChanged(device: Device): Promise<void>;
  deviceDeleted(device: Device): Promise<void>;
  /** A profile was put or deleted. */
  profileChanged(name: string): Promise<void>;
  /** `changed` holds only what changed, null where deleted. */
  attributesChanged(device: Device, scope: Scope, changed: Values): Promise<void>;
  commandCreated(command: Command): Promise<void>;
  commandDecided(command: Command): Promise<void>;
  alarmAcknowledged(alarm: Alarm): Promise<void>;
  alarmCleared(alarm: Alarm): Promise<void>;
  deployed(deployment: Deployment): Promise<void>;
  /** Dead letters were sent on their way. */
  replaysAsked(): Promise<void>;
}

export interface NewBacktest {
  order: BacktestOrder;
  vary?: Vary | undefined;
  /** Runs over these messages instead of the archive. */
  file?: MessageFile | undefined;
}

/** Messages that were uploaded for backtests. */
export interface MessageFiles {
  /** Keeps what comes and reads it through. Rejects with MillraceError `invalid_body` that names the line. */
  add(incoming: Readable, file: Omit<MessageFile, "path">): Promise<UploadedMessages>;
  find(id: string): (UploadedMessages & { file: MessageFile }) | undefined;
}

/** Backtests over recorded messages, in threads of their own. */
export interface Backtests {
  /** Throws MillraceError `overloaded` while too many run. */
  start(flow: string, backtest: NewBacktest): BacktestRun;
  find(id: string): BacktestRun | undefined;
  cancel(id: string): void;
  /** What there is to run over. */
  span(): Promise<ArchiveSpan>;
}

/** The flows repository, as far as the API goes. */
export interface Repository {
  /** After a version, deployment or flow was made or deleted: waits until the repository has it, but not for long. */
  recorded(deployed?: { flow: string; author: string | undefined }): Promise<void>;
  report(): Promise<RepositoryReport>;
}

/** All that the HTTP API is built from. */
export interface ApiParts {
  registry: Registry;
  repository: Repository;
  series: Series;
  kinds: readonly Kind[];
  /** The address it listens on. */
  host: string;
  version: string;
  /** Where devices connect, as URLs; null where this process does not listen. */
  endpoints: { mqtt: string | null; coap: string | null };
  live: LiveFeed;
  presence: Presence;
  after: After;
  /** Runs a flow with no effect outside. */
  tryFlow(flow: Flow, inputs: readonly TryInput[], around: Surroundings): TryResult | Promise<TryResult>;
  /** Runs a flow on its test cases, as they were put; one that takes too long fails. */
  testFlow(flow: Flow, cases: readonly Value[], around: Surroundings): Promise<CaseResult[]>;
  backtests: Backtests;
  messageFiles: MessageFiles;
  /** How far ahead of the server a device's clock may be, ms. */
  maxAheadMs: number;
  /** Throws a MillraceError where notifications must not go to such a place. */
  allowChannel(settings: ChannelSettings): void;
  /** Sends a notification that says it is a test. Resolves with why its receiver did not take it; never rejects. */
  tryChannel(channel: Channel, secret: string | undefined): Promise<string | undefined>;
  /** `parts` names each part and says "ok" or what is wrong. */
  ready(): Promise<{ ready: boolean; parts: Record<string, string> }>;
  /** Prometheus text. */
  metrics(): Promise<string>;
  log: Host["log"];
  /** Folder of the built page; left out: `/` leads to the API's own page. */
  editorDir?: string;
}
