import { parameters } from "coap";

const maxBytes = 32 * 1024 * 1024;
const overheadBytes = 200;

interface Exchange {
  expiresAt: number;
  /** What was answered last; undefined while the request is at work and nothing was sent. */
  reply: Buffer | undefined;
}

/**
 * Requests of the last EXCHANGE_LIFETIME (RFC 7252, section 4.5), so that a repetition is answered and not worked
 * again. Bound by memory: under a flood the oldest are forgotten earlier.
 */
export class Exchanges {
  readonly #known = new Map<string, Exchange>();
  #bytes = 0;

  /** The exchange this repeats; undefined when it is new, and known from now on. */
  begin(key: string, now: number): Exchange | undefined {
    const known = this.#known.get(key);
    if (known && known.expiresAt > now) return known;
    if (known) this.#forget(key, known);
    this.#known.set(key, { expiresAt: now + parameters.exchangeLifetime * 1000, reply: undefined });
    this.#bytes += overheadBytes;
    for (const [oldest, exchange] of this.#known) {
      if (exchange.expiresAt > now && this.#bytes <= maxBytes) break;
      this.#forget(oldest, exchange);
    }
    return undefined;
  }

  answered(key: string, reply: Buffer): void {
    const exchange = this.#known.get(key);
    if (!exchange) return;
    this.#bytes += reply.length - (exchange.reply?.length ?? 0);
    exchange.reply = reply;
  }

  #forget(key: string, { reply }: Exchange) {
    this.#known.delete(key);
    this.#bytes -= overheadBytes + (reply?.length ?? 0);
  }
}
