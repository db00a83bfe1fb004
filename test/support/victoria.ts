import { join } from "node:path";
import { type Place, type Server, startServer } from "./server.ts";

/** A VictoriaMetrics, which takes InfluxDB's line protocol at `/api/v2/write`. */
export function startVictoria(options: Place = {}): Promise<Server> {
  return startServer({
    program: "victoria-metrics",
    package: "victoria-metrics",
    place: options,
    args: (port, dir) => [
      `-httpListenAddr=127.0.0.1:${port}`,
      `-storageDataPath=${join(dir, "storage")}`,
      // Fixed times of tests lie years back, and a fresh point must be seen at once.
      "-retentionPeriod=100y",
      "-search.latencyOffset=0s",
      "-memory.allowedPercent=10",
    ],
    url: (port) => `http://127.0.0.1:${port}`,
    async ready(port) {
      const answer = await fetch(`http://127.0.0.1:${port}/health`);
      if (!answer.ok) throw new Error(`${answer.status}`);
    },
  });
}
