import type { Beside } from "../flow/beside.ts";
import type { EventEntry, ResultEntry } from "../flow/entry.ts";
import type { Alarm, ExplainedAlarm, Severity } from "../model/alarm.ts";
import type {
  Bounds,
  Candidate,
  Cohort,
  ComparedExample,
  ComparedThing,
  DeploymentChange,
  Verdict,
} from "../model/candidate.ts";
import type { Channel, NewChannel, Notice } from "../model/channel.ts";
import type { Command, CommandState, ExplainedCommand, NewCommand } from "../model/command.ts";
import type { DeadLetter, DeadLetterFilter } from "../model/dead-letter.ts";
import type { Device, NewDevice, RelatedDevice, Scope } from "../model/device.ts";
import type { DeadLetterEffect, Effect } from "../model/effect.ts";
import type { Deployment, Flow, FlowVersion } from "../model/flow.ts";
import type { UploadType } from "../model/message.ts";
import type { Profile } from "../model/profile.ts";
import type { RepositoryProblem } from "../model/repository.ts";
import type { NewTable, Table, TableSummary } from "../model/table.ts";
import type { Value, Values } from "../model/value.ts";

/** One page of a list. `next` is an opaque cursor, null on the last page. */
export interface Page<T> {
  items: T[];
  next: string | null;
}
export interface PageRequest {
  cursor?: string;
  limit: number;
}

/** A flow in the list: its draft, the newest version and what runs. */
export interface FlowSummary {
  id: string;
  name: string;
  /** Strong entity tag of the draft, quotes included. */
  etag: string;
  updatedAt: string;
  latestVersion: number | null;
  live: number | null;
  /** Why that version runs although its cases failed. */
  forced: string | null;
  /** What runs beside it. */
  candidate: FlowCandidate | null;
  /** Where what happened last to the flow's deployment is that a canary went back by itself. */
  rolledBack: DeploymentRecord | null;
}

/** A candidate as it is shown. */
export interface FlowCandidate {
  id: number;
  version: number;
  mode: Candidate["mode"];
  devices: Cohort | null;
  withinMs: number | null;
  bounds: Bounds | null;
  forced: string | null;
  /** Messages at which nodes of the canary failed, and alarms that it raised. */
  errors: number;
  alarms: number;
  beganAt: string;
}

/** How what a shadow did stands to what the live version did, so far. */
export interface Comparison {
  counts: { what: ComparedThing; verdict: Verdict; count: number }[];
  /** The newest ones of each thing and verdict, newest first. */
  examples: ({ what: ComparedThing; verdict: Verdict } & ComparedExample)[];
}

/** A candidate to begin. */
export interface NewCandidate extends Beside {
  /** Why it runs although its cases fail. */
  forced?: string;
}

/** One change of what runs of a flow. */
export interface DeploymentRecord {
  revision: number;
  version: number;
  change: DeploymentChange;
  devices: Cohort | null;
  reason: string | null;
  at: string;
}

/** Who bears a name. `revision` rises with every change of that, also when it is another device, or none any more. */
export interface NamedDevice {
  name: string;
  revision: number;
  id: string | null;
  /** Attributes of more than 16 KB are left out. */
  device: RelatedDevice | undefined;
}

export interface AlarmFilter {
  status?: Alarm["status"];
  severity?: Severity;
  device?: string;
  flow?: string;
}

export interface DeadLetterCount {
  flow: string | null;
  node: string | null;
  reason: string;
  count: number;
}

/** What `apply` did, for those who must be told. Effects that had been applied before are left out. */
export interface Applied {
  commands: Command[];
  alarms: Alarm[];
  attributes: { device: string; values: Values }[];
  /** How many notices now wait to be sent. */
  notices: number;
  /** Whether something is to be told to lanes: see `happened`. */
  happened: boolean;
  /** What runs now, where a canary went back by itself. */
  rolledBack?: Deployment;
}

