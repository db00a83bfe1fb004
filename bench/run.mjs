// npm run bench: builds, then measures everything. Each benchmark that a flag chooses is a file of this folder.
import { spawnSync } from "node:child_process";
import { join } from "node:path";

const root = join(import.meta.dirname, "..");
const benches = {
  "--quick": "quick.js",
  "--chaos": "chaos.js",
  "--page": "page.js",
  "--nodes": "nodes.js",
  "--backtest": "backtest.js",
};
const chosen = Object.keys(benches).find((flag) => process.argv.includes(flag));
const built = spawnSync("npm", ["run", "--silent", "build"], { cwd: root, stdio: "inherit" });
if (built.status !== 0) process.exit(1);
await import(`../dist/bench/${chosen ? benches[chosen] : "full.js"}`);
