/** The first migration; what came after it is in `migrations.ts`. */
export const firstTables = `
create table millrace.profiles (
  name text collate "C" primary key,
  class text not null,
  description text not null
);
insert into millrace.profiles values ('default', 'industrial', 'Used where a device names no profile');

create table millrace.devices (
  id text collate "C" primary key,
  name text collate "C" not null constraint devices_name unique,
  profile text collate "C" not null constraint devices_profile references millrace.profiles,
  token text collate "C" not null constraint devices_token unique,
  attributes jsonb not null,
  shared jsonb not null,
  client jsonb not null,
  revision int not null default 1,
  created_at timestamptz not null
);
create index devices_by_profile on millrace.devices (profile, name);

-- json, not jsonb: a definition comes back byte for byte as it was hashed.
create table millrace.flows (
  id text collate "C" primary key,
  name text not null,
  etag text not null,
  draft json not null,
  updated_at timestamptz not null
);
create table millrace.flow_versions (
  flow text collate "C" references millrace.flows on delete cascade,
  version int,
  message text not null,
  hash text not null,
  definition json not null,
  created_at timestamptz not null,
  primary key (flow, version)
);
create table millrace.deployments (
  flow text collate "C" primary key,
  version int not null,
  deployed_at timestamptz not null,
  foreign key (flow, version) references millrace.flow_versions
);
create table millrace.deployment_revision (
  only_row boolean primary key default true check (only_row),
  revision bigint not null
);
insert into millrace.deployment_revision (revision) values (0);

create table millrace.alarms (
  seq bigint generated always as identity unique,
  id text collate "C" primary key,
  type text not null,
  severity text not null,
  status text not null,
  device text collate "C" not null,
  device_name text not null,
  flow text collate "C" not null,
  node text not null,
  raised_at timestamptz not null,
  cleared_at timestamptz,
  acknowledged_at timestamptz,
  details json not null,
  cause json not null
);
create index alarms_active on millrace.alarms (device, flow, node, type) where status = 'active';
create index alarms_by_status on millrace.alarms (status, seq desc);
create index alarms_by_device on millrace.alarms (device, seq desc);
create index alarms_by_flow on millrace.alarms (flow, seq desc);

create table millrace.commands (
  id bigint generated always as identity primary key,
  key text collate "C" not null,
  device text collate "C" not null,
  method text not null,
  params json not null,
  state text not null,
  timeout_ms int not null,
  expires_at timestamptz not null,
  created_at timestamptz not null,
  sent_at timestamptz,
  finished_at timestamptz,
  answer json,
  flow text,
  node text,
  alarm text collate "C",
  unique (device, key)
);
create index commands_by_device on millrace.commands (device, id desc);
create index commands_by_alarm on millrace.commands (alarm, id desc) where alarm is not null;
create index commands_open on millrace.commands (device, id) where state in ('queued', 'sent', 'delivered');

create table millrace.dead_letters (
  seq bigint generated always as identity unique,
  id text collate "C" primary key,
  reason text not null,
  message text not null,
  device text collate "C",
  flow text collate "C",
  version int,
  node text,
  arrived_at timestamptz not null,
  raw text not null
);
create index dead_letters_by_device on millrace.dead_letters (device, seq desc);
create index dead_letters_by_flow on millrace.dead_letters (flow, seq desc);

-- Ids of effects that took effect, so that a late repetition does nothing; kept for a week.
create table millrace.applied_effects (
  id text collate "C" primary key,
  at timestamptz not null default now()
);
create index applied_effects_by_time on millrace.applied_effects using brin (at);
`;