/** Something for a lane, without what the registry adds when it is read. */
export type Happened = Omit<EventEntry, "number" | "context"> | Omit<ResultEntry, "number" | "context">;
/** With its number, and the device as it is now; without one where it was deleted. */
export interface HappenedTo {
  entry: Happened;
  number: number;
  device: Device | undefined;
}

/** A version as the flows repository has it. */
export interface TakenVersion {
  flow: Flow;
  cases: Value[];
  message: string;
  author: string | null;
  /** When it was made, ms. */
  at: number;
  /** Its number, where the repository knows it; left out: the next one. */
  version?: number;
}

/** Version that runs, with its content's hash, and what else the deployment says; times are left out. */
export type DeployedRow = RunsAs & { flow: string; hash: string };
/** One way in which a flow runs: its version, and what else a deployment says. */
export type RunsAs = { version: number } & { [more: string]: Value };

/** How far registry and flows repository know of one another. */
export interface RepositoryState {
  /** The commit up to which everything in the repository was taken; null: none ever was, "": of another repository. */
  head: string | null;
  /** A commit of ours, of which it is not known whether it arrived there. */
  next: string | null;
  problems: RepositoryProblem[];
  /** How many versions are not in the repository yet. */
  pending: number;
  /** Of the deployment. */
  revision: number;
  /** How many flows there are. */
  flows: number;
}

/**
 * Devices, profiles, flows, alarms, commands and dead letters, in PostgreSQL or PGlite.
 * Times in results are RFC 3339 in UTC. Errors are MillraceError: not_found, conflict, stale, unavailable.
 */
export interface Registry {
  createDevice(device: NewDevice): Promise<Device>;
  device(id: string): Promise<Device | undefined>;
  /** In the order of the tokens, or names; undefined where there is no such device. */
  devicesByToken(tokens: readonly string[]): Promise<(Device | undefined)[]>;
  devicesByName(names: readonly string[]): Promise<(Device | undefined)[]>;
  /** Ordered by name; `search` is a case-insensitive part of name or id. */
  devices(page: PageRequest & { search?: string; profile?: string }): Promise<Page<Device>>;
  /**
   * Devices changed or deleted since `since` (ms, by the registry's clock; `at` of the last answer), and perhaps some
   * from shortly before. Deletions are remembered for a week.
   */
  deviceChanges(
    since: number,
  ): Promise<{ at: number; changed: Pick<Device, "id" | "name" | "revision">[]; deleted: string[] }>;
  /** For each name, who bears it. */
  namedDevices(names: readonly string[]): Promise<NamedDevice[]>;
  /** Replaces what is given. Every change raises `revision`. */
  updateDevice(
    id: string,
    change: Partial<Pick<Device, "name" | "profile" | "attributes" | "shared">>,
  ): Promise<Device>;
  /** Merges into one scope; null deletes a name. Returns the device after it. */
  mergeAttributes(id: string, scope: Scope, values: Values): Promise<Device>;
  deleteDevice(id: string): Promise<void>;

  profiles(): Promise<Profile[]>;
  profile(name: string): Promise<Profile | undefined>;
  /** Creates or replaces. The profile `default` (industrial) is always there. */
  putProfile(profile: Profile): Promise<Profile>;
  deleteProfile(name: string): Promise<void>;
  /** Notes fields that a device of the profile sent; of a profile that is gone, nothing. */
  sawFields(profile: string, values: Values): Promise<void>;
  /** Fields that devices of the profile sent lately, each with a value. */
  seenFields(profile: string): Promise<Values>;

