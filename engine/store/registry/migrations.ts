import { firstTables } from "./first-tables.ts";

/**
 * Only ever append. Text that is a key or sorted compares by bytes ("C"), so that every server sorts alike. What
 * effects write to (alarms, commands, dead_letters) has no foreign keys: a device may be gone when they arrive.
 */
export const migrations: readonly string[] = [
  firstTables,
  `
-- Connectors keep the devices they know, and ask what has changed since.
alter table millrace.devices add column changed_at timestamptz not null default now();
create index devices_by_change on millrace.devices (changed_at);
create table millrace.deleted_devices (
  id text collate "C" primary key,
  deleted_at timestamptz not null default now()
);
create index deleted_devices_by_time on millrace.deleted_devices (deleted_at);
create function millrace.device_changed() returns trigger language plpgsql as $$
begin
  if tg_op = 'DELETE' then
    insert into millrace.deleted_devices (id) values (old.id) on conflict do nothing;
    return old;
  end if;
  new.changed_at := now();
  return new;
end $$;
create trigger device_changed before update or delete on millrace.devices
  for each row execute function millrace.device_changed();
`,
  `
-- Commands that are sent again, that wait for a person, and that tell a flow how they ended.
alter table millrace.commands
  add column retries int not null default 0,
  add column attempts int not null default 0,
  add column reason text,
  add column origin text collate "C",
  add column ref text,
  add column targets int not null default 1;
drop index millrace.commands_open;
create index commands_open on millrace.commands (device, id)
  where state in ('waiting_approval', 'queued', 'sent', 'delivered');
-- Commands go to all devices with some value of an attribute.
create index devices_by_attributes on millrace.devices
  using gin ((client || shared || attributes) jsonb_path_ops);

-- What happened to devices, until it is in the queues of their lanes. A device's numbers rise in the order of the commits,
-- since its row of numbers stays locked until then.
create table millrace.device_events (
  device text collate "C" not null,
  number bigint not null,
  entry json not null,
  primary key (device, number)
);
create index device_events_by_number on millrace.device_events (number);
create table millrace.device_event_numbers (
  device text collate "C" primary key,
  number bigint not null
);
-- Types of messages that the inputs of the flow ask for.
alter table millrace.deployments add column asks jsonb not null default '[]';
`,
  `
-- Dead letters are edited, replayed and discarded. Replays are numbered in the order in which they become visible: the
-- row of replay_number stays locked until its transaction ends.
alter table millrace.dead_letters
  add column state text not null default 'open',
  add column type text,
  add column payload text,
  add column edited_at timestamptz,
  add column replay bigint,
  add column replayed_at timestamptz,
  add column replay_of text collate "C";
create index dead_letters_by_state on millrace.dead_letters (state, seq desc);
create index dead_letters_on_their_way on millrace.dead_letters (replay) where state = 'replaying';
create index dead_letters_by_origin on millrace.dead_letters (replay_of) where replay_of is not null;
create table millrace.replay_number (
  only_row boolean primary key default true check (only_row),
  number bigint not null
);
insert into millrace.replay_number (number) values (0);
`,
  `
-- Test cases stand beside the draft, and go with each version. A deployment in spite of failing cases keeps why.
alter table millrace.flows add column cases json not null default '[]';
alter table millrace.flow_versions add column cases json not null default '[]';
alter table millrace.deployments add column forced text;
`,
  `
-- What telemetry of the profile's devices holds.
alter table millrace.profiles add column payload json;
`,
  `
create table millrace.channels (
  name text collate "C" primary key,
  description text not null,
  settings json not null,
  -- Read by senders alone.
  secret text,
  updated_at timestamptz not null
);
-- What is still to be sent; gone when its receiver has it.
create table millrace.notifications (
  seq bigint generated always as identity primary key,
  id text collate "C" not null unique,
  notice json not null,
  attempts int not null,
  next_at timestamptz not null
);
create index notifications_by_time on millrace.notifications (next_at, seq);
`,
  `
-- Versions are commits in the flows repository, which one process at a time keeps. \`next\`: a commit of ours that is on its
-- way there; whether it arrived is seen from the repository. Commit: null until it is there.
alter table millrace.flow_versions
  add column author text,
  add column commit text collate "C";
create index flow_versions_pending on millrace.flow_versions (created_at) where commit is null;
create table millrace.flow_repository (
  only_row boolean primary key default true check (only_row),
  keeper text,
  kept_until timestamptz,
  head text,
  next text,
  problems json not null default '[]'
);
insert into millrace.flow_repository default values;
`,
  `
create table millrace.tables (
  name text collate "C" primary key,
  description text not null,
  columns json not null,
  key text not null,
  rows json not null,
  row_count int not null,
  bytes int not null,
  version int not null,
  updated_at timestamptz not null
);
-- Names of the tables that the flow looks something up in.
alter table millrace.deployments add column tables jsonb not null default '[]';
`,
  `
-- Devices name others in attributes, and see the revision of a name rise whoever bears it: it goes on where the last
-- bearer left it.
create table millrace.device_names (
  name text collate "C" primary key,
  revision int not null
);
create function millrace.device_named() returns trigger language plpgsql as $$
begin
  if tg_op <> 'INSERT' then
    if tg_op = 'UPDATE' and old.name = new.name then return new; end if;
    insert into millrace.device_names values (old.name, old.revision + 1)
      on conflict (name) do update set revision = excluded.revision;
    if tg_op = 'DELETE' then return old; end if;
  end if;
  new.revision := greatest(new.revision,
    coalesce((select revision from millrace.device_names where name = new.name), 0) + 1);
  return new;
end $$;
create trigger device_named before insert or delete or update of name on millrace.devices
  for each row execute function millrace.device_named();
`,
  `
-- Versions that run beside the live ones: in shadow, or for some devices. What is counted of one goes with it.
create table millrace.candidates (
  id bigint primary key,
  flow text collate "C" not null unique references millrace.flows on delete cascade,
  version int not null,
  mode text not null,
  devices json,
  within_ms int,
  bounds json,
  asks jsonb not null,
  tables jsonb not null,
  forced text,
  errors int not null default 0,
  alarms int not null default 0,
  began_at timestamptz not null,
  foreign key (flow, version) references millrace.flow_versions
);
create table millrace.shadow_counts (
  candidate bigint not null references millrace.candidates on delete cascade,
  what text not null,
  verdict text not null,
  count bigint not null,
  primary key (candidate, what, verdict)
);
create table millrace.shadow_examples (
  seq bigint generated always as identity primary key,
  candidate bigint not null references millrace.candidates on delete cascade,
  id text collate "C" not null,
  what text not null,
  verdict text not null,
  example json not null,
  unique (candidate, id)
);
-- Errors and alarms of a canary by slices of time, as far back as its bounds look.
create table millrace.canary_counts (
  candidate bigint not null references millrace.candidates on delete cascade,
  slice bigint not null,
  errors int not null,
  alarms int not null,
  primary key (candidate, slice)
);
create table millrace.deployment_log (
  seq bigint generated always as identity primary key,
  revision bigint not null,
  flow text collate "C" not null references millrace.flows on delete cascade,
  version int not null,
  change text not null,
  devices json,
  reason text,
  at timestamptz not null
);
create index deployment_log_by_flow on millrace.deployment_log (flow, seq desc);
`,
  `
-- What became of an alarm, each with its cause, as long as the alarm; and why a flow sent a command.
create table millrace.alarm_changes (
  seq bigint generated always as identity primary key,
  alarm text collate "C" not null references millrace.alarms (id) on delete cascade,
  change text not null,
  at timestamptz not null,
  severity text not null,
  cause json
);
create index alarm_changes_by_alarm on millrace.alarm_changes (alarm, seq);
alter table millrace.commands add column cause json;
`,
  `
-- The version of its flow that was chosen for the replay; null: the one that runs.
alter table millrace.dead_letters add column replay_version int;
`,
  `
-- Who takes or leaves a name holds the row of its number until the commit. Else a new bearer reads the number, waits at
-- devices_name for the deletion of the last one, and begins below what that left. A row, and no advisory lock: of those
-- one transaction with thousands of devices would use up the shared memory. Two names of a rename go in their order.
create or replace function millrace.device_named() returns trigger language plpgsql as $$
begin
  if tg_op = 'UPDATE' and old.name = new.name then return new; end if;
  insert into millrace.device_names
    select name, 0 from unnest(array[old.name, new.name]) name where name is not null order by name collate "C"
    on conflict (name) do update set revision = device_names.revision;
  if tg_op <> 'INSERT' then
    update millrace.device_names set revision = old.revision + 1 where name = old.name;
    if tg_op = 'DELETE' then return old; end if;
  end if;
  -- A statement of its own, which sees what was committed while the one above waited.
  new.revision := greatest(new.revision,
    (select revision from millrace.device_names where name = new.name) + 1);
  return new;
end $$;
`,
  `
-- Names of fields to choose from when one draws a flow, with a value that was sent.
create table millrace.seen_fields (
  profile text collate "C" primary key references millrace.profiles on delete cascade,
  fields jsonb not null
);
`,
];
