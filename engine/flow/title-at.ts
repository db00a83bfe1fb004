/** The part of a JSON Schema in which titles stand. */
export interface Titled {
  title?: string;
  properties?: Readonly<Record<string, Titled>>;
  items?: Titled;
}

/** The innermost title along a path such as "window.size" or "values[0].fn". */
export function titleAt(schema: Titled | undefined, path: string): string | undefined {
  let at = schema;
  for (const part of path.split(/[.[\]]+/).filter(Boolean)) {
    const inner = /^\d+$/.test(part) ? at?.items : at?.properties?.[part];
    if (!inner) break;
    at = inner;
  }
  return at === schema ? undefined : at?.title;
}
