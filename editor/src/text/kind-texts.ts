import type { Schema } from "../form/schema.ts";

/** Texts of kinds in one language, by the English one; see engine/nodes/text. */
export type KindTexts = Readonly<Record<string, string>>;

interface Told {
  kind: string;
  title: string;
  summary: string;
  outputs: { name: string; title: string }[];
  config?: Schema;
}

/** The kind in another language, but for its help. What has no text there stays English. */
export function translateKind<K extends Told>(kind: K, texts: KindTexts | undefined): K {
  if (!texts) return kind;
  const tell = (text: string) => texts[text] ?? text;
  return {
    ...kind,
    title: tell(kind.title),
    summary: tell(kind.summary),
    outputs: kind.outputs.map(({ name, title }) => ({ name, title: tell(title) })),
    ...(kind.config && { config: translateSchema(kind.config, texts) }),
  };
}

function translateSchema(schema: Schema, texts: KindTexts): Schema {
  const { title, description } = schema;
  const tell = (text: string) => texts[text] ?? text;
  const choices = schema.enum?.flatMap((choice) => {
    const text = texts[`=${choice}`];
    return text === undefined ? [] : [[String(choice), text]];
  });
  const inner = Object.entries(schema.properties ?? {}).map(([name, part]) => [
    name,
    translateSchema(part, texts),
  ]);
  return {
    ...schema,
    ...(title !== undefined && { title: tell(title) }),
    ...(description !== undefined && { description: tell(description) }),
    ...(choices && choices.length > 0 && { choices: Object.fromEntries(choices) }),
    ...(schema.properties && { properties: Object.fromEntries(inner) }),
    ...(schema.items && { items: translateSchema(schema.items, texts) }),
    ...(schema.anyOf && { anyOf: schema.anyOf.map((each) => translateSchema(each, texts)) }),
  };
}
