import type { Command } from "../../engine/model/command.ts";
import { MillraceError } from "../../engine/model/errors.ts";
import type { Host, Session, Upload, Watcher } from "../../engine/model/host.ts";
import type { Values } from "../../engine/model/value.ts";

type Sendable = Pick<Command, "id" | "method" | "params">;

/**
 * A host in memory. Knows the devices `d1` and `d2` by the tokens `token-of-d1` and `token-of-d2`, records what
 * connectors hand over, and can hold or refuse acknowledgements.
 */
export class Recorder implements Host {
  readonly uploads: { device: string; text: string; upload: Upload }[] = [];
  readonly rejected: { device: string | undefined; code: string; message: string; raw: string }[] = [];
  readonly answers: { device: string; command: number; text: string }[] = [];
  readonly sent: string[] = [];
  readonly presence: string[] = [];
  readonly counts: Record<string, number> = {};
  readonly logs: string[] = [];
  readonly stored = { client: { firmware: "1.2", reads: 7 } as Values, shared: { limit: 50 } as Values };
  readonly queued: Sendable[] = [];
  /** The registry does not answer. */
  isAway = false;
  /** What `accept` rejects with, as long as it is set. */
  refusal: MillraceError | undefined;
  #isHolding = false;
  readonly #held: (() => void)[] = [];
  #batch: { whole: Promise<void>; settle(refusal?: MillraceError): void } | undefined;
  readonly #watchers = new Set<{ device: string; watcher: Watcher }>();

  get texts() {
    return this.uploads.map(({ text }) => text);
  }

  get heldCount() {
    return this.#held.length;
  }

  watchersOf(device: string, what: keyof Watcher) {
    return [...this.#watchers].filter((each) => each.device === device && each.watcher[what]);
  }

  /** From now on nothing is acknowledged. */
  hold() {
    this.#isHolding = true;
  }

  /** Acknowledges what is held, or the first `count`; without a count nothing more is held. */
  release(count?: number) {
    if (count === undefined) this.#isHolding = false;
    for (const settle of this.#held.splice(0, count ?? this.#held.length)) settle();
  }

  /** From now on all that comes is one batch: it waits for the same promise. */
  gather() {
    let settle: (refusal?: MillraceError) => void = () => {};
    const whole = new Promise<void>((resolve, reject) => {
      settle = (refusal) => (refusal ? reject(refusal) : resolve());
    });
    this.#batch = { whole, settle };
  }

  /** Acknowledges the batch, or refuses all of it; what comes later is taken at once. */
  settle(refusal?: MillraceError) {
    this.#batch?.settle(refusal);
    this.#batch = undefined;
  }

  command(device: string, command: Sendable) {
    for (const { watcher } of this.watchersOf(device, "command")) watcher.command?.(command);
  }

  change(device: string, changed: Values) {
    for (const { watcher } of this.watchersOf(device, "attributes")) watcher.attributes?.(changed);
  }

  revoke(device: string) {
    for (const { watcher } of this.watchersOf(device, "revoked")) watcher.revoked?.();
  }

  async authenticate(token: string): Promise<Session | undefined> {
    if (this.isAway) throw new MillraceError("unavailable", "The registry is away.");
    const device = /^token-of-(d[12])$/.exec(token)?.[1];
    return device ? { device, name: `Device ${device}`, class: "industrial" } : undefined;
  }

  accept({ device }: Session, upload: Upload): Promise<void> {
    if (this.refusal) return Promise.reject(this.refusal);
    this.uploads.push({ device, text: Buffer.from(upload.payload).toString(), upload: { ...upload } });
    if (this.#batch) return this.#batch.whole;
    if (!this.#isHolding) return Promise.resolve();
    return new Promise((resolve) => this.#held.push(resolve));
  }

  acceptBehind({ device }: Session, name: string, upload: Upload): Promise<void> {
    return this.accept({ device: `${device}/${name}`, name, class: "industrial" }, upload);
  }

  async attributes(_session: Session, { client, shared }: { client?: string[]; shared?: string[] }) {
    if (this.isAway) throw new MillraceError("unavailable", "The registry is away.");
    return { client: pick(this.stored.client, client), shared: pick(this.stored.shared, shared) };
  }

  watch({ device }: Session, watcher: Watcher) {
    const entry = { device, watcher };
    this.#watchers.add(entry);
    if (watcher.command) for (const command of this.queued.splice(0)) watcher.command(command);
    return () => void this.#watchers.delete(entry);
  }

  present({ device }: Session, protocol: string, event: string) {
    this.presence.push(`${device} ${protocol} ${event}`);
  }

  commandSent({ device }: Session, command: number, state: "sent" | "delivered") {
    this.sent.push(`${device} ${command} ${state}`);
  }

  async answer({ device }: Session, command: number, payload: Upload["payload"]) {
    if (command === 404) throw new MillraceError("not_found", "There is no command 404.");
    this.answers.push({ device, command, text: Buffer.from(payload).toString() });
  }

  async reject(
    session: Session | undefined,
    { code, message }: { code: string; message: string },
    raw: Uint8Array,
  ) {
    this.rejected.push({ device: session?.device, code, message, raw: Buffer.from(raw).toString() });
  }

  count(protocol: string, event: string) {
    const key = `${protocol} ${event}`;
    this.counts[key] = (this.counts[key] ?? 0) + 1;
  }

  log(level: string, message: string, fields: Record<string, unknown> = {}) {
    this.logs.push(`${level} ${message} ${JSON.stringify(fields)}`);
  }
}

function pick(values: Values, names: string[] | undefined): Values {
  if (!names) return values;
  return Object.fromEntries(Object.entries(values).filter(([name]) => names.includes(name)));
}
