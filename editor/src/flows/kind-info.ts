import * as z from "zod";
import type { FlowNode } from "../../../engine/model/flow.ts";
import type { Values } from "../../../engine/model/value.ts";
import { outputsOf, presentConfig } from "../../../engine/nodes/kind.ts";
import { nodeKinds } from "../../../engine/nodes/kinds.ts";
import { schemaSchema } from "../form/schema.ts";
import { settingWords } from "../form/setting-words.ts";
import { language, t } from "../text/text.ts";
import { humanise } from "../ui/words.ts";

export const kindSchema = z.object({
  kind: z.string(),
  title: z.string(),
  group: z.string(),
  icon: z.string(),
  summary: z.string(),
  help: z.string(),
  source: z.boolean().optional(),
  outputs: z.array(z.object({ name: z.string(), title: z.string() })),
  outputsFrom: z.object({ list: z.string(), name: z.string() }).optional(),
  version: z.number().optional(),
  config: schemaSchema.optional().catch(undefined),
});
/** What the page draws a node from, and its form. */
export type KindInfo = z.infer<typeof kindSchema>;
export type Kinds = ReadonlyMap<string, KindInfo>;

interface Output {
  name: string;
  title: string;
  /** An edge begins here, and the kind has no such output under the node's settings. */
  missing?: boolean;
}

/** The outputs a node has under its settings, those named by a list setting first. */
export function outputsUnder(kind: KindInfo, config: Values): readonly Output[] {
  return outputsOf(kind, config);
}

const shipped = new Map(nodeKinds.map((kind) => [kind.kind, kind]));

/** The node with its settings as its kind reads them now; as it is where that cannot be done. */
export function present(node: FlowNode): FlowNode {
  const kind = shipped.get(node.kind);
  if (!kind?.upgrade || (node.version ?? 1) >= kind.version) return node;
  try {
    return { ...node, version: kind.version, config: presentConfig(kind, node) };
  } catch {
    return node;
  }
}

/** One line for a node's settings: the kind's own in English, in other languages the settings by their titles. */
export function describe(node: FlowNode, told: KindInfo): string {
  const kind = shipped.get(node.kind);
  if (!kind) return t("node.unknown");
  const config = kind.config.safeParse(present(node).config);
  if (!config.success) return t("node.incomplete");
  return language() === "en" ? kind.describe(config.data) : settingsLine(present(node), told);
}

function settingsLine({ config }: FlowNode, told: KindInfo): string {
  const parts = Object.entries(told.config?.properties ?? {}).flatMap(([name, schema]) => {
    const value = config[name];
    if (value === undefined) return [];
    return [`${schema.title ?? humanise(name)}: ${settingWords(value, schema)}`];
  });
  if (parts.length > 0) return parts.join(" · ");
  return told.source ? t("node.allReadings") : told.summary;
}

interface Titled {
  help: string;
  outputs: readonly { name: string; title: string }[];
}

/** The help, in which outputs are called as they are on the canvas. */
export function withTitles({ help, outputs }: Titled): string {
  const titles = new Map(outputs.map(({ name, title }) => [name, title]));
  return help.replace(/(\*{1,2})([\w-]+)\1/g, (whole, stars, word) => {
    const title = titles.get(word);
    return title === undefined ? whole : `${stars}${title}${stars}`;
  });
}
