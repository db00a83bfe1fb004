import { sql } from "kysely";
import { type CommandTarget, maxTargets } from "../../model/command.ts";
import { storableJson } from "../../model/storable-json.ts";
import type { Session } from "./database.ts";

/** Ids of the devices that it means, by name; or why it goes to none. */
export async function targetsOf(tx: Session, to: CommandTarget): Promise<string[] | { reason: string }> {
  if (to.type === "named") {
    const found = await tx.selectFrom("devices").select("id").where("name", "=", to.name).executeTakeFirst();
    return found ? [found.id] : { reason: `There is no device "${to.name}".` };
  }
  const { profile, attribute, equals } = to;
  let query = tx
    .selectFrom("devices")
    .select("id")
    .orderBy("name")
    .limit(maxTargets + 1);
  if (profile !== undefined) query = query.where("profile", "=", profile);
  if (attribute !== undefined && equals !== undefined) {
    const wanted = storableJson({ [attribute]: equals });
    // On one name server wins over shared, and shared over client.
    query = query.where(sql<boolean>`(client || shared || attributes) @> ${wanted}::jsonb`);
  }
  const found = await query.execute();
  if (found.length > maxTargets)
    return { reason: `More than ${maxTargets} devices ${meet(to)}; choose fewer.` };
  return found.length > 0 ? found.map(({ id }) => id) : { reason: `No device ${meet(to, "s")}.` };
}

function meet({ profile, attribute, equals }: Extract<CommandTarget, { type: "selection" }>, s = "") {
  const parts = [
    ...(profile === undefined ? [] : [`of the profile "${profile}"`]),
    ...(attribute === undefined ? [] : [`with ${attribute} ${JSON.stringify(equals)}`]),
  ];
  return `${s ? "is" : "are"} ${parts.join(" ")}`;
}
