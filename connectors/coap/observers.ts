import type { Host, Session, Watcher } from "../../engine/model/host.ts";
import { sliced } from "./blocks.ts";
import type { Endpoint, Reply, Request } from "./endpoint.ts";
import { codes, formats, numbers, uintOption } from "./options.ts";

const maxOfDevice = 8;
const maxWaiting = 1000;

interface Notification {
  content: unknown;
  sent?(): void;
  acknowledged?(): void;
}

interface Observer {
  request: Request;
  waiting: Notification[];
  isSending: boolean;
  /** The body sent last: a peer fetches its later blocks by themselves. */
  body: string;
  end(): void;
}

/**
 * Who observes what (RFC 7641), by peer and token. Each gets one confirmable notification at a time, since a command
 * must not be overtaken, and is forgotten when it resets one or stays silent.
 */
export class Observers {
  readonly #host: Host;
  readonly #endpoint: Endpoint;
  readonly #observers = new Map<string, Observer>();
  readonly #ofDevice = new Map<string, Set<Observer>>();
  #sequence = Math.floor(Date.now() / 1000) & 0xffffff;

  constructor(host: Host, endpoint: Endpoint) {
    this.#host = host;
    this.#endpoint = endpoint;
  }

  /** Rises over all observers, so that one who registers again is not told older numbers (RFC 7641, section 3.4). */
  nextSequence(): number {
    this.#sequence = (this.#sequence + 1) & 0xffffff;
    return this.#sequence;
  }

  /** Begins an observation, once its first answer is on its way. `watch` says what to notify of. */
  add(
    request: Request,
    session: Session,
    watch: (notify: (notification: Notification) => void) => Watcher,
  ): void {
    const key = keyOf(request);
    this.remove(request);
    this.#makeRoom(session.device);
    const ends: (() => void)[] = [];
    const observer: Observer = {
      request,
      waiting: [],
      isSending: false,
      body: "",
      end: () => {
        if (this.#observers.get(key) !== observer) return;
        this.#observers.delete(key);
        this.#leave(session.device, observer);
        for (const end of ends) end();
        this.#host.count("coap", "disconnected");
      },
    };
    this.#observers.set(key, observer);
    this.#ofDevice.set(session.device, (this.#ofDevice.get(session.device) ?? new Set()).add(observer));
    this.#host.count("coap", "connected");
    const watcher = watch((notification) => this.#notify(observer, notification));
    const revoked = () => {
      observer.end();
      const { peer, token } = request;
      const payload = Buffer.from("The access token is no longer valid.");
      void this.#endpoint.confirm(peer, { code: codes.unauthorized, token, options: [], payload });
    };
    ends.push(this.#host.watch(session, { ...watcher, revoked }));
    if (this.#observers.get(key) !== observer) for (const end of ends) end();
  }

  /** Ends the observation of this peer and token, if there is one. */
  remove(request: Request): void {
    this.#observers.get(keyOf(request))?.end();
  }

  /** The body of the last notification that this peer got on the same path. */
  lastBody({ peer, options }: Request): string | undefined {
    const path = pathOf(options);
    for (const { request, body } of this.#observers.values())
      if (request.peer.key === peer.key && body !== "" && pathOf(request.options) === path) return body;
    return undefined;
  }

  close(): void {
    for (const observer of [...this.#observers.values()]) observer.end();
  }

  #makeRoom(device: string) {
    const [oldest, ...others] = this.#ofDevice.get(device) ?? [];
    if (oldest && others.length >= maxOfDevice - 1) oldest.end();
  }

  #leave(device: string, observer: Observer) {
    const others = this.#ofDevice.get(device);
    others?.delete(observer);
    if (others?.size === 0) this.#ofDevice.delete(device);
  }

  #notify(observer: Observer, notification: Notification) {
    if (observer.waiting.length >= maxWaiting) return this.#host.count("coap", "throttled");
    observer.waiting.push(notification);
    if (!observer.isSending) void this.#sendAll(observer);
  }

  async #sendAll(observer: Observer) {
    const { request, waiting } = observer;
    observer.isSending = true;
    for (let next = waiting.shift(); next && this.#isOpen(observer); next = waiting.shift()) {
      observer.body = JSON.stringify(next.content);
      const reply = notificationOf(request, this.nextSequence(), observer.body);
      next.sent?.();
      const outcome = await this.#endpoint.confirm(request.peer, {
        code: reply.code,
        token: request.token,
        options: reply.options ?? [],
        payload: Buffer.from(reply.payload ?? ""),
      });
      if (outcome === "acknowledged") next.acknowledged?.();
      else observer.end();
    }
    observer.isSending = false;
  }

  #isOpen(observer: Observer) {
    return this.#observers.get(keyOf(observer.request)) === observer;
  }
}

function notificationOf(request: Request, sequence: number, payload: string): Reply {
  const options = [uintOption(numbers.observe, sequence), uintOption(numbers.contentFormat, formats.json)];
  return sliced(request, { code: codes.content, options, payload });
}

function keyOf({ peer, token }: Request): string {
  return `${peer.key} ${token.toString("hex")}`;
}

function pathOf(options: Request["options"]): string {
  return options
    .filter(({ number }) => number === numbers.uriPath)
    .map(({ value }) => value.toString("hex"))
    .join("/");
}
