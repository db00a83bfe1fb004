import { tablesIn } from "../flow/field-reads.ts";
import { handings, type OtherFlow, reached, type Surroundings } from "../flow/surroundings.ts";
import type { Flow } from "../model/flow.ts";
import type { TableContent } from "../model/table.ts";
import type { Registry } from "../store/registry.ts";

/**
 * What the flow stands among: all profiles and channels, those flows that it hands messages to, and those these do, as
 * they run or are drafted, and the tables that it and they look things up in. `live`: what that version stands among, too.
 */
export async function surroundingsOf(flow: Flow, registry: Registry, live?: Flow): Promise<Surroundings> {
  const both = live ? [flow, live] : [flow];
  const profiles = await registry.profiles();
  const channels = (await registry.channels()).map(({ name }) => name);
  const ahead = both.flatMap(handings).map((one) => one.flow);
  if (ahead.length === 0) return { profiles, channels, tables: await tablesOf(both, registry) };
  const flows = new Map<string, OtherFlow>();
  for (const { version, definition } of (await registry.deployment()).flows)
    flows.set(definition.id, { version, definition });
  const seen = new Set<string>();
  for (let id = ahead.pop(); id !== undefined; id = ahead.pop()) {
    if (seen.has(id)) continue;
    seen.add(id);
    const draft = flows.has(id) ? undefined : await registry.draft(id);
    if (draft) flows.set(id, { version: null, definition: draft.flow });
    const other = flows.get(id);
    if (other) ahead.push(...handings(other.definition).map((one) => one.flow));
  }
  const ids = (await registry.flows()).map(({ id }) => id);
  const others = both.flatMap((one) => reached(one, flows)).map(({ definition }) => definition);
  const tables = await tablesOf([...both, ...others], registry);
  return { flows, ids, profiles, channels, tables };
}

/** All tables: those that the flows use with their rows, so that a trial finds them. */
async function tablesOf(users: readonly Flow[], registry: Registry): Promise<Surroundings["tables"]> {
  const used = new Set(users.flatMap(tablesIn).map(({ name }) => name));
  const tables: Record<string, TableContent> = {};
  for (const { name, columns, key } of await registry.tables()) {
    const full = used.has(name) ? await registry.table(name) : undefined;
    tables[name] = { columns, key, rows: full?.rows ?? [] };
  }
  return tables;
}
