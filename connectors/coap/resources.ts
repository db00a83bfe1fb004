import { askedFor, attributeNames, commandNumber } from "../../engine/model/device-api.ts";
import { MillraceError } from "../../engine/model/errors.ts";
import { type Host, maxPayloadBytes, type Session, type Upload } from "../../engine/model/host.ts";
import { Assemblies, sliced } from "./blocks.ts";
import type { Endpoint, Reply, Request } from "./endpoint.ts";
import { answerFailure, Refusal } from "./failure.ts";
import { Observers } from "./observers.ts";
import {
  blockOf,
  blockOption,
  codes,
  criticalUnknown,
  formats,
  numbers,
  textsOf,
  uintOf,
  uintOption,
} from "./options.ts";
import { uploadOf } from "./uploads.ts";

/** For this long after a start a request may repeat one that an earlier process took: EXCHANGE_LIFETIME, RFC 7252. */
const exchangeLifetimeMs = 247_000;
const links = [
  "</.well-known/core>;ct=40",
  '</api/v1>;rt="millrace.devices";ct="50 60";title="{token}/telemetry {token}/attributes {token}/rpc"',
].join(",");

type Method = (request: Request, session: Session) => Reply | Promise<Reply>;

/** The device API as CoAP resources. */
export class Resources {
  readonly #host: Host;
  readonly #observers: Observers;
  readonly #assemblies = new Assemblies(maxPayloadBytes);
  readonly #startedAt = Date.now();
  readonly #resources: Record<string, { get?: Method; post?: Method }> = {
    telemetry: { post: (request, session) => this.#upload("telemetry", request, session) },
    attributes: {
      get: (request, session) => this.#attributes(request, session),
      post: (request, session) => this.#upload("attributes", request, session),
    },
    rpc: { get: (request, session) => this.#commands(request, session) },
    "rpc/{id}": { post: (request, session) => this.#answer(request, session) },
  };

  constructor(host: Host, endpoint: Endpoint) {
    this.#host = host;
    this.#observers = new Observers(host, endpoint);
  }

  /** Never rejects. Undefined: the request is to be ignored. */
  async serve(request: Request): Promise<Reply | undefined> {
    const { options, type } = request;
    const unknown = criticalUnknown(options);
    // RFC 7252, section 5.4.1: only a confirmable one is answered.
    if (unknown !== undefined && type !== "confirmable") return undefined;
    let reply: Reply;
    try {
      if (unknown !== undefined) throw new Refusal(codes.badOption, `Option ${unknown} is not known here.`);
      reply = sliced(request, await this.#find(request));
    } catch (error) {
      reply = answerFailure(this.#host, error);
    }
    const block1 = blockOf(options, numbers.block1);
    if (!block1 || block1 === "invalid" || reply.options?.some(({ number }) => number === numbers.block1))
      return reply;
    return {
      ...reply,
      options: [...(reply.options ?? []), blockOption(numbers.block1, { ...block1, more: false })],
    };
  }

  close(): void {
    this.#observers.close();
    this.#assemblies.close();
  }

  async #find(request: Request): Promise<Reply> {
    const { code, options } = request;
    if (options.some(({ number }) => number === numbers.proxyUri || number === numbers.proxyScheme))
      throw new Refusal(codes.noProxy, "This is no proxy.");
    const [api, version, token, name = "", ...rest] = textsOf(options, numbers.uriPath);
    if (api === ".well-known" && version === "core" && token === undefined) {
      if (code !== codes.get) throw new Refusal(codes.methodNotAllowed, "Only GET is served here.");
      return {
        code: codes.content,
        options: [uintOption(numbers.contentFormat, formats.links)],
        payload: links,
      };
    }
    if (api !== "api" || version !== "v1" || token === undefined)
      throw new Refusal(
        codes.notFound,
        "Devices use /api/v1/{token}/telemetry and others: see /.well-known/core.",
      );

    const session = await this.#known(token);
    const path = name === "rpc" && rest.length === 1 ? "rpc/{id}" : [name, ...rest].join("/");
    const resource = Object.hasOwn(this.#resources, path) ? this.#resources[path] : undefined;
    if (!resource)
      throw new Refusal(
        codes.notFound,
        `After the token may follow ${Object.keys(this.#resources).join(", ")}.`,
      );
    const method = code === codes.get ? resource.get : code === codes.post ? resource.post : undefined;
    if (method) return method(request, session);
    throw new Refusal(codes.methodNotAllowed, `Here devices use ${Object.keys(resource).join(" and ")}.`);
  }

  async #known(token: string): Promise<Session> {
    const session = await this.#host.authenticate(token).catch((cause) => {
      throw new MillraceError("unavailable", "The registry does not answer: send it again.", undefined, {
        cause,
      });
    });
    if (session) return session;
    throw new Refusal(codes.unauthorized, "No device has this access token.");
  }

  async #upload(type: Upload["type"], request: Request, session: Session): Promise<Reply> {
    const taken = this.#assemblies.take(request, session.device);
    if ("reply" in taken) return taken.reply;
    // Repetitions are found among the exchanges of this process. Message ids come again after 247 s, so that later on an
    // id that was seen before names another message.
    const mayRepeat = Date.now() - this.#startedAt < exchangeLifetimeMs;
    const upload = uploadOf(type, request, taken.body, mayRepeat);
    if (!upload)
      throw new Refusal(codes.unsupportedFormat, "Send it as JSON (Content-Format 50) or CBOR (60).");
    this.#host.count("coap", "received");
    await this.#host.accept(session, upload);
    if (upload.problem) throw new Refusal(codes.badRequest, upload.problem.message);
    return { code: codes.changed };
  }

