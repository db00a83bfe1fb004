import express, { type RequestHandler } from "express";
import { MillraceError } from "../model/errors.ts";
import { presenceRoutes } from "./flow-presence.ts";
import { openLive } from "./live.ts";
import { describeRoutes } from "./openapi.ts";
import { servePages } from "./pages.ts";
import type { ApiParts } from "./parts.ts";
import { answerProblems } from "./problem-document.ts";
import type { Route } from "./route.ts";
import { resourceRoutes } from "./routes.ts";
import { guard } from "./security.ts";
import { serveRoutes } from "./serve.ts";
import { healthRoutes, systemRoutes } from "./system.ts";

/**
 * The HTTP API and the page, as one express application:
 *
 *   guard -> route by path and method -> content type -> body -> schemas -> handler -> JSON
 *                                                                     any throw -> problem document
 */
export function createApi(parts: ApiParts): express.Express {
  const system = systemRoutes({ document: () => document, live: openLive(parts.live) });
  const routes = [...resourceRoutes, ...presenceRoutes, ...system, ...healthRoutes];
  const document = describeRoutes(routes);
  return serving(parts, routes, servePages(parts.editorDir));
}

/** `/healthz`, `/readyz` and `/metrics` alone: for a process that does not serve the API. */
export function createHealth(parts: ApiParts): express.Express {
  return serving(parts, healthRoutes);
}

function serving(parts: ApiParts, routes: readonly Route[], ...pages: RequestHandler[]): express.Express {
  const app = express();
  app.disable("x-powered-by");
  app.disable("etag");
  app.use(guard(parts));
  app.use(["/api", "/healthz", "/readyz", "/metrics"], (_, response, next) => {
    response.setHeader("Cache-Control", "no-store");
    next();
  });
  app.use(serveRoutes(routes, parts));
  app.use(...pages, nothingHere);
  app.use(answerProblems(parts));
  return app;
}

const nothingHere: RequestHandler = (request) => {
  throw new MillraceError(
    "not_found",
    `Nothing is at ${request.path.slice(0, 200)}; /api/docs lists what there is.`,
  );
};
