import type { ColumnType, Generated } from "kysely";
import type { Alarm, AlarmChange, Severity } from "../../model/alarm.ts";
import type {
  Bounds,
  Candidate,
  Cohort,
  ComparedExample,
  ComparedThing,
  DeploymentChange,
  Verdict,
} from "../../model/candidate.ts";
import type { Cause, ExplainedCause } from "../../model/cause.ts";
import type { ChannelSettings, Notice } from "../../model/channel.ts";
import type { CommandState } from "../../model/command.ts";
import type { DeadLetter } from "../../model/dead-letter.ts";
import type { Flow } from "../../model/flow.ts";
import type { Payload } from "../../model/payload.ts";
import type { DeliveryClass } from "../../model/profile.ts";
import type { RepositoryProblem } from "../../model/repository.ts";
import type { TableContent } from "../../model/table.ts";
import type { Value, Values } from "../../model/value.ts";
import type { Happened } from "../registry.ts";

/** JSON goes in as text and comes out parsed. */
type Json<T> = ColumnType<T, string, string>;
type JsonWithDefault<T> = ColumnType<T, string | undefined, string>;
type Time = ColumnType<Date, string, string>;
type MaybeTime = ColumnType<Date | null, string | null | undefined, string | null>;
/** Written by the database alone. */
type OwnTime = ColumnType<Date, never, never>;
/** bigint: a number from PGlite, text from pg. */
type BigInteger = ColumnType<number | string, never, never>;

export interface Tables {
  profiles: { name: string; class: DeliveryClass; description: string; payload: Json<Payload> | null };
  devices: {
    id: string;
    name: string;
    profile: string;
    token: string;
    attributes: Json<Values>;
    shared: Json<Values>;
    client: Json<Values>;
    revision: Generated<number>;
    created_at: Time;
    changed_at: OwnTime;
  };
  deleted_devices: { id: string; deleted_at: OwnTime };
  flows: {
    id: string;
    name: string;
    etag: string;
    draft: Json<Flow>;
    updated_at: Time;
    cases: JsonWithDefault<Value>;
  };
  flow_versions: {
    flow: string;
    version: number;
    message: string;
    hash: string;
    definition: Json<Flow>;
    created_at: Time;
    cases: JsonWithDefault<Value>;
    author: ColumnType<string | null, string | null | undefined, string | null>;
    commit: ColumnType<string | null, string | null | undefined, string | null>;
  };
  flow_repository: { head: string | null; next: string | null; problems: Json<RepositoryProblem[]> };
  deployments: {
    flow: string;
    version: number;
    deployed_at: Time;
    asks: Json<string[]>;
    tables: JsonWithDefault<string[]>;
    forced: string | null;
  };
  deployment_revision: { revision: BigInteger };
  candidates: {
    id: number | string;
    flow: string;
    version: number;
    mode: Candidate["mode"];
    devices: Json<Cohort> | null;
    within_ms: number | null;
    bounds: Json<Bounds> | null;
    asks: Json<string[]>;
    tables: Json<string[]>;
    forced: string | null;
    errors: Generated<number>;
    alarms: Generated<number>;
    began_at: Time;
  };
  shadow_counts: {
    candidate: number | string;
    what: ComparedThing;
    verdict: Verdict;
    count: number | string;
  };
  shadow_examples: {
    seq: BigInteger;
    candidate: number | string;
    id: string;
    what: ComparedThing;
    verdict: Verdict;
    example: Json<ComparedExample>;
  };
  deployment_log: {
    seq: BigInteger;
    revision: number | string;
    flow: string;
    version: number;
    change: DeploymentChange;
    devices: Json<Cohort> | null;
    reason: string | null;
    at: Time;
  };
  alarms: {
    seq: BigInteger;
    id: string;
    type: string;
    severity: Severity;
    status: Alarm["status"];
    device: string;
    device_name: string;
    flow: string;
    node: string;
    raised_at: Time;
    cleared_at: MaybeTime;
    acknowledged_at: MaybeTime;
    details: Json<Values>;
    cause: Json<Cause>;
  };
  alarm_changes: {
    seq: BigInteger;
    alarm: string;
    change: AlarmChange;
    at: Time;
    severity: Severity;
    cause: Json<ExplainedCause> | null;
  };
  commands: {
    id: BigInteger;
    key: string;
    device: string;
    method: string;
    params: Json<Value>;
    state: CommandState;
    timeout_ms: number;
    expires_at: Time;
    created_at: Time;
    sent_at: MaybeTime;
    finished_at: MaybeTime;
    answer: Json<Value> | null;
    flow: string | null;
    node: string | null;
    alarm: string | null;
    retries: Generated<number>;
    attempts: Generated<number>;
    reason: string | null;
    origin: string | null;
    ref: string | null;
    targets: Generated<number>;
    cause: Json<ExplainedCause> | null;
  };
  device_events: { device: string; number: BigInteger; entry: Json<Happened> };
  channels: {
    name: string;
    description: string;
    settings: Json<ChannelSettings>;
    secret: string | null;
    updated_at: Time;
  };
  tables: {
    name: string;
    description: string;
    columns: Json<TableContent["columns"]>;
    key: string;
    rows: Json<TableContent["rows"]>;
    row_count: number;
    bytes: number;
    version: number;
    updated_at: Time;
  };
  notifications: {
    seq: BigInteger;
    id: string;
    notice: Json<Notice>;
    attempts: number;
    next_at: Time;
  };
  dead_letters: {
    seq: BigInteger;
    id: string;
    reason: string;
    message: string;
    device: string | null;
    flow: string | null;
    version: number | null;
    node: string | null;
    arrived_at: Time;
    raw: string;
    state: Generated<DeadLetter["state"]>;
    type: DeadLetter["type"];
    payload: string | null;
    edited_at: MaybeTime;
    replay: number | string | null;
    replayed_at: MaybeTime;
    replay_version: number | null;
    replay_of: string | null;
  };
  replay_number: { number: number | string };
}
