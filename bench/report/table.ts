import { columns, shown } from "./columns.ts";
import type { Measured, Result } from "./result.ts";

/** The run as Markdown, one table a measurement. */
export function table({ machine, options, tookSeconds, measurements }: Result): string {
  const { cores, processor, memoryGb, node, commit, changed, date } = machine;
  return [
    `# Benchmark of ${date.slice(0, 10)}, commit ${commit}${changed ? " and changes to it" : ""}`,
    `${cores} cores (${processor}), ${memoryGb} GB, Node ${node.slice(1)}. The servers, the load generator and whatever else runs on the \
machine share these cores. Loads of ${options.seconds} s after ${options.warmupSeconds} s that do not count; the whole run took \
${Math.round(tookSeconds / 6) / 10} minutes.`,
    ...measurements.map(section),
    "",
  ].join("\n\n");
}

/** One measurement as Markdown. */
export function section({ title, tookSeconds, rows, failed }: Measured): string {
  const heading = `## ${title}\n\nTook ${tookSeconds} s.`;
  if (failed) return `${heading} It failed: ${failed}`;
  const used = columns.filter(({ key }) => rows.some(({ figures }) => figures[key] !== undefined));
  const line = (cells: string[]) => `| ${cells.join(" | ")} |`;
  const lines = [
    line(["", ...used.map(({ title }) => title)]),
    line(["---", ...used.map(() => "--:")]),
    ...rows.map(({ name, figures }) => line([name, ...used.map(({ key }) => shown(figures[key]))])),
  ];
  return `${heading}\n\n${lines.join("\n")}`;
}
