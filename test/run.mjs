// npm test: installs what the suites need (Debian, as root), then lint, types, build and every suite.
import { spawnSync } from "node:child_process";
import { existsSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";

const root = join(import.meta.dirname, "..");
const ci = process.env.CI === "true";

/** Servers and clients the suites start: the program, its Debian package, and what in a suite's text tells that it needs it. */
const programs = [
  {
    program: "redis-server",
    package: "redis-server",
    sign: /startRedis|installations|backbones|inCluster|inOneProcess/,
  },
  { program: "influxd", package: "influxdb", sign: /startInflux|inCluster|inOneProcess/ },
  { program: "victoria-metrics", package: "victoria-metrics", sign: /startVictoria/ },
  {
    program: "/usr/lib/postgresql",
    package: "postgresql",
    sign: /startPostgres|backbones|inCluster|inOneProcess/,
  },
  { program: "cc", package: "gcc", sign: /powerCutEnv|inOneProcess/ },
  { program: "/usr/include/stdio.h", package: "libc6-dev", sign: /powerCutEnv|inOneProcess/ },
  { program: "mosquitto_pub", package: "mosquitto-clients", sign: /mosquitto_(pub|sub)/ },
  { program: "coap-client-notls", package: "libcoap3-bin", sign: /coap-client/ },
  { program: "chromium", package: "chromium", sign: /chromium/ },
];

function isThere({ program }) {
  if (program.startsWith("/")) return existsSync(program);
  return (process.env.PATH ?? "").split(":").some((folder) => existsSync(join(folder, program)));
}

function run(command, args, options = {}) {
  const { status, error } = spawnSync(command, args, { cwd: root, stdio: "inherit", ...options });
  if (error) process.stderr.write(`${command}: ${error.message}\n`);
  if (status !== 0) process.exit(status ?? 1);
}

function install(packages) {
  const env = { ...process.env, DEBIAN_FRONTEND: "noninteractive" };
  const quiet = { env, stdio: ["ignore", "ignore", "inherit"] };
  process.stderr.write(`Installing ${packages.join(", ")} ...\n`);
  run("apt-get", ["update", "-qq"], quiet);
  run("apt-get", ["install", "-y", "-qq", "--no-install-recommends", ...packages], quiet);
}

let missing = programs.filter((one) => !isThere(one));
if (missing.length > 0 && process.getuid?.() === 0 && existsSync("/usr/bin/apt-get")) {
  install(missing.map((one) => one.package));
  missing = programs.filter((one) => !isThere(one));
}
if (missing.length > 0 && ci) {
  process.stderr.write(
    `Missing: ${missing.map((one) => one.package).join(", ")}; nothing may be skipped here.\n`,
  );
  process.exit(1);
}

const suites = readdirSync(join(root, "test"), { recursive: true }).filter((file) =>
  file.endsWith(".test.ts"),
);
const skipped = suites.flatMap((file) => {
  const text = readFileSync(join(root, "test", file), "utf8");
  const lacks = missing.filter(({ sign }) => sign.test(text)).map((one) => one.package);
  return lacks.length > 0 ? [{ file, lacks }] : [];
});

run("npm", ["run", "--silent", "check"]);
run("npm", ["run", "--silent", "build"]);
run("npx", [
  "vitest",
  "run",
  ...process.argv.slice(2),
  ...skipped.flatMap(({ file }) => ["--exclude", `test/${file}`]),
]);
for (const { file, lacks } of skipped)
  process.stderr.write(`SKIPPED test/${file}: install ${lacks.join(", ")} to run it\n`);
