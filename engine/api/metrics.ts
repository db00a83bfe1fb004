import { Counter, collectDefaultMetrics, Gauge, Histogram, type LabelValues, Registry } from "prom-client";

/**
 * Counters and gauges of one process, under names that stay. Labels come from small fixed sets: a device id as a
 * label would make one series a device. `text()` is what /metrics shows.
 */
export function createMetrics({ version }: { version: string }) {
  const registry = new Registry();
  collectDefaultMetrics({ register: registry });
  const registers = [registry];
  const counter = <Label extends string = never>(name: string, help: string, ...labelNames: Label[]) =>
    new Counter<Label>({ name, help, labelNames, registers });
  const gauge = <Label extends string = never>(name: string, help: string, ...labelNames: Label[]) =>
    new Gauge<Label>({ name, help, labelNames, registers });

  /** For what happens thousands of times a second: the label is looked up when the metrics are read. */
  const frequent = <Label extends string>(name: string, help: string, label: Label) => {
    const counts: Record<string, number> = {};
    new Counter<Label>({
      name,
      help,
      labelNames: [label],
      registers,
      collect() {
        for (const value in counts) {
          this.inc({ [label]: value } as LabelValues<Label>, counts[value]);
          counts[value] = 0;
        }
      },
    });
    return {
      inc(value: string) {
        counts[value] = (counts[value] ?? 0) + 1;
      },
    };
  };

  gauge("millrace_build_info", "Always 1; the version is its label", "version").set({ version }, 1);

  return {
    received: frequent("millrace_messages_received_total", "Messages taken from devices", "protocol"),
    connections: gauge("millrace_connections", "Open connections of devices", "protocol"),
    refused: counter("millrace_connections_refused_total", "Connections refused", "protocol"),
    throttled: counter(
      "millrace_throttled_total",
      "Messages that had to wait or were refused, by overload",
      "protocol",
    ),
    evaluated: counter("millrace_messages_evaluated_total", "Messages run through the flows"),
    nodeErrors: counter("millrace_node_errors_total", "Visits of a node that failed", "flow"),
    deadLetters: counter("millrace_dead_letters_total", "Messages that became dead letters", "reason"),
    replays: counter(
      "millrace_dead_letters_replayed_total",
      "Replays of dead letters: passed, or failed and a dead letter again",
      "result",
    ),
    effects: counter("millrace_effects_total", "Effects delivered", "type"),
    commands: counter("millrace_commands_total", "Commands that came into a state", "state"),
    happened: counter(
      "millrace_device_events_total",
      "What happened to devices, told to their lanes: connections, alarms, ends of commands; result: to the node that sent it",
      "type",
    ),
    points: counter("millrace_points_total", "Points that flows asked to save"),
    pointBatchesWritten: counter(
      "millrace_point_batches_written_total",
      "Batches of points, one a commit, that the series store took",
    ),
    pointBatchesWaiting: gauge(
      "millrace_point_batches_waiting",
      "Batches of points that wait for the series store",
    ),
    archived: counter("millrace_archive_messages_total", "Messages for the archive: kept or lost", "result"),
    archiveBytes: gauge("millrace_archive_bytes", "Size of the archive, with what waits to be converted"),
    archiveUploads: counter(
      "millrace_archive_uploads_total",
      "Parquet files for the archive's bucket: uploaded, or failed and tried again",
      "result",
    ),
    archiveUploadsWaiting: gauge(
      "millrace_archive_uploads_waiting",
      "Parquet files that wait for the archive's bucket",
    ),
    commits: counter("millrace_commits_total", "Commits of a lane: committed, conflict or failed", "result"),
    lanesOwned: gauge("millrace_lanes_owned", "Lanes this process works"),
    queueDepth: gauge("millrace_queue_depth", "Batches that wait in the queues of this process's lanes"),
    stageSeconds: new Histogram({
      name: "millrace_stage_seconds",
      help: "Time of one batch in a stage",
      labelNames: ["stage"] as const,
      buckets: [0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 10],
      registers,
    }),
    text: () => registry.metrics(),
  };
}

export type Metrics = ReturnType<typeof createMetrics>;
