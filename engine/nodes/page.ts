import * as z from "zod";
import type { Example, Kind } from "./kind.ts";

/** The part of JSON Schema that settings use. */
interface Schema {
  type?: string;
  title?: string;
  description?: string;
  default?: unknown;
  enum?: unknown[];
  const?: unknown;
  items?: Schema;
  properties?: Record<string, Schema>;
  required?: string[];
  widget?: string;
}

/** The reference page of a kind, in Markdown. */
export function nodePage(kind: Kind): string {
  return `${[
    `# ${kind.title}`,
    kind.summary,
    `Kind \`${kind.kind}\`, version ${kind.version}, group ${kind.group}.`,
    kind.help,
    "## Outputs",
    outputs(kind),
    "## Settings",
    settings(kind),
    "## Examples",
    ...kind.examples.map((example) => exampleText(kind, example)),
    "_Written from the kind's own file by `npm run docs`; edit it there._",
  ].join("\n\n")}\n`;
}

/** The list of all kinds, in Markdown, with links to their pages. */
export function indexPage(kinds: readonly Kind[]): string {
  const rows = kinds.map(
    ({ kind, title, group, summary }) =>
      `| [${title}](${kind}.md) | \`${kind}\` | ${group} | ${cell(summary)} |`,
  );
  return `# Kinds of nodes\n\n${table(["Title", "Kind", "Group", ""], rows)}\n`;
}

const widgetNames: Readonly<Record<string, string>> = {
  numberOrExpression: "number or =expression",
  textOrExpression: "text or =expression",
  durationOrExpression: "duration or =expression",
  timeZone: "time zone",
  group: "text",
  timeOfDay: "time of day",
};

function outputs({ outputs, outputsFrom, source }: Kind): string {
  const entry = source ? "It starts a flow: no edge ends at it.\n\n" : "";
  if (outputs.length === 0 && !outputsFrom) return `${entry}None: the message ends here.`;
  const rows = outputs.map(({ name, title }) => `| \`${name}\` | ${title} |`);
  if (outputsFrom) rows.unshift(`| each \`${outputsFrom.list}[].${outputsFrom.name}\` | |`);
  return entry + table(["Output", ""], rows);
}

function settings(kind: Kind): string {
  const schema = z.toJSONSchema(kind.config, { io: "input", unrepresentable: "any" }) as Schema;
  return table(["Setting", "Type", "Default", ""], rowsOf(schema, ""));
}

function rowsOf(schema: Schema, prefix: string): string[] {
  return Object.entries(schema.properties ?? {}).flatMap(([name, property]) => {
    const path = prefix + name;
    const isNeeded = schema.required?.includes(name);
    const fallback = property.default === undefined ? (isNeeded ? "needed" : "") : code(property.default);
    const words = [property.title, property.description].filter((it) => it !== undefined).join(": ");
    const row = `| \`${path}\` | ${typeOf(property)} | ${fallback} | ${cell(words)} |`;
    if (property.items?.properties) return [row, ...rowsOf(property.items, `${path}[].`)];
    return property.widget ? [row] : [row, ...rowsOf(property, `${path}.`)];
  });
}

function typeOf({ widget, enum: choices, const: only, type, items }: Schema): string {
  if (only !== undefined) return code(only);
  if (choices) return choices.map(code).join(", ");
  if (items) return `list of ${items.properties ? "objects" : typeOf(items)}`;
  if (widget) return widgetNames[widget] ?? widget;
  return type === "string" ? "text" : (type ?? "any");
}

function exampleText(kind: Kind, { title, config, tables = {}, given, expect }: Example): string {
  const before = Object.entries(tables).map(([name, table]) => `table ${name} ${JSON.stringify(table)}`);
  const lines = [
    ...before,
    ...given.map(givenText),
    ...(expect.out ?? []).map(([output, values]) => `-> ${output} ${JSON.stringify(values)}`),
    ...(expect.handed ?? []).map((values) => `-> handed over ${JSON.stringify(values)}`),
    ...(expect.wishes ?? []).map((wish) => `-> effect ${JSON.stringify(wish)}`),
  ];
  if (lines.length === before.length + given.length) lines.push("-> nothing");
  const node = JSON.stringify({ id: "node", kind: kind.kind, config }, null, 2);
  return `### ${title}\n\n\`\`\`json\n${node}\n\`\`\`\n\n\`\`\`\n${lines.join("\n")}\n\`\`\``;
}

function givenText(it: Example["given"][number]): string {
  if ("tick" in it) return `tick at ${it.tick} ms`;
  if ("command" in it || "notification" in it) return `result ${JSON.stringify(it)}`;
  return `message ${JSON.stringify(it)}`;
}

const code = (value: unknown) => `\`${JSON.stringify(value)}\``;
const cell = (text: string) => text.replaceAll("|", "\\|").replaceAll("\n", " ");

function table(head: readonly string[], rows: readonly string[]): string {
  return [`| ${head.join(" | ")} |`, `|${" --- |".repeat(head.length)}`, ...rows].join("\n");
}
