import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { clock } from "../../engine/cli/doctor/findings.ts";
import { dataFolder, nodeVersion } from "../../engine/cli/doctor/machine.ts";
import type { Finding } from "../../engine/model/finding.ts";
import { freeTcpPort } from "../support/free-port.ts";
import { startInflux } from "../support/influx.ts";
import { startPostgres } from "../support/postgres.ts";
import { millrace, startProduct } from "../support/product.ts";
import { startRedis } from "../support/redis.ts";
import { startS3 } from "../support/s3.ts";
import type { Server } from "../support/server.ts";
import { removeFolder, tempFolder } from "../support/temp-folder.ts";

const folder = tempFolder("doctor");
const servers: Record<string, Server> = {};

beforeAll(async () => {
  const weak = ["--appendonly", "no", "--maxmemory-policy", "allkeys-lru"];
  const whole = ["-c", "fsync=on", "-c", "full_page_writes=on"];
  const started = {
    redis: startRedis({ appendfsync: "always" }),
    everysec: startRedis(),
    weak: startRedis({ args: weak }),
    closed: startRedis({ args: ["--rename-command", "CONFIG", ""] }),
    postgres: startPostgres({ args: whole }),
    careless: startPostgres({ args: ["-c", "synchronous_commit=off"] }),
    influx: startInflux({ unlimited: true }),
    limited: startInflux(),
  };
  for (const [name, starting] of Object.entries(started)) servers[name] = await starting;
});

afterAll(async () => {
  await Promise.all(Object.values(servers).map((server) => server.stop()));
  removeFolder(folder);
});

const url = (name: string) => servers[name]!.url;

async function doctor(env: Record<string, string>) {
  const { code, stdout, stderr } = await millrace(["doctor", "--json"], {
    MILLRACE_DATA_DIR: folder,
    ...env,
  });
  expect(stderr).toBe("");
  const findings = JSON.parse(stdout) as Finding[];
  const of = (kind: string) =>
    Object.fromEntries(
      findings
        .filter(({ place }) => place.startsWith(kind))
        .map(({ check, level, found }) => [check, `${level} ${found}`]),
    );
  return { code, findings, of };
}

test("servers as they should be are found to be so, and it ends with 0", async () => {
  const { code, of } = await doctor({
    MILLRACE_REDIS_URL: url("redis"),
    MILLRACE_DATABASE_URL: url("postgres"),
    MILLRACE_INFLUX_URL: url("influx"),
    MILLRACE_INFLUX_VERSION: "1",
  });
  const clock = "ok agrees with this machine's";
  expect(of("redis")).toEqual({
    reachable: "ok as a master",
    version: expect.stringMatching(/^ok [78]\./),
    appendonly: "ok yes",
    "maxmemory-policy": "ok noeviction",
    appendfsync: "ok always",
    "no-appendfsync-on-rewrite": "ok no",
    clock,
  });
  expect(of("postgres")).toEqual({
    reachable: "ok yes",
    version: expect.stringMatching(/^ok 1\d/),
    fsync: "ok on",
    full_page_writes: "ok on",
    synchronous_commit: "ok on",
    "may create its schema": "ok yes",
    clock,
  });
  expect(of("influxdb")).toEqual({ readable: "ok yes", writable: "ok yes", limits: "ok none", clock });
  expect(of("node")).toEqual({ version: `ok ${process.versions.node}` });
  expect(Object.keys(of("process"))).toEqual(["open files"]);
  // Nothing is embedded here, so the folder is not looked at.
  expect(of("folder")).toEqual({});
  expect(code).toBe(0);
});

const weak: {
  title: string;
  env(): Record<string, string>;
  code: number;
  kind: string;
  found: Record<string, unknown>;
}[] = [
  {
    title: "a Redis that loses what it acknowledged",
    env: () => ({ MILLRACE_REDIS_URL: url("weak") }),
    code: 1,
    kind: "redis",
    found: { appendonly: "fail no", "maxmemory-policy": "fail allkeys-lru" },
  },
  {
    title: "the same Redis where that is wanted",
    env: () => ({ MILLRACE_REDIS_URL: url("weak"), MILLRACE_REDIS_DURABILITY: "relaxed" }),
    code: 0,
    kind: "redis",
    found: { appendonly: "warn no", "maxmemory-policy": "warn allkeys-lru" },
  },
  {
    title: "a Redis that writes its file every second",
    env: () => ({ MILLRACE_REDIS_URL: url("everysec") }),
    code: 0,
    kind: "redis",
    found: { appendonly: "ok yes", appendfsync: "warn everysec" },
  },
  {
    title: "a Redis whose settings may not be read",
    env: () => ({ MILLRACE_REDIS_URL: url("closed") }),
    code: 0,
    kind: "redis",
    found: { durability: "warn CONFIG GET is forbidden, so its settings cannot be read" },
  },
  {
    title: "a PostgreSQL that does not wait for its disk",
    env: () => ({ MILLRACE_DATABASE_URL: url("careless") }),
    code: 1,
    kind: "postgres",
    found: { fsync: "fail off", full_page_writes: "fail off", synchronous_commit: "fail off" },
  },
  {
    title: "a database that is not there",
    env: () => ({ MILLRACE_DATABASE_URL: `${url("postgres")}-none` }),
    code: 1,
    kind: "postgres",
    found: { reachable: expect.stringMatching(/^fail .*does not exist/) },
  },
  {
    title: "an InfluxDB that takes points of so many devices",
    env: () => ({
      MILLRACE_INFLUX_URL: url("limited"),
      MILLRACE_INFLUX_VERSION: "1",
    }),
    code: 0,
    kind: "influxdb",
    found: {
      writable: "ok yes",
      limits: "warn max-values-per-tag 100000, max-series-per-database 1000000",
    },
  },
  {
    title: "an InfluxDB without the database",
    env: () => ({
      MILLRACE_INFLUX_URL: url("influx"),
      MILLRACE_INFLUX_VERSION: "1",
      MILLRACE_INFLUX_BUCKET: "none",
    }),
    code: 1,
    kind: "influxdb",
    found: { writable: "fail no" },
  },
];

