import { readdirSync, readFileSync } from "node:fs";
import { join, relative, resolve } from "node:path";
import { expect, test } from "vitest";

const root = join(import.meta.dirname, "..");

/** What files below a folder may import: folders of this project, packages, and whether Node's own modules. */
interface Ring {
  folder: string;
  folders: string[];
  packages: string[];
  node: boolean;
}

const rings: Ring[] = [
  { folder: "engine/model", folders: [], packages: ["zod"], node: false },
  {
    folder: "engine/rules",
    folders: ["engine/model"],
    packages: ["zod", "@marcbachmann/cel-js", "json-rules-engine", "papaparse"],
    node: false,
  },
  { folder: "engine/nodes", folders: ["engine/model", "engine/rules"], packages: ["zod"], node: false },
  {
    folder: "engine/flow",
    folders: ["engine/model", "engine/rules", "engine/nodes"],
    packages: ["zod"],
    node: false,
  },
  {
    folder: "engine/backtest",
    folders: ["engine/model", "engine/rules", "engine/nodes", "engine/flow"],
    packages: ["zod"],
    node: false,
  },
  {
    folder: "engine/store",
    folders: ["engine/model", "engine/rules", "engine/nodes", "engine/flow"],
    packages: ["zod", "@electric-sql/pglite", "bullmq", "ioredis", "isomorphic-git", "kysely", "pg"],
    node: true,
  },
  {
    folder: "engine/pipeline",
    folders: ["engine/model", "engine/rules", "engine/nodes", "engine/flow", "engine/store"],
    packages: ["zod", "dataloader", "piscina"],
    node: true,
  },
  {
    folder: "engine/archive",
    folders: ["engine/model", "engine/rules", "engine/flow", "engine/pipeline"],
    packages: ["zod", "hyparquet", "hyparquet-writer", "aws4fetch", "papaparse"],
    node: true,
  },
  {
    folder: "engine/api",
    folders: [
      "engine/model",
      "engine/rules",
      "engine/nodes",
      "engine/flow",
      "engine/backtest",
      "engine/store",
      "engine/pipeline",
    ],
    packages: ["zod", "express", "better-sse", "prom-client"],
    node: true,
  },
  {
    folder: "engine/simulate",
    folders: ["engine/model"],
    packages: ["zod", "mqtt", "coap", "cbor-x"],
    node: true,
  },
  {
    folder: "connectors/mqtt",
    folders: ["engine/model"],
    packages: ["aedes", "aedes-packet", "mqtt-packet"],
    node: true,
  },
  {
    folder: "connectors/coap",
    folders: ["engine/model"],
    packages: ["coap", "coap-packet", "cbor-x"],
    node: true,
  },
  { folder: "connectors/http", folders: ["engine/model"], packages: ["express", "cbor-x"], node: true },
  {
    folder: "connectors/influx",
    folders: ["engine/model"],
    packages: ["@influxdata/influxdb-client"],
    node: true,
  },
  { folder: "connectors/notify", folders: ["engine/model"], packages: ["nodemailer", "mqtt"], node: true },
  {
    folder: "editor",
    folders: ["engine/model", "engine/rules", "engine/nodes", "engine/flow"],
    packages: [
      ...[
        "zod",
        "react",
        "react-dom",
        "@mantine/core",
        "@mantine/hooks",
        "@mantine/spotlight",
        "@xyflow/react",
        "@tanstack/react-query",
      ],
      ...[
        "zustand",
        "zundo",
        "i18next",
        "uplot",
        "papaparse",
        "@dagrejs/dagre",
        "vite",
        "@vitejs/plugin-react",
      ],
      ...["autocomplete", "commands", "lang-json", "language", "lint", "state", "view"].map(
        (part) => `@codemirror/${part}`,
      ),
      "@lezer/highlight",
    ],
    node: false,
  },
];

interface Import {
  file: string;
  from: string;
}

function sourceFiles(folder: string): string[] {
  return readdirSync(join(root, folder), { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile() && /\.tsx?$/.test(entry.name) && !entry.name.endsWith(".d.ts"))
    .map((entry) => relative(root, join(entry.parentPath, entry.name)));
}

function importsOf(file: string): Import[] {
  const text = readFileSync(join(root, file), "utf8");
  return [
    ...text.matchAll(
      /(?:^|\n)\s*(?:import|export)\b[^;"']*?from\s*["']([^"']+)["']|import\(\s*["']([^"']+)["']\s*\)|(?:^|\n)import\s+["']([^"']+)["']/g,
    ),
  ].map((match) => ({ file, from: (match[1] ?? match[2] ?? match[3])! }));
}

/** What is wrong with an import, or undefined. */
function offence(ring: Ring, { file, from }: Import): string | undefined {
  if (from.startsWith(".")) {
    const target = relative(root, resolve(root, file, "..", from));
    const allowed = [ring.folder, ...ring.folders].some((folder) => target.startsWith(`${folder}/`));
    return allowed ? undefined : `${file} imports ${target}`;
  }
  const builtIn = from.startsWith("node:");
  const configures = ring.folder === "editor" && file === "editor/vite.config.ts";
  if (builtIn) return ring.node || configures ? undefined : `${file} imports ${from}`;
  const name = from
    .split("/")
    .slice(0, from.startsWith("@") ? 2 : 1)
    .join("/");
  return ring.packages.includes(name) ? undefined : `${file} imports ${from}`;
}

test("no file imports from outside its ring", () => {
  let seen = 0;
  const offences: string[] = [];
  for (const ring of rings)
    for (const file of sourceFiles(ring.folder)) {
      seen++;
      for (const one of importsOf(file)) {
        const wrong = offence(ring, one);
        if (wrong) offences.push(wrong);
      }
    }
  expect(offences).toEqual([]);
  expect(seen).toBeGreaterThan(120);
});

test("rings 0 and 1 read no clock, timer, network, process or random number", () => {
  const impure =
    /\bDate\.now\(|\bnew Date\(\)|\bsetTimeout\(|\bsetInterval\(|\bfetch\(|\bprocess\.|\bMath\.random\(|\bcrypto\b|\bperformance\./;
  const pure = ["engine/model", "engine/rules", "engine/nodes", "engine/flow", "engine/backtest"].flatMap(
    sourceFiles,
  );
  const offences = pure.filter((file) => {
    const code = readFileSync(join(root, file), "utf8").replaceAll(
      /\/\*[\s\S]*?\*\/|\/\/.*|`(?:\\.|[^`])*`|"(?:\\.|[^"\n])*"/g,
      "",
    );
    return impure.test(code);
  });
  expect(offences).toEqual([]);
  expect(pure.length).toBeGreaterThan(35);
});

test("the ring rule would see an offence", () => {
  const model = rings[0]!;
  expect(offence(model, { file: "engine/model/flow.ts", from: "node:fs" })).toBeDefined();
  expect(offence(model, { file: "engine/model/flow.ts", from: "../store/sql.ts" })).toBeDefined();
  expect(offence(model, { file: "engine/model/flow.ts", from: "./value.ts" })).toBeUndefined();
});
