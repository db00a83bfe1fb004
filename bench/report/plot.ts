import type { Measured, Result } from "./result.ts";

interface Bar {
  label: string;
  from: number;
  to: number;
  text: string;
  color: "ceiling" | "ours" | "peer";
}

const width = 760;
const labelWidth = 250;
const textWidth = 150;
const rowHeight = 26;

// The picture brings its own ground, so that it can be read wherever it lies.
const style = `
  .ground { fill: #ffffff; stroke: #d0d7de } text { fill: #1f2328; font: 13px system-ui, sans-serif }
  .head { font-weight: 600 } .ceiling { fill: #9aa4ae } .ours { fill: #1f6feb } .peer { fill: #bf8700 }
  @media (prefers-color-scheme: dark) {
    .ground { fill: #0d1117; stroke: #30363d } text { fill: #e6edf3 }
    .ceiling { fill: #6e7681 } .ours { fill: #4493f8 } .peer { fill: #d29922 }
  }`;

/** Throughput and latency of a run as bars, readable on light and dark ground. */
export function plot({ machine, measurements }: Result): string {
  const of = (name: string) => measurements.find((one) => one.name === name);
  const panels = [
    panel("Messages per second through the flow (aedes alone: acknowledged)", throughput(of)),
    panel("Publish to command at the device, p50 to p99, ms", latencies(of)),
  ].filter(({ height }) => height > 0);
  let y = 12;
  const parts = panels.map(({ svg, height }) => {
    const part = `<g transform="translate(0 ${y})">${svg}</g>`;
    y += height + 14;
    return part;
  });
  const { cores, processor, commit, date } = machine;
  const foot = `${cores} cores (${processor}) with the load, ${date.slice(0, 10)}, commit ${commit}`;
  const height = y + 22;
  return `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${width} ${height}" role="img" aria-label="Benchmark">
<style>${style}
</style>
<rect class="ground" x="0.5" y="0.5" width="${width - 1}" height="${height - 1}" rx="8"/>
${parts.join("\n")}
<text x="16" y="${y + 6}">${escaped(foot)}</text>
</svg>
`;
}

type Find = (name: string) => Measured | undefined;

function throughput(of: Find): Bar[] {
  const colors = { ceiling: "ceiling", stores: "ours", "node-red": "peer" } as const;
  return Object.entries(colors).flatMap(([name, color]) =>
    (of(name)?.rows ?? []).map((row) => {
      const { throughPerSecond, acknowledgedPerSecond, ofCeiling } = row.figures;
      const to = throughPerSecond ?? acknowledgedPerSecond ?? 0;
      const ratio = color === "ceiling" || !ofCeiling ? "" : ` (${ofCeiling.toFixed(2)})`;
      return {
        label: named(row.name, color),
        from: 0,
        to,
        text: `${to.toLocaleString("en")}${ratio}`,
        color,
      };
    }),
  );
}

function latencies(of: Find): Bar[] {
  const colors = { latency: "ours", "node-red": "peer" } as const;
  return Object.entries(colors).flatMap(([name, color]) =>
    (of(name)?.rows ?? []).flatMap((row) => {
      const { commandMs, atPerSecond } = row.figures;
      if (!commandMs) return [];
      const [p50, , p99] = commandMs;
      const label = `${named(row.name, color)} (${atPerSecond?.toLocaleString("en")}/s)`;
      return [{ label, from: p50, to: p99, text: `${p50} to ${p99}`, color }];
    }),
  );
}

const named = (name: string, color: Bar["color"]) => (color === "ours" ? `Millrace, ${name}` : name);

function panel(title: string, bars: Bar[]): { svg: string; height: number } {
  if (bars.length === 0) return { svg: "", height: 0 };
  const scale = (width - labelWidth - textWidth) / Math.max(...bars.map(({ to }) => to), 1);
  const rows = bars.map(({ label, from, to, text, color }, index) => {
    const y = 30 + index * rowHeight;
    const start = labelWidth + from * scale;
    const length = Math.max(2, (to - from) * scale);
    return `<text x="${labelWidth - 10}" y="${y + 14}" text-anchor="end">${escaped(label)}</text>
<rect class="${color}" x="${start.toFixed(1)}" y="${y}" width="${length.toFixed(1)}" height="${rowHeight - 8}" rx="2"/>
<text x="${(start + length + 8).toFixed(1)}" y="${y + 14}">${escaped(text)}</text>`;
  });
  const head = `<text class="head" x="16" y="16">${escaped(title)}</text>`;
  return { svg: [head, ...rows].join("\n"), height: 30 + bars.length * rowHeight };
}

const escaped = (text: string) => text.replaceAll("&", "&amp;").replaceAll("<", "&lt;");
