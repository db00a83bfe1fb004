/** The lines of a text in line protocol, as `encodeLines` writes it: the text of a field may hold line breaks. */
export function splitLines(text: string): string[] {
  const lines: string[] = [];
  let start = 0;
  let inFields = false;
  let inText = false;
  for (let i = 0; i < text.length; i++) {
    const letter = text[i];
    if (inText) {
      if (letter === "\\") i++;
      else if (letter === '"') inText = false;
    } else if (letter === "\n") {
      lines.push(text.slice(start, i));
      start = i + 1;
      inFields = false;
    } else if (!inFields) inFields = letter === " " && text[i - 1] !== "\\";
    // In names a quote means nothing, and their = are escaped.
    else inText = letter === '"' && text[i - 1] === "=" && text[i - 2] !== "\\";
  }
  lines.push(text.slice(start));
  return lines;
}
