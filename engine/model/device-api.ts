import type { Values } from "./value.ts";

/** Attribute names as devices ask for them, `clientKeys=a,b&sharedKeys=c`: a scope not named is left out of the answer. */
export interface AttributeNames {
  client?: string[];
  shared?: string[];
}

/** Reads `clientKeys` and `sharedKeys`, comma-separated; neither given means all of both scopes. */
export function attributeNames(clientKeys: unknown, sharedKeys: unknown): AttributeNames {
  const names: AttributeNames = {};
  if (typeof clientKeys === "string") names.client = split(clientKeys);
  if (typeof sharedKeys === "string") names.shared = split(sharedKeys);
  return names;
}

/** Leaves out of an answer the scope that was not asked for. */
export function askedFor(
  names: AttributeNames,
  found: { client: Values; shared: Values },
): Partial<typeof found> {
  if (!names.client && !names.shared) return found;
  return { ...(names.client && { client: found.client }), ...(names.shared && { shared: found.shared }) };
}

/** The number of a command in a topic or path; undefined when it is none. */
export function commandNumber(text: string): number | undefined {
  return /^\d{1,15}$/.test(text) ? Number(text) : undefined;
}

function split(keys: string) {
  return keys
    .split(",")
    .map((key) => key.trim())
    .filter((key) => key !== "");
}
