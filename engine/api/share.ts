/** Events of one name that clients are sent in a second; a flood of alarms must not freeze a page. */
const perSecond = 50;
const everySecond = new Set(["rates", "traces"]);

/** Lets the first events of a name through in each second, and tells at its end which names had more. */
export class Share {
  readonly #missed: (events: string[]) => void;
  readonly #counts = new Map<string, number>();
  #timer: NodeJS.Timeout | undefined;

  constructor(missed: (events: string[]) => void) {
    this.#missed = missed;
  }

  takes(event: string): boolean {
    // These are bounded where they come from.
    if (everySecond.has(event)) return true;
    const count = (this.#counts.get(event) ?? 0) + 1;
    this.#counts.set(event, count);
    this.#timer ??= setTimeout(() => this.#end(), 1000);
    return count <= perSecond;
  }

  #end() {
    this.#timer = undefined;
    const missed = [...this.#counts].filter(([, count]) => count > perSecond).map(([event]) => event);
    this.#counts.clear();
    if (missed.length > 0) this.#missed(missed);
  }
}
