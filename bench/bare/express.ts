import { once } from "node:events";
import type { AddressInfo } from "node:net";
import express from "express";

/** express that reads a JSON body and says yes: what an HTTP server on it could reach at best. Prints its address. */
const app = express();
app.post("/api/v1/:token/telemetry", express.json(), (_request, response) => {
  response.status(202).json({});
});
const server = app.listen(0, "127.0.0.1");
await once(server, "listening");
process.stdout.write(`ready http://127.0.0.1:${(server.address() as AddressInfo).port}\n`);
