import { parentPort, workerData } from "node:worker_threads";
import { openPostgres } from "../sql.ts";
import { openRegistry } from "./open.ts";
import { answerCall, type Call } from "./remote.ts";

// The registry on PostgreSQL, in a thread of its own.
const port = parentPort!;
const pool = openPostgres(workerData.url);
const opening = openRegistry(pool);
opening.catch(() => {});

port.on("message", async (call: Call) => {
  port.postMessage(await answerCall(opening, call));
  if (call.method === "close") await pool.end().then(() => port.close());
});
