/** Only ever append. Keys compare by bytes ("C"). `ts`: milliseconds since the epoch. */
export const migrations: readonly string[] = [
  `
create table millrace.points (
  measurement text collate "C" not null,
  device text collate "C" not null,
  ts bigint not null,
  tags jsonb not null,
  fields jsonb not null,
  -- Of the tags: as a key they would be too long for an index.
  tags_hash bigint not null,
  primary key (device, measurement, ts, tags_hash)
);
`,
  // Without statistics, which PGlite never gathers, the planner would sort a device's whole history for its end.
  `
create function millrace.latest_values(of_device text, newest_points int)
returns table (key text, ts bigint, value jsonb)
language sql stable set enable_sort = off set enable_bitmapscan = off as $latest$
with recursive measured as (
  (select measurement from millrace.points where device = of_device order by measurement limit 1)
  union all
  select (select p.measurement from millrace.points p
    where p.device = of_device and p.measurement > measured.measurement order by p.measurement limit 1)
  from measured where measured.measurement is not null
)
select distinct on (field.key) field.key, newest.ts, field.value
from measured, lateral (
  select p.ts, p.fields from millrace.points p
  where p.device = of_device and p.measurement = measured.measurement order by p.ts desc limit newest_points
) newest, jsonb_each(newest.fields) field
order by field.key, newest.ts desc
$latest$;
`,
];

const weekMs = 7 * 86_400_000;

/** Makes the table a hypertable where TimescaleDB is installed in the database. */
export const useTimescale = `
do $$ begin
  if exists (select from pg_extension where extname = 'timescaledb') then
    perform create_hypertable('millrace.points', 'ts', chunk_time_interval => ${weekMs}::bigint,
      if_not_exists => true, migrate_data => true);
  end if;
end $$`;

const columns = "measurement, device, ts, tags, fields, tags_hash";
const row = `r->>0 as measurement, r->>1 as device, (r->>2)::bigint as ts, r->3 as tags, r->4 as fields,
  hashtextextended((r->3)::text, 0) as tags_hash`;
const merge = `on conflict (device, measurement, ts, tags_hash)
  do update set fields = points.fields || excluded.fields`;

/** $1: JSON array of rows, no two with one key. */
export const insertOnce = `
insert into millrace.points as points (${columns})
select ${row} from jsonb_array_elements($1::jsonb) r ${merge}`;

/** $1: JSON array of rows; where a key comes twice the later fields win. */
export const insertMerging = `
insert into millrace.points as points (${columns})
select measurement, device, ts, tags, jsonb_object_agg(field.key, field.value order by n), tags_hash
from (select ${row}, n from jsonb_array_elements($1::jsonb) with ordinality as given(r, n)) given,
  jsonb_each(fields) field
group by measurement, device, ts, tags, tags_hash ${merge}`;

/** $1: device. Walks from one measurement to the next by the primary key, so a long history costs nothing. */
const measurements = `
with recursive measured as (
  (select measurement from millrace.points where device = $1 order by measurement limit 1)
  union all
  select (select p.measurement from millrace.points p
    where p.device = $1 and p.measurement > measured.measurement order by p.measurement limit 1)
  from measured where measured.measurement is not null
)`;

/** $1: device, $2: key, $3: measurement or null, $4: from, $5: to; newest columns `ts` and `value`. */
const found = `
${measurements}
, found as (
  select ts, measured.measurement, tags_hash, value
  from measured, lateral (
    select ts, tags_hash, fields->$2::text as value from millrace.points p
    where p.device = $1 and p.measurement = measured.measurement and ts >= $4::bigint and ts < $5::bigint
    offset 0 -- keeps the planner from reading the whole history of the device instead
  ) points
  where ($3::text is null or measured.measurement = $3) and value is not null
)`;

/** $6: limit. */
export const selectRaw = `${found}
select ts, value from found order by ts, measurement, tags_hash limit $6::int`;

const number = "(value #>> '{}')::float8";
const inOrder = "order by ts, measurement, tags_hash";
const backwards = "order by ts desc, measurement desc, tags_hash desc";

/** What a bucket's value is, and which values count. */
const aggregate = {
  avg: [`to_jsonb(avg(${number}))`, "numbers"],
  min: [`to_jsonb(min(${number}))`, "numbers"],
  max: [`to_jsonb(max(${number}))`, "numbers"],
  sum: [`to_jsonb(sum(${number}))`, "numbers"],
  count: ["to_jsonb(count(*))", "all"],
  first: [`(array_agg(value ${inOrder}))[1]`, "all"],
  last: [`(array_agg(value ${backwards}))[1]`, "all"],
} as const;

/** $6: limit, $7: width of a bucket in ms. Buckets begin at multiples of it since the epoch, also before 1970. */
export function selectBuckets(fn: keyof typeof aggregate): string {
  const [value, of] = aggregate[fn];
  return `${found}
select ts - mod(mod(ts, $7::bigint) + $7::bigint, $7::bigint) as bucket, ${value} as value
from found ${of === "numbers" ? "where jsonb_typeof(value) = 'number'" : ""}
group by bucket order by bucket limit $6::int`;
}

/** $1: device, $2: how many of the newest points of each measurement are looked at. */
export const selectLatest = "select key, ts, value from millrace.latest_values($1, $2)";
