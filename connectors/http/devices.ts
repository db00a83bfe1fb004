import { createHash } from "node:crypto";
import express, { type Request, type Response, type Router } from "express";
import { askedFor, attributeNames, commandNumber } from "../../engine/model/device-api.ts";
import { MillraceError } from "../../engine/model/errors.ts";
import type { Host, Session, Upload } from "../../engine/model/host.ts";
import { payloadOf, readBytes } from "./body.ts";
import { poll } from "./poll.ts";
import { answerProblems } from "./problem.ts";

type Handler = (request: Request, response: Response, session: Session) => unknown;

/** The device API over HTTP, to be mounted at `/api/v1`. Every error is a problem document (RFC 9457). */
export function httpDevices(host: Host): Router {
  const paths: Record<string, { GET?: Handler; POST?: Handler }> = {
    "/:token/telemetry": { POST: upload("telemetry") },
    "/:token/attributes": { POST: upload("attributes"), GET: readAttributes },
    "/:token/attributes/updates": { GET: nextChange },
    "/:token/rpc": { GET: nextCommand },
    "/:token/rpc/:command": { POST: answer },
  };

  const router = express.Router({ caseSensitive: true });
  for (const [path, methods] of Object.entries(paths))
    router.all(path, async (request, response) => {
      const session = await known(String(request.params.token));
      const handler = methods[request.method as "GET" | "POST"];
      if (handler) return handler(request, response, session);
      const allowed = Object.keys(methods).join(", ");
      response.setHeader("Allow", allowed);
      throw new MillraceError("method_not_allowed", `Here devices use ${allowed}, not ${request.method}.`);
    });
  router.all("/:token{/*rest}", async (request) => {
    await known(String(request.params.token));
    const following = Object.keys(paths).map((path) => path.slice("/:token".length));
    throw new MillraceError(
      "not_found",
      `Nothing is at this path. After the token may follow ${following.join(", ")}.`,
    );
  });
  router.use(answerProblems(host));
  return router;

  async function known(token: string): Promise<Session> {
    const session = await host.authenticate(token).catch((cause) => {
      throw new MillraceError("unavailable", "The registry does not answer: send it again.", undefined, {
        cause,
      });
    });
    if (session) return session;
    throw new MillraceError(
      "unauthorized",
      "No device has this access token: look it up in the device list.",
    );
  }

  function upload(type: Upload["type"]): Handler {
    return async (request, response, session) => {
      await body(request, response);
      const content = payloadOf(request);
      host.count("http", "received");
      await host.accept(session, { type, ...content, id: idempotencyKey(request) });
      if (content.problem) throw new MillraceError("bad_request", content.problem.message);
      response.status(202).json({});
    };
  }

  async function readAttributes({ query }: Request, response: Response, session: Session) {
    const names = attributeNames(query.clientKeys, query.sharedKeys);
    response.json(askedFor(names, await host.attributes(session, names)));
  }

  function nextChange(request: Request, response: Response, session: Session) {
    poll(request, response, (send) => host.watch(session, { attributes: (changed) => void send(changed) }));
  }

  function nextCommand(request: Request, response: Response, session: Session) {
    poll(request, response, (send) =>
      host.watch(session, {
        command({ id, method, params }) {
          // Those that come after the first one stay queued: they are not reported as sent.
          if (send({ id, method, params })) host.commandSent(session, id, "sent");
        },
      }),
    );
  }

  async function answer(request: Request, response: Response, session: Session) {
    const command = commandNumber(String(request.params.command));
    if (command === undefined)
      throw new MillraceError("not_found", "After /rpc/ stands the number of the command that is answered.");
    await body(request, response);
    const { payload, problem } = payloadOf(request);
    if (problem) throw new MillraceError("bad_request", problem.message);
    await host.answer(session, command, payload);
    response.json({});
  }
}

function body(request: Request, response: Response) {
  return new Promise<void>((resolve, reject) => {
    readBytes(request, response, (error?: unknown) => (error ? reject(error) : resolve()));
  });
}

/** Always looked for among recent ids: a client that repeats a request says so by its key alone. */
function idempotencyKey(request: Request): string | undefined {
  const key = request.get("Idempotency-Key");
  return key === undefined ? undefined : createHash("sha256").update(key).digest("base64url").slice(0, 8);
}
