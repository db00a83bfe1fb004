/** The first of `base`, `base2`, `base3`, ... that is not taken, as an id of a node or flow. */
export function freshId(base: string, taken: Iterable<string>): string {
  const used = new Set(taken);
  const stem = idFrom(base);
  if (!used.has(stem)) return stem;
  const root = stem.replace(/\d+$/, "").slice(0, 56) || "step";
  for (let number = 2; ; number++) if (!used.has(`${root}${number}`)) return `${root}${number}`;
}

/** A name as an id: "Slow traffic, A9" becomes "slow-traffic-a9". */
export function idFrom(name: string): string {
  const plain = name
    .normalize("NFKD")
    .replace(/[\u0300-\u036f]/g, "")
    .replace(/[^A-Za-z0-9_]+/g, "-")
    .replace(/^[^A-Za-z]+|-+$/g, "");
  return plain.slice(0, 60) || "flow";
}
