import { Fragment, type ReactNode } from "react";
import classes from "./prose.module.css";

const inlineMark = /(`[^`]+`|\*\*[^*]+\*\*|\*[^*\s][^*]*\*|\[[^\]]+\]\([^)]+\))/;

function inline(text: string): ReactNode {
  return text.split(inlineMark).map((part, index) => {
    // biome-ignore lint/suspicious/noArrayIndexKey: the parts of a fixed text never change places
    return <Fragment key={index}>{inlinePart(part)}</Fragment>;
  });
}

function inlinePart(part: string): ReactNode {
  if (part.startsWith("`") && part.endsWith("`") && part.length > 2) return <code>{part.slice(1, -1)}</code>;
  if (part.startsWith("**") && part.endsWith("**") && part.length > 4)
    return <strong>{part.slice(2, -2)}</strong>;
  const [, label] = /^\[([^\]]+)\]\([^)]+\)$/.exec(part) ?? [];
  if (label) return label;
  if (part.startsWith("*") && part.endsWith("*") && part.length > 2) return <em>{part.slice(1, -1)}</em>;
  return part;
}

const bullet = /^\s*[-*] +/;
const numbered = /^\s*\d+[.)] +/;

/** List items; a line without a mark goes on with the item before. */
function items(lines: string[], mark: RegExp): string[] {
  const found: string[] = [];
  for (const line of lines) {
    if (mark.test(line)) found.push(line.replace(mark, ""));
    else found.push(`${found.pop() ?? ""} ${line.trim()}`);
  }
  return found;
}

function block(text: string): ReactNode {
  const lines = text.split("\n");
  const first = lines[0] ?? "";
  if (text.startsWith("```")) return <pre>{lines.slice(1, -1).join("\n")}</pre>;
  if (first.startsWith("#")) return <h4>{inline(first.replace(/^#+ */, ""))}</h4>;
  if (bullet.test(first)) return <ul>{items(lines, bullet).map(item)}</ul>;
  if (numbered.test(first)) return <ol>{items(lines, numbered).map(item)}</ol>;
  // A list may follow its introduction without an empty line.
  const start = lines.findIndex((line) => bullet.test(line) || numbered.test(line));
  if (start < 0) return <p>{inline(lines.join(" "))}</p>;
  return (
    <>
      <p>{inline(lines.slice(0, start).join(" "))}</p>
      {block(lines.slice(start).join("\n"))}
    </>
  );
}

function item(text: string): ReactNode {
  return <li key={text}>{inline(text)}</li>;
}

/** Markdown of help texts: paragraphs, lists, headings, code, emphasis. Never HTML. */
export function Prose({ children }: { children: string }) {
  const blocks = children.trim().split(/\n\s*\n/);
  return (
    <div className={classes.prose}>
      {blocks.map((text) => (
        <Fragment key={text}>{block(text)}</Fragment>
      ))}
    </div>
  );
}