  async #attributes(request: Request, session: Session): Promise<Reply> {
    mustAcceptJson(request);
    const query = new URLSearchParams(textsOf(request.options, numbers.uriQuery).join("&"));
    const names = attributeNames(query.get("clientKeys"), query.get("sharedKeys"));
    const found = askedFor(names, await this.#host.attributes(session, names));
    const shared = names.shared && new Set(names.shared);
    return this.#observable(request, session, JSON.stringify(found), (notify) => ({
      attributes(changed) {
        const wanted = Object.entries(changed).filter(([key]) => !shared || shared.has(key));
        if (wanted.length > 0) notify({ content: Object.fromEntries(wanted) });
      },
    }));
  }

  #commands(request: Request, session: Session): Reply {
    mustAcceptJson(request);
    return this.#observable(request, session, undefined, (notify) => ({
      command: ({ id, method, params }) =>
        notify({
          content: { id, method, params },
          sent: () => this.#host.commandSent(session, id, "sent"),
          acknowledged: () => this.#host.commandSent(session, id, "delivered"),
        }),
    }));
  }

  /** Answers a GET with `body`, and begins or ends an observation where it asks for that. */
  #observable(
    request: Request,
    session: Session,
    body: string | undefined,
    watch: Parameters<Observers["add"]>[2],
  ): Reply {
    const observe = uintOf(request.options, numbers.observe);
    const block = blockOf(request.options, numbers.block2);
    if (observe === 1) this.#observers.remove(request);
    // The later blocks of a notification are fetched by GETs without the Observe option (RFC 7959, section 2.6).
    const isLaterBlock = typeof block === "object" && block.num > 0;
    const payload = (isLaterBlock ? this.#observers.lastBody(request) : undefined) ?? body;
    const format = uintOption(numbers.contentFormat, formats.json);
    if (observe !== 0 || isLaterBlock) {
      if (payload === undefined && observe !== 1)
        throw new Refusal(
          codes.methodNotAllowed,
          "Commands come to those who observe this: GET with Observe 0.",
        );
      return { code: codes.content, options: payload ? [format] : [], payload };
    }
    return {
      code: codes.content,
      options: [uintOption(numbers.observe, this.#observers.nextSequence()), ...(payload ? [format] : [])],
      payload,
      sent: () => this.#observers.add(request, session, watch),
    };
  }

  async #answer(request: Request, session: Session): Promise<Reply> {
    const command = commandNumber(textsOf(request.options, numbers.uriPath)[4] ?? "");
    if (command === undefined)
      throw new Refusal(codes.notFound, "After rpc/ stands the number of a command.");
    const taken = this.#assemblies.take(request, session.device);
    if ("reply" in taken) return taken.reply;
    const upload = uploadOf("telemetry", request, taken.body, false);
    if (!upload)
      throw new Refusal(codes.unsupportedFormat, "Answer in JSON (Content-Format 50) or CBOR (60).");
    if (upload.problem) throw new Refusal(codes.badRequest, upload.problem.message);
    await this.#host.answer(session, command, upload.payload);
    return { code: codes.changed };
  }
}

function mustAcceptJson({ options }: Request) {
  const accept = uintOf(options, numbers.accept) ?? formats.json;
  if (accept !== formats.json) throw new Refusal(codes.notAcceptable, "This is answered in JSON (50) only.");
}
