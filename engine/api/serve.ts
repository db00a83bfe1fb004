import { type Request, type RequestHandler, type Response, Router } from "express";
import type * as z from "zod";
import { MillraceError } from "../model/errors.ts";
import { bodyText, incoming, parseJson, readBytes, requireContentType, requireStorable } from "./body.ts";
import type { ApiParts } from "./parts.ts";
import type { Answer, Route } from "./route.ts";

/** Serves the routes. A path that is there but not by this method answers 405 with what is allowed. */
export function serveRoutes(routes: readonly Route[], parts: ApiParts): Router {
  const router = Router({ caseSensitive: true });
  for (const path of new Set(routes.map((route) => route.path))) {
    const siblings = routes.filter((route) => route.path === path);
    const at = router.route(path.replaceAll(/\{(\w+)\}/g, ":$1"));
    for (const route of siblings) at[route.method](...handlersOf(route, parts));
    at.all(refuseMethod(siblings));
  }
  return router;
}

function handlersOf(route: Route, parts: ApiParts): RequestHandler[] {
  const typed: RequestHandler = (request, _, next) => {
    requireContentType(request, route);
    next();
  };
  const handle: RequestHandler = async (request, response) => {
    const answer = await route.handler(
      {
        params: parse(route.params, request.params, "path"),
        query: parse(route.query, request.query, "query"),
        body: route.body && parse(route.body, readBody(request, route), "body"),
        header: (name) => request.get(name),
        incoming: () => incoming(request, route),
      },
      parts,
    );
    await send(answer, route, request, response);
  };
  if (route.method === "get") return [handle];
  return route.body ? [typed, readBytes(route), handle] : [typed, handle];
}

function readBody(request: Request, route: Route): unknown {
  const text = bodyText(request);
  return route.consumes ? text : parseJson(text);
}

function parse(schema: z.ZodType | undefined, given: unknown, part: "path" | "query" | "body"): unknown {
  if (!schema) return undefined;
  if (part !== "body") requireStorable(given, `The ${part}`);
  const result = schema.safeParse(given);
  if (result.success) return result.data;
  const problems = result.error.issues.map((issue) => ({
    code: issue.code,
    message: issue.message,
    path: issue.path.join("."),
  }));
  const told = problems.slice(0, 3).map(({ path, message }) => (path ? `${path}: ${message}` : message));
  if (problems.length > told.length) told.push(`and ${problems.length - told.length} more`);
  throw new MillraceError(
    part === "body" ? "invalid_body" : "bad_request",
    `The ${part} does not fit. ${told.join("; ")}.`,
    { problems: problems.slice(0, 100) },
  );
}

async function send(answer: Answer, route: Route, request: Request, response: Response) {
  if (answer.stream) return answer.stream(request, response);
  response.status(answer.status ?? 200);
  for (const [name, value] of Object.entries(answer.headers ?? {})) response.setHeader(name, value);
  if (answer.text !== undefined) return response.type(route.produces ?? "text/plain").send(answer.text);
  if (answer.body !== undefined) return response.json(answer.body);
  response.end();
}

function refuseMethod(siblings: readonly Route[]): RequestHandler {
  const named = siblings.map(({ method }) => method.toUpperCase());
  const allow = [...named, ...(named.includes("GET") ? ["HEAD"] : []), "OPTIONS"].join(", ");
  return (request, response) => {
    response.setHeader("Allow", allow);
    if (request.method === "OPTIONS") return void response.status(204).end();
    throw new MillraceError("method_not_allowed", `${request.method} is not done here; allowed: ${allow}.`);
  };
}
