import { parameters } from "coap";
import { askedFor, attributeNames, commandNumber } from "../../engine/model/device-api.ts";
import { MillraceError } from "../../engine/model/errors.ts";
import { type Host, maxPayloadBytes, type Session, type Upload } from "../../engine/model/host.ts";
import { Assemblies, blockOf, sliced, withBlock1 } from "./blocks.ts";
import type { Endpoint, Reply } from "./endpoint.ts";
import { answerFailure, Refusal } from "./failure.ts";
import { Observers } from "./observers.ts";
import type { Request } from "./request.ts";
import { uploadOf } from "./uploads.ts";

const links = [
  "</.well-known/core>;ct=40",
  '</api/v1>;rt="millrace.devices";ct="50 60";title="{token}/telemetry {token}/attributes {token}/rpc"',
].join(",");

const json = "application/json";

type Method = (request: Request, session: Session) => Promise<Reply>;

/** The device API as CoAP resources. */
export class Resources {
  readonly #host: Host;
  readonly #observers: Observers;
  readonly #assemblies = new Assemblies(maxPayloadBytes);
  readonly #startedAt = Date.now();
  readonly #resources: Record<string, { GET?: Method; POST?: Method }> = {
    telemetry: { POST: (request, session) => this.#upload("telemetry", request, session) },
    attributes: {
      GET: (request, session) => this.#attributes(request, session),
      POST: (request, session) => this.#upload("attributes", request, session),
    },
    rpc: { GET: (request, session) => this.#commands(request, session) },
    "rpc/{id}": { POST: (request, session) => this.#answer(request, session) },
  };

  constructor(host: Host, endpoint: Endpoint) {
    this.#host = host;
    this.#observers = new Observers(host, endpoint);
  }

  /** Never rejects. Undefined: the request is to be ignored. */
  async serve(request: Request): Promise<Reply | undefined> {
    // RFC 7252, section 5.4.1: only a confirmable one is answered.
    if (request.criticalUnknown !== undefined && !request.packet.confirmable) return undefined;
    const reply = await this.#find(request)
      .then((found) => sliced(request, found))
      .catch((thrown) => answerFailure(this.#host, thrown));
    return withBlock1(request, reply);
  }

  close(): void {
    this.#observers.close();
  }

  async #find(request: Request): Promise<Reply> {
    const { criticalUnknown, method } = request;
    if (criticalUnknown !== undefined)
      throw new Refusal("4.02", `Option ${criticalUnknown} is not known here.`);
    if (request.has("Proxy-Uri") || request.has("Proxy-Scheme"))
      throw new Refusal("5.05", "This is no proxy.");
    if (request.path === "/.well-known/core") {
      if (method !== "GET") throw new Refusal("4.05", "Only GET is served here.");
      return { code: "2.05", options: { "Content-Format": "application/link-format" }, payload: links };
    }
    const [, api, version, token, name = "", ...rest] = request.path.split("/");
    if (api !== "api" || version !== "v1" || token === undefined)
      throw new Refusal("4.04", "Devices use /api/v1/{token}/telemetry and others: see /.well-known/core.");

    const session = await this.#known(token);
    const path = name === "rpc" && rest.length === 1 ? "rpc/{id}" : [name, ...rest].join("/");
    const resource = Object.hasOwn(this.#resources, path) ? this.#resources[path] : undefined;
    if (!resource)
      throw new Refusal("4.04", `After the token may follow ${Object.keys(this.#resources).join(", ")}.`);
    const serve = method === "GET" || method === "POST" ? resource[method] : undefined;
    if (serve) return serve(request, session);
    throw new Refusal("4.05", `Here devices use ${Object.keys(resource).join(" and ")}.`);
  }

  async #known(token: string): Promise<Session> {
    const session = await this.#host.authenticate(token).catch((cause) => {
      throw new MillraceError("unavailable", "The registry does not answer: send it again.", undefined, {
        cause,
      });
    });
    if (session) return session;
    throw new Refusal("4.01", "No device has this access token.");
  }

  async #upload(type: Upload["type"], request: Request, session: Session): Promise<Reply> {
    const body = this.#assemblies.take(request, session.device);
    if (!body) return { code: "2.31" };
    // Repetitions are found among the exchanges of this process. Message ids come again after 247 s, so that later on an
    // id that was seen before names another message.
    const mayRepeat = Date.now() - this.#startedAt < parameters.exchangeLifetime * 1000;
    const upload = uploadOf(type, request, body, mayRepeat);
    this.#host.count("coap", "received");
    await this.#host.accept(session, upload);
    if (upload.problem) throw new Refusal("4.00", upload.problem.message);
    return { code: "2.04" };
  }

  async #answer(request: Request, session: Session): Promise<Reply> {
    const command = commandNumber(request.path.split("/")[5] ?? "");
    if (command === undefined) throw new Refusal("4.04", "After rpc/ stands the number of a command.");
    const body = this.#assemblies.take(request, session.device);
    if (!body) return { code: "2.31" };
    const { payload, problem } = uploadOf("telemetry", request, body, false);
    if (problem) throw new Refusal("4.00", problem.message);
    await this.#host.answer(session, command, payload);
    return { code: "2.04" };
  }

  async #attributes(request: Request, session: Session): Promise<Reply> {
    const { query } = request;
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

  async #commands(request: Request, session: Session): Promise<Reply> {
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
    const { Observe, Accept = json } = request.headers;
    if (Accept !== json) throw new Refusal("4.06", "This is answered in JSON (50) only.");
    if (Observe === 1) this.#observers.remove(request, session);
    // The later blocks of a notification are fetched by GETs without the Observe option (RFC 7959, section 2.6).
    const isLaterBlock = (blockOf(request, "Block2")?.num ?? 0) > 0;
    const payload = (isLaterBlock ? this.#observers.lastBody(request, session) : undefined) ?? body;
    const reply: Reply = { code: "2.05", ...(payload && { options: { "Content-Format": json }, payload }) };
    if (Observe === 0 && !isLaterBlock)
      return {
        ...reply,
        options: { ...reply.options, Observe: this.#observers.nextSequence() },
        sent: () => this.#observers.add(request, session, watch),
      };
    if (!payload && Observe !== 1)
      throw new Refusal("4.05", "Commands come to those who observe this: GET with Observe 0.");
    return reply;
  }
}
