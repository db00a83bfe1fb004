/** What JSON.parse says of a text, with line and column instead of a position. */
export function jsonPlace(text: string, { message }: Error): string {
  const position = Number(/at position (\d+)/.exec(message)?.[1] ?? Number.NaN);
  if (Number.isNaN(position)) return message;
  const lines = text.slice(0, position).split("\n");
  const place = `at line ${lines.length}, column ${(lines.at(-1)?.length ?? 0) + 1}`;
  return message.replace(/ in JSON at position \d+.*/s, ` ${place}`);
}
