import { expect, test } from "vitest";
import { createMetrics } from "../../engine/api/metrics.ts";
import { openApi } from "./open-api.ts";

test("readiness is 503 while a part is missing, and names it", async () => {
  const parts = { registry: "ok", series: "InfluxDB does not answer" };
  const api = await openApi({ ready: async () => ({ ready: false, parts }) });
  expect(await api.ask("GET", "/readyz")).toMatchObject({ status: 503, body: { ready: false, parts } });
  expect(await api.ask("GET", "/healthz")).toMatchObject({ status: 200, body: { status: "ok" } });
  await api.close();
});

test("readiness is 200 when all is there, and is never kept by a cache", async () => {
  const api = await openApi();
  const { status, headers } = await api.ask("GET", "/readyz");
  expect([status, headers["cache-control"]]).toEqual([200, "no-store"]);
  await api.close();
});

test("the version is told, and where devices connect, null where they cannot", async () => {
  const api = await openApi();
  const { body } = await api.ask("GET", "/api/info");
  expect(body).toEqual({ version: "1.2.3", mqtt: "mqtt://127.0.0.1:1883", coap: null });
  await api.close();
});

test("metrics show every counter under its fixed name and labels", async () => {
  const metrics = createMetrics({ version: "1.2.3" });
  for (let i = 0; i < 3; i++) metrics.received.inc("mqtt");
  metrics.connections.set({ protocol: "mqtt" }, 2);
  metrics.refused.inc({ protocol: "coap" });
  metrics.throttled.inc({ protocol: "http" });
  metrics.evaluated.inc(5);
  metrics.nodeErrors.inc({ flow: "congestion" });
  metrics.deadLetters.inc({ reason: "invalid_json" });
  metrics.effects.inc({ type: "raise" });
  metrics.pointBatchesWritten.inc(7);
  metrics.pointBatchesWaiting.set(4);
  metrics.commits.inc({ result: "conflict" });
  metrics.lanesOwned.set(16);
  metrics.queueDepth.set(1);
  metrics.stageSeconds.observe({ stage: "evaluate" }, 0.002);

  // To read them changes nothing.
  await metrics.text();
  const api = await openApi({ metrics: metrics.text });
  const { headers, body } = await api.ask("GET", "/metrics");
  await api.close();
  expect(headers["content-type"]).toBe("text/plain; version=0.0.4; charset=utf-8");
  const lines = [
    'millrace_messages_received_total{protocol="mqtt"} 3',
    'millrace_connections{protocol="mqtt"} 2',
    'millrace_connections_refused_total{protocol="coap"} 1',
    'millrace_throttled_total{protocol="http"} 1',
    "millrace_messages_evaluated_total 5",
    'millrace_node_errors_total{flow="congestion"} 1',
    'millrace_dead_letters_total{reason="invalid_json"} 1',
    'millrace_effects_total{type="raise"} 1',
    "millrace_point_batches_written_total 7",
    "millrace_point_batches_waiting 4",
    'millrace_commits_total{result="conflict"} 1',
    "millrace_lanes_owned 16",
    "millrace_queue_depth 1",
    'millrace_stage_seconds_bucket{le="0.0025",stage="evaluate"} 1',
    'millrace_build_info{version="1.2.3"} 1',
  ];
  for (const line of lines) expect(body.split("\n")).toContain(line);
  expect(body).toContain("nodejs_eventloop_lag_seconds");
});

test("two sets of metrics stand side by side, as in a test of two nodes", async () => {
  const [one, other] = [createMetrics({ version: "1" }), createMetrics({ version: "2" })];
  one.evaluated.inc();
  expect(await other.text()).toContain("millrace_messages_evaluated_total 0");
});
