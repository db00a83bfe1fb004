interface Schema<T> {
  items?: T | undefined;
  properties?: Readonly<Record<string, T>> | undefined;
}

/** The schema of the setting at a path such as "window.size" or "values[0].fn". */
export function schemaAt<T extends Schema<T>>(schema: T | undefined, path: string): T | undefined {
  let at = schema;
  for (const part of path.split(/[.[\]]+/).filter(Boolean))
    at = /^\d+$/.test(part) ? at?.items : at?.properties?.[part];
  return at;
}
