import { errorCatalogue } from "../model/errors.ts";
import type { OpenApiDocument } from "./openapi.ts";

const style = `
:root { color-scheme: light dark; font: 16px/1.5 system-ui, sans-serif; }
body { margin: 0 auto; max-width: 60rem; padding: 1.5rem; color: light-dark(#1a1d21, #e6e8ea); background: light-dark(#fff, #16181b); }
h1, h2 { line-height: 1.2; } h2 { margin-top: 2.5rem; }
a { color: light-dark(#0b5394, #8ec5ff); }
code, pre { font: 0.9em/1.5 ui-monospace, monospace; }
pre { overflow: auto; padding: 1rem; background: light-dark(#f3f4f6, #22262b); border-radius: 6px; }
details { border: 1px solid light-dark(#c9ced4, #3b4148); border-radius: 6px; margin: 0.5rem 0; padding: 0.5rem 1rem; }
summary { cursor: pointer; } summary b { display: inline-block; min-width: 4.5rem; }
table { border-collapse: collapse; width: 100%; } th { text-align: left; }
td, th { padding: 0.25rem 1rem 0.25rem 0; vertical-align: top; border-bottom: 1px solid light-dark(#e2e5e9, #2c3137); }
`;

const escapes: Record<string, string> = { "&": "&amp;", "<": "&lt;", ">": "&gt;", '"': "&quot;" };
const html = (text: unknown) => String(text ?? "").replaceAll(/[&<>"]/g, (sign) => escapes[sign]!);

/** The API as one page of plain HTML, written from its OpenAPI document; it needs no script. */
export function docsPage({ info, paths, components }: OpenApiDocument): string {
  const operations = Object.entries(paths).flatMap(([path, methods]) =>
    Object.entries(methods).map(([method, operation]) => ({ path, method, ...operation })),
  );
  const groups = [...new Set(operations.flatMap(({ tags }) => tags))];
  const sections = groups.map((group) => {
    const listed = operations.filter(({ tags }) => tags.includes(group)).map(operationHtml);
    return `<section><h2>${html(group)}</h2>${listed.join("")}</section>`;
  });
  const errors = Object.entries(errorCatalogue).map(
    ([code, { status, title }]) =>
      `<tr id="${code}"><td><code>${code}</code></td><td>${status}</td><td>${html(title)}</td></tr>`,
  );
  const schemas = Object.entries(components.schemas).map(
    ([name, schema]) => `<details><summary><code>${name}</code></summary>${json(schema)}</details>`,
  );
  return `<!doctype html>
<html lang="en"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width">
<title>${html(info.title)} API</title><style>${style}</style></head>
<body><main><h1>${html(info.title)} API</h1>
<p>${html(info.description)} The same as data: <a href="/api/openapi.json">openapi.json</a>.</p>
${sections.join("\n")}
<section><h2>Schemas</h2>${schemas.join("\n")}</section>
<section><h2>Errors</h2><table><thead><tr><th>Code</th><th>Status</th><th>Title</th></tr></thead>
<tbody>${errors.join("\n")}</tbody></table></section>
</main></body></html>
`;
}

type Listed = OpenApiDocument["paths"][string][string] & { path: string; method: string };

function operationHtml({ path, method, summary, parameters, requestBody, responses }: Listed): string {
  const rows = parameters.map(
    ({ name, in: place, required, description }) =>
      `<tr><td><code>${html(name)}</code></td><td>${place}${required ? ", required" : ""}</td><td>${html(description)}</td></tr>`,
  );
  const table = rows.length
    ? `<table><thead><tr><th>Parameter</th><th>In</th><th>Meaning</th></tr></thead><tbody>${rows.join("")}</tbody></table>`
    : "";
  const body = requestBody ? `<p>Body</p>${json(requestBody.content)}` : "";
  const done = Object.entries(responses).find(([status]) => status.startsWith("2"))?.[1].content;
  const answer = done ? `<p>Answer</p>${json(done)}` : "";
  const statuses = Object.keys(responses).join(", ");
  return `<details><summary><b>${method.toUpperCase()}</b> <code>${html(path)}</code> ${html(summary)}</summary>
${table}${body}${answer}<p>Statuses ${statuses}</p></details>`;
}

const json = (value: unknown) => `<pre tabindex="0">${html(JSON.stringify(value, null, 2))}</pre>`;