  flows(): Promise<FlowSummary[]>;
  draft(id: string): Promise<{ flow: Flow; etag: string; updatedAt: string } | undefined>;
  /** `ifMatch` undefined: create only (conflict if there is one). Otherwise stale unless it is the draft's tag or "*". */
  putDraft(flow: Flow, ifMatch: string | undefined): Promise<{ etag: string }>;
  /** The test cases beside the draft, as they were put; an empty list at first. */
  cases(id: string): Promise<{ cases: Value[]; etag: string } | undefined>;
  /** Stale unless `ifMatch` is their tag or "*". */
  putCases(id: string, cases: Value[], ifMatch: string): Promise<{ etag: string }>;
  /** The cases as they were when the version was frozen, or was frozen again without a change. */
  versionCases(id: string, version: number): Promise<Value[]>;
  /** Deletes draft, versions and deployment; conflict while it is live. */
  deleteFlow(id: string): Promise<void>;
  /** Freezes the draft. The same content as the newest version gives that version back. */
  createVersion(id: string, message: string, author?: string): Promise<FlowVersion>;
  versions(id: string): Promise<Omit<FlowVersion, "definition">[]>;
  version(id: string, version: number): Promise<FlowVersion | undefined>;
  /** For all devices, or none. What runs beside ends; `forced`: why it runs although its cases fail. */
  deploy(id: string, version: number, mode: "live" | "off", forced?: string): Promise<Deployment>;
  /** Lets a version run beside the live one, in place of another that does. */
  beginCandidate(id: string, version: number, candidate: NewCandidate): Promise<Deployment>;
  /** Ends what runs beside the live version; conflict where this one does not. */
  abandonCandidate(id: string, version: number): Promise<Deployment>;
  candidate(id: string): Promise<FlowCandidate | undefined>;
  comparison(candidate: number): Promise<Comparison>;
  /** Newest first. */
  deploymentLog(id: string, limit: number): Promise<DeploymentRecord[]>;
  /** What runs now. Cheap: asked often. */
  deployment(): Promise<Deployment>;
  /** The deployments with all they say, by flow, and what runs beside them. */
  deployedRows(): Promise<DeployedRow[]>;

  /**
   * Takes a version from the flows repository, and makes the flow where there is none. The same content as the newest
   * version gives that back, and so does a number that is not above it.
   */
  takeVersion(taken: TakenVersion): Promise<{ version: FlowVersion; created: boolean }>;
  /**
   * Lets `keeper` alone keep the flows repository, for `leaseMs` from now, and gives null; or the name of the other one who
   * does. `insteadOf`: one who is known to do so no longer.
   */
  keepRepository(keeper: string, how: { leaseMs: number; insteadOf?: string }): Promise<string | null>;
  repositoryState(): Promise<RepositoryState>;
  putRepositoryState(change: Partial<Pick<RepositoryState, "head" | "next" | "problems">>): Promise<void>;
  /** Another repository is there: nothing is known to be in it. `head` becomes "". */
  forgetCommits(): Promise<void>;
  /** Versions that are not in the repository, oldest first. */
  pendingVersions(limit: number): Promise<(FlowVersion & { cases: Value[] })[]>;
  /** The version is there, with these cases. */
  versionRecorded(version: FlowVersion & { cases: Value[] }, commit: string): Promise<void>;

  /** Applies effects in order, in one transaction, each once by its id. */
  apply(effects: readonly Effect[]): Promise<Applied>;

  alarms(page: PageRequest & AlarmFilter): Promise<Page<Alarm>>;
  alarm(id: string): Promise<Alarm | undefined>;
  /** With what decided at each node, and what became of it. */
  explainedAlarm(id: string): Promise<ExplainedAlarm | undefined>;
  acknowledge(id: string): Promise<Alarm>;
  /** By an operator, at `at` (ms). An alarm cleared already comes back as it is. */
  clearAlarm(id: string, at: number): Promise<Alarm>;

