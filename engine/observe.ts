import type { Metrics } from "./api/metrics.ts";
import type { Host } from "./model/host.ts";
import type { ArchiveCounts } from "./open-archive.ts";
import type { Live } from "./pipeline/live.ts";
import type { Observer } from "./pipeline/parts.ts";

/** Brings what the pipeline tells of its work into the metrics and the live feed. */
export function observerOf(metrics: Metrics, live: Live): Observer {
  return {
    evaluated(tally) {
      live.add(tally);
      metrics.evaluated.inc(tally.messages);
      metrics.points.inc(tally.points);
      for (const [type, count] of Object.entries(tally.effects)) metrics.effects.inc({ type }, count);
      for (const [reason, count] of Object.entries(tally.reasons)) metrics.deadLetters.inc({ reason }, count);
      for (const [result, count] of Object.entries(tally.replays))
        if (count > 0) metrics.replays.inc({ result }, count);
      for (const [flow, { nodes }] of Object.entries(tally.flows))
        for (const { errors } of Object.values(nodes))
          if (errors > 0) metrics.nodeErrors.inc({ flow }, errors);
    },
    committed: (result, count) => metrics.commits.inc({ result }, count),
    stage: (stage, seconds) => metrics.stageSeconds.observe({ stage }, seconds),
    delivered(part, batches) {
      if (part === "points") metrics.pointBatchesWritten.inc(batches);
    },
    archived(kept, lost) {
      if (kept > 0) metrics.archived.inc({ result: "kept" }, kept);
      if (lost > 0) metrics.archived.inc({ result: "lost" }, lost);
    },
    backlog(part, batches) {
      if (part === "points") metrics.pointBatchesWaiting.set(batches);
    },
  };
}

/** Brings what the archive tells of itself into the metrics. */
export function archiveCounts(metrics: Metrics): ArchiveCounts {
  return {
    size: (bytes) => metrics.archiveBytes.set(bytes),
    uploaded: (result) => metrics.archiveUploads.inc({ result }),
    waiting: (files) => metrics.archiveUploadsWaiting.set(files),
  };
}

/** Counts what connectors report. */
export function counterOf(metrics: Metrics): Host["count"] {
  return (protocol, event) => {
    switch (event) {
      case "connected":
        return metrics.connections.inc({ protocol });
      case "disconnected":
        return metrics.connections.dec({ protocol });
      case "refused":
        return metrics.refused.inc({ protocol });
      case "received":
        return metrics.received.inc(protocol);
      case "throttled":
        return metrics.throttled.inc({ protocol });
      default:
        return event satisfies never;
    }
  };
}
