import type { Host, Session, Watcher } from "../../engine/model/host.ts";
import { sliced } from "./blocks.ts";
import type { Endpoint } from "./endpoint.ts";
import type { Request } from "./request.ts";

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
  isOpen: boolean;
  isSending: boolean;
  /** The body sent last: a peer fetches its later blocks by themselves. */
  body: string | undefined;
  end(): void;
}

/**
 * Who observes what (RFC 7641). Each gets one confirmable notification at a time, since a command must not be overtaken,
 * and is forgotten when it resets one or stays silent.
 */
export class Observers {
  readonly #host: Host;
  readonly #endpoint: Endpoint;
  /** By device, then by peer and token. */
  readonly #ofDevice = new Map<string, Map<string, Observer>>();
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
    const { device } = session;
    this.remove(request, session);
    const observers = this.#ofDevice.get(device) ?? new Map<string, Observer>();
    const [oldest] = observers.values();
    if (observers.size >= maxOfDevice) oldest?.end();

    let unwatch = () => {};
    const end = () => {
      if (!observer.isOpen) return;
      observer.isOpen = false;
      observers.delete(keyOf(request));
      if (observers.size === 0) this.#ofDevice.delete(device);
      unwatch();
      this.#host.count("coap", "disconnected");
    };
    const observer: Observer = {
      request,
      waiting: [],
      isOpen: true,
      isSending: false,
      body: undefined,
      end,
    };
    this.#ofDevice.set(device, observers.set(keyOf(request), observer));
    this.#host.count("coap", "connected");

    const revoked = () => {
      end();
      const payload = "The access token is no longer valid.";
      void this.#endpoint.confirm(request.rsinfo, request.packet.token, { code: "4.01", payload });
    };
    const watcher = watch((notification) => this.#notify(observer, notification));
    unwatch = this.#host.watch(session, { ...watcher, revoked });
    if (!observer.isOpen) unwatch();
  }

  /** Ends the observation of this peer and token, if there is one. */
  remove(request: Request, { device }: Session): void {
    this.#ofDevice.get(device)?.get(keyOf(request))?.end();
  }

  /** The body of the last notification that this peer got on the same path. */
  lastBody({ peer, path }: Request, { device }: Session): string | undefined {
    const observers = [...(this.#ofDevice.get(device)?.values() ?? [])];
    return observers.find(({ request, body }) => request.peer === peer && request.path === path && body)
      ?.body;
  }

  close(): void {
    for (const observers of [...this.#ofDevice.values()])
      for (const observer of [...observers.values()]) observer.end();
  }

  #notify(observer: Observer, notification: Notification) {
    if (observer.waiting.length >= maxWaiting) return this.#host.count("coap", "throttled");
    observer.waiting.push(notification);
    if (!observer.isSending) void this.#sendAll(observer);
  }

  async #sendAll(observer: Observer) {
    const { request, waiting } = observer;
    observer.isSending = true;
    for (let next = waiting.shift(); next && observer.isOpen; next = waiting.shift()) {
      observer.body = JSON.stringify(next.content);
      const options = { Observe: this.nextSequence(), "Content-Format": "application/json" };
      const reply = sliced(request, { code: "2.05", options, payload: observer.body });
      next.sent?.();
      const outcome = await this.#endpoint.confirm(request.rsinfo, request.packet.token, reply);
      if (outcome === "acknowledged") next.acknowledged?.();
      else observer.end();
    }
    observer.isSending = false;
  }
}

function keyOf({ peer, packet }: Request): string {
  return `${peer} ${packet.token.toString("hex")}`;
}
