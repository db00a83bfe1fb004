/** "20", "1,5" and "-3.2" as numbers; undefined for other text. */
export function readNumber(text: string): number | undefined {
  const plain = text.trim().replace(/^(-?\d+),(\d+)$/, "$1.$2");
  return plain !== "" && Number.isFinite(Number(plain)) ? Number(plain) : undefined;
}