  /** `key`: Idempotency-Key; one command per device and key, the first one comes back for a repetition. */
  createCommand(
    device: string,
    command: NewCommand & { alarm?: string },
    options: { key: string; now: number },
  ): Promise<{ command: Command; created: boolean }>;
  command(id: number): Promise<Command | undefined>;
  /** With why it was sent; null where no flow sent it. */
  explainedCommand(id: number): Promise<ExplainedCommand | undefined>;
  commands(
    page: PageRequest & { device?: string; state?: CommandState; alarm?: string },
  ): Promise<Page<Command>>;
  /** Commands of a device still to be sent, oldest first: queued and not expired. */
  queuedCommands(device: string, now: number): Promise<Command[]>;
  /** Approves or rejects a command that waits for it. Conflict when it does not wait, unless it was decided so before. */
  decideCommand(id: number, decision: { approve: boolean; at: number; reason?: string }): Promise<Command>;
  /** Moves forward only: a state reached is never left for an earlier one. Undefined when nothing changed. */
  advanceCommand(
    id: number,
    change: { state: CommandState; at: number; answer?: Value; device?: string },
  ): Promise<Command | undefined>;
  /**
   * Marks those that wait past expiry `expired`; sent or delivered ones past their timeout go back to `queued` while
   * they have retries and time left, else they are `timed_out`.
   */
  expireCommands(now: number): Promise<Command[]>;

  /**
   * What happened to devices and is not known to be in their lanes' queues, in order for each device. It was noted in the
   * same step in which it happened: ends of commands, changes of alarms.
   */
  happened(limit: number): Promise<HappenedTo[]>;
  /** Forgets what is in the queues for good. */
  toldLanes(told: readonly { device: string; number: number }[]): Promise<void>;

  channels(): Promise<Channel[]>;
  channel(name: string): Promise<Channel | undefined>;
  /** For senders alone. */
  channelSecret(name: string): Promise<string | undefined>;
  /** Creates or replaces. A secret that is left out stays as it was. */
  putChannel(channel: NewChannel): Promise<Channel>;
  deleteChannel(name: string): Promise<void>;
  tables(): Promise<TableSummary[]>;
  table(name: string): Promise<Table | undefined>;
  /**
   * `ifMatch` undefined: create only (conflict if there is one). Otherwise stale unless it is the table's version or "*".
   * Conflict where a flow that runs needs a column that it no longer has. What such a flow reads is told to lanes as a new
   * revision of the deployment.
   */
  putTable(name: string, table: NewTable, ifMatch: number | "*" | undefined): Promise<Table>;
  /** Conflict while a flow that runs uses it. */
  deleteTable(name: string): Promise<void>;
  /** Notices whose time has come; nobody else gets them before the lease is over. Times in ms. */
  takeNotices(asked: { now: number; limit: number; leaseMs: number }): Promise<Notice[]>;
  /** Its receiver has it. */
  noticeSent(id: string): Promise<void>;
  /** It was tried, and is to be tried again at `at` (ms). */
  noticeWaits(id: string, at: number): Promise<void>;
  /** It is given up for this reason, and becomes this dead letter. */
  noticeLost(id: string, lost: { letter: DeadLetterEffect; reason: string }): Promise<void>;

  /** `brief`: without the bytes. `oldest`: these first, for working them off. */
  deadLetters(
    page: PageRequest & DeadLetterFilter & { brief?: boolean; oldest?: boolean },
  ): Promise<Page<DeadLetter>>;
  deadLetter(id: string): Promise<DeadLetter | undefined>;
  /** In the order in which they came; those that are gone are left out. */
  deadLettersById(ids: readonly string[]): Promise<DeadLetter[]>;
  /** Open ones by flow, node and reason, most first; of the newest 10,000. */
  deadLetterCounts(): Promise<DeadLetterCount[]>;
  /** Undefined unless it is open or discarded. */
  editDeadLetter(id: string, change: { payload: string; type: UploadType }): Promise<DeadLetter | undefined>;
  /**
   * Sends those that are open or discarded on their way, numbered in the order in which they came; gives their ids. They
   * go on in that version of their flow; left out: in the one that runs then.
   */
  replayDeadLetters(ids: readonly string[], version?: number): Promise<string[]>;
  /** Those of them that were open; gives their ids. */
  discardDeadLetters(ids: readonly string[]): Promise<string[]>;
  /** Replays above the number `after` that no lane has taken yet, by number. */
  pendingReplays(after: number, limit: number): Promise<{ number: number; id: string; device: string }[]>;

  check(): Promise<void>;
  close(): Promise<void>;
}