test.each(weak)("$title: it ends with $code", async ({ env, code, kind, found }) => {
  const told = await doctor(env());
  expect(told.of(kind)).toMatchObject(found);
  for (const { level, mend } of told.findings) expect(mend === undefined).toBe(level === "ok");
  expect(told.code).toBe(code);
});

test("servers that do not answer are told of with their addresses, without passwords", async () => {
  const port = await freeTcpPort();
  const { code, findings } = await doctor({
    MILLRACE_REDIS_URL: `redis://:s3cret@127.0.0.1:${port}`,
    MILLRACE_DATABASE_URL: `postgres://millrace:s3cret@127.0.0.1:${port}/millrace`,
    MILLRACE_INFLUX_URL: `http://127.0.0.1:${port}`,
    MILLRACE_INFLUX_TOKEN: "s3cret",
  });
  const failed = findings.filter(({ level }) => level === "fail");
  expect(failed.map(({ check }) => check)).toEqual(["reachable", "reachable", "reachable"]);
  for (const { place, found, mend } of failed)
    expect(`${place} ${found} ${mend}`).toContain(`127.0.0.1:${port}`);
  expect(JSON.stringify(findings)).not.toContain("s3cret");
  expect(code).toBe(1);
});

test("the archive's bucket is written, read and listed; one that is not there, or a wrong secret, is told of", async () => {
  const s3 = await startS3();
  const yes = "ok yes";
  const fine = await doctor(s3.env);
  expect(fine.of("archive")).toEqual({ writable: yes, readable: yes, listable: yes, deletable: yes });
  expect(fine.findings.map(({ place }) => place)).toContain("archive s3://archive/plant/one");
  expect(await (await fetch(`${s3.url}/archive?list-type=2`)).text()).not.toContain("<Contents>");
  const wrong = [{ MILLRACE_ARCHIVE_DIR: "s3://none" }, { AWS_SECRET_ACCESS_KEY: "hush-hush" }];
  for (const env of wrong) {
    const { code, of, findings } = await doctor({ ...s3.env, ...env });
    expect(of("archive")).toEqual({ writable: "fail no" });
    expect(JSON.stringify(findings)).toMatch(/NoSuchBucket. Make|SignatureDoesNotMatch. Mend/);
    expect(JSON.stringify(findings)).not.toContain("hush-hush");
    expect(code).toBe(1);
  }
  await s3.stop();
}, 120_000);

test("what is wrong with the settings is a finding like any other", async () => {
  const { code, stdout } = await millrace(["doctor"], { MILLRACE_REDIS_DURABILITY: "none" });
  expect(stdout).toMatch(
    /^fail {2}environment: settings wrong\n.*\n.*MILLRACE_REDIS_DURABILITY: expected strict/,
  );
  expect(code).toBe(1);
});

test("millrace start refuses a Redis that loses what it acknowledged, unless that is wanted", async () => {
  const env = { MILLRACE_REDIS_URL: url("weak"), MILLRACE_DATABASE_URL: url("careless") };
  const { code, stderr } = await millrace(["start"], { ...env, MILLRACE_DATA_DIR: folder });
  expect(stderr).toMatch(/would lose what Millrace acknowledges:\n.*CONFIG SET appendonly yes/);
  expect(stderr).not.toContain("    at ");
  expect(code).toBe(1);
  const product = await startProduct({ dir: folder, env: { ...env, MILLRACE_REDIS_DURABILITY: "relaxed" } });
  expect((await fetch(`${product.http}/readyz`)).status).toBe(200);
  await product.stop();
}, 120_000);

describe("this machine", () => {
  test("a folder is writable, will be made, or neither", () => {
    expect(dataFolder(folder)[0]).toMatchObject({ level: "ok", found: "yes" });
    expect(dataFolder(`${folder}/a/b`)[0]).toMatchObject({ level: "ok", found: "will be made at the start" });
    expect(dataFolder("/proc/none")[0]).toMatchObject({ check: "writable", level: "fail" });
  });

  test.each([
    ["20.19.0", "ok"],
    ["22.0.0", "ok"],
    ["20.9.0", "fail"],
    ["18.20.1", "fail"],
  ])("Node.js %s is %s", (version, level) => expect(nodeVersion(version).level).toBe(level));

  test.each([
    [200, "ok", /agrees/],
    [-4000, "warn", /4.0 s behind/],
    [90_000, "fail", /90.0 s ahead/],
  ])("a clock that is off by %d ms is %s", (skewMs, level, found) => {
    expect(clock("redis", skewMs)).toMatchObject({ level });
    expect(clock("redis", skewMs).found).toMatch(found);
  });
});
