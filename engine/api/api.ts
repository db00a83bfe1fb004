import express, { type RequestHandler } from "express";
import { MillraceError } from "../model/errors.ts";
import { alarmRoutes } from "./alarms.ts";
import { commandRoutes } from "./commands.ts";
import { deadLetterRoutes } from "./dead-letters.ts";
import { deviceRoutes } from "./devices.ts";
import { flowRoutes } from "./flows.ts";
import { importRoutes } from "./import-devices.ts";
import { openLive } from "./live.ts";
import { nodeKindRoutes } from "./node-kinds.ts";
import { describeRoutes } from "./openapi.ts";
import { servePages } from "./pages.ts";
import type { ApiParts } from "./parts.ts";
import { answerProblems } from "./problem-document.ts";
import { profileRoutes } from "./profiles.ts";
import type { Route } from "./route.ts";
import { guard } from "./security.ts";
import { seriesRoutes } from "./series.ts";
import { serveRoutes } from "./serve.ts";
import { systemRoutes } from "./system.ts";
import { tryRoutes } from "./try.ts";
import { versionRoutes } from "./versions.ts";

/** Every operation but those about the server itself. A literal path stands before one with a parameter. */
const resourceRoutes: readonly Route[] = [
  ...importRoutes,
  ...deviceRoutes,
  ...profileRoutes,
  ...nodeKindRoutes,
  ...flowRoutes,
  ...versionRoutes,
  ...tryRoutes,
  ...alarmRoutes,
  ...commandRoutes,
  ...seriesRoutes,
  ...deadLetterRoutes,
];

/**
 * The HTTP API and the page, as one express application:
 *
 *   guard -> route by path and method -> content type -> body -> schemas -> handler -> JSON
 *                                                                     any throw -> problem document
 */
export function createApi(parts: ApiParts): express.Express {
  const system = systemRoutes({ document: () => document, live: openLive(parts.live) });
  const routes = [...resourceRoutes, ...system];
  const document = describeRoutes(routes);

  const app = express();
  app.disable("x-powered-by");
  app.disable("etag");
  app.use(guard(parts));
  app.use(["/api", "/healthz", "/readyz", "/metrics"], (_, response, next) => {
    response.setHeader("Cache-Control", "no-store");
    next();
  });
  app.use(serveRoutes(routes, parts));
  app.use(servePages(parts.editorDir));
  app.use(nothingHere);
  app.use(answerProblems(parts));
  return app;
}

const nothingHere: RequestHandler = (request) => {
  throw new MillraceError(
    "not_found",
    `Nothing is at ${request.path.slice(0, 200)}; /api/docs lists what there is.`,
  );
};
