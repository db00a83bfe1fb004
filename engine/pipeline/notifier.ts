import { randomUUID } from "node:crypto";
import { type Channel, type Notice, type Sender, Undelivered } from "../model/channel.ts";
import { MillraceError } from "../model/errors.ts";
import type { Registry } from "../store/registry.ts";
import { type Log, sleep } from "./parts.ts";

export interface NotifierParts {
  registry: Pick<
    Registry,
    "takeNotices" | "noticeSent" | "noticeWaits" | "noticeLost" | "channel" | "channelSecret"
  >;
  sender: Sender;
  log: Log;
  /** What came of one is noted for its lane. */
  ended?(): void;
  /** Waits before each further attempt; after the last one the notification is given up. */
  retryMs?: readonly number[];
}

const s = 1000;
const usualRetryMs = [5 * s, 30 * s, 120 * s, 600 * s, 1800 * s, 3600 * s];
const atOnce = 8;
/** A receiver that says a little now and then must not hold a place for ever. */
const sendMs = 45_000;
const leaseMs = 60_000;
/** Nothing tells this process of notices that another one queued. */
const lookEveryMs = 2000;

/** Sends the notifications that wait in the registry, until each is taken or given up. */
export class Notifier {
  readonly #parts: NotifierParts;
  readonly #stopped = new AbortController();
  readonly #running: Promise<void>;
  #wake = new AbortController();

  constructor(parts: NotifierParts) {
    this.#parts = parts;
    this.#running = this.#run();
  }

  /** There is something to send. */
  look() {
    this.#wake.abort();
  }

  /** What is under way is brought to its end; the rest waits in the registry. */
  async close() {
    this.#stopped.abort();
    this.#wake.abort();
    await this.#running;
  }

  async #run() {
    const { registry, log } = this.#parts;
    while (!this.#stopped.signal.aborted) {
      this.#wake = new AbortController();
      let count = 0;
      try {
        const notices = await registry.takeNotices({ now: Date.now(), limit: atOnce, leaseMs });
        count = notices.length;
        await Promise.all(notices.map((notice) => this.#send(notice)));
      } catch (error) {
        log("warn", "notifications wait", { error: (error as Error).message });
      }
      // All places taken: there may be more.
      if (count < atOnce && !this.#stopped.signal.aborted) await sleep(lookEveryMs, this.#wake.signal);
    }
  }

  async #send(notice: Notice) {
    const { registry, sender, retryMs = usualRetryMs } = this.#parts;
    try {
      const channel = await registry.channel(notice.channel);
      if (!channel)
        throw new Undelivered("there is no such channel any more; make it anew or change the flow", {
          isFinal: true,
        });
      // The list of hosts may have changed since the channel was made.
      sender.allow(channel.settings);
      const secret = await registry.channelSecret(notice.channel);
      await within(sendMs, sender.send(notice, channel.settings, secret));
    } catch (error) {
      const { message } = error as Error;
      const isFinal = error instanceof Undelivered ? error.isFinal : isForbidden(error);
      const waitMs = isFinal ? undefined : retryMs[notice.attempts];
      if (waitMs !== undefined) return registry.noticeWaits(notice.id, Date.now() + waitMs);
      await registry.noticeLost(notice.id, { letter: letterOf(notice, message), reason: message });
      this.#parts.ended?.();
      return;
    }
    await registry.noticeSent(notice.id);
    this.#parts.ended?.();
  }
}

/** Sends a notification that says it is a test, at once; gives why its receiver did not take it. */
export async function sendTest(
  sender: Sender,
  { name, settings }: Channel,
  secret: string | undefined,
): Promise<string | undefined> {
  const notice: Notice = {
    id: `test:${randomUUID()}`,
    channel: name,
    title: "Test from Millrace",
    text: `This is a test of the channel "${name}". Nothing has happened.`,
    origin: { device: "", deviceName: "", flow: "", version: 0, node: "", at: Date.now(), values: {} },
    attempts: 0,
  };
  try {
    sender.allow(settings);
    await within(sendMs, sender.send(notice, settings, secret));
    return undefined;
  } catch (error) {
    return (error as Error).message;
  }
}

async function within(ms: number, sending: Promise<void>) {
  const over = new AbortController();
  const late = sleep(ms, over.signal).then(() => {
    throw new Undelivered(`the receiver took longer than ${ms / 1000} s`, { isFinal: false });
  });
  late.catch(() => {});
  await Promise.race([sending, late]).finally(() => over.abort());
}

const isForbidden = (error: unknown) => error instanceof MillraceError && error.code === "forbidden";

function letterOf(notice: Notice, reason: string) {
  const { id, channel, origin } = notice;
  const { device, flow, version, node } = origin;
  return {
    type: "dead-letter",
    id: `${id}:n`,
    device,
    at: Date.now(),
    reason: "notification_failed",
    message: `The channel "${channel}" did not take the notification: ${reason.replace(/\.$/, "")}. Mend the channel; what was to be sent is kept here.`,
    flow,
    version,
    node,
    raw: Buffer.from(JSON.stringify(notice)).toString("base64"),
  } as const;
}
