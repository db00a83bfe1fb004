import { createHash } from "node:crypto";
import { setTimeout as sleep } from "node:timers/promises";
import { AwsClient } from "aws4fetch";
import { MillraceError } from "../model/errors.ts";
import type { ArchiveFiles, Folders, StoredFile } from "./files.ts";
import { codeOf, hintOf, readPage } from "./s3-answers.ts";
import { addressOf, type S3Place, urlOf } from "./s3-place.ts";

interface Asking {
  name?: string;
  query?: Record<string, string>;
  headers?: Record<string, string>;
  body?: Uint8Array<ArrayBuffer>;
  /** Statuses that are no error, beside those of success. */
  fine?: number[];
}

const tries = 3;
const pauseMs = 300;
const answerMs = 30_000;
/** What the slowest line takes that is still waited for. */
const leastBytesPerMs = 100;

/** Files of the archive as objects of a bucket: ListObjectsV2, GetObject with a range, PutObject, DeleteObject. */
export class S3Files implements ArchiveFiles {
  readonly #place: S3Place;
  readonly #client: AwsClient;
  readonly #url: string;
  readonly #signal: AbortSignal | undefined;

  /** `signal` ends what is under way. */
  constructor(place: S3Place, signal?: AbortSignal) {
    this.#place = place;
    this.#signal = signal;
    this.#url = urlOf(place);
    const { region, accessKeyId, secretAccessKey, sessionToken } = place;
    const keys = { accessKeyId, secretAccessKey, ...(sessionToken && { sessionToken }) };
    this.#client = new AwsClient({ service: "s3", region, ...keys });
  }

  async *list({ from, to }: Folders): AsyncIterable<StoredFile> {
    const { prefix } = this.#place;
    let begin: Record<string, string> = { "start-after": `${prefix}${from}` };
    for (;;) {
      const { status, body } = await this.#ask("GET", { query: { "list-type": "2", prefix, ...begin } });
      const page = readPage(Buffer.from(body).toString());
      if (!page) throw this.#refused(status, body);
      for (const { key, bytes } of page.files) {
        const name = key.slice(prefix.length);
        // Keys come in their order.
        if (name.split("/", 1)[0]! > to) return;
        yield { name, bytes };
      }
      if (page.next === undefined) return;
      begin = { "continuation-token": page.next };
    }
  }

  async read(name: string, begin: number, end: number): Promise<ArrayBuffer> {
    const headers = { range: `bytes=${begin}-${end - 1}` };
    const { status, body } = await this.#ask("GET", { name, headers, fine: [404] });
    if (status === 404 && codeOf(body) === "NoSuchKey")
      throw Object.assign(new Error(`${name} is not in ${this.#at}.`), { code: "ENOENT" });
    if (status === 404) throw this.#refused(status, body);
    // Who knows no ranges gives the whole.
    const bytes = status === 206 ? body : body.slice(begin, end);
    if (bytes.byteLength < end - begin) throw new Error(`${name} ends before byte ${end}.`);
    return bytes;
  }

  async put(name: string, body: Uint8Array<ArrayBuffer>) {
    const hash = createHash("sha256").update(body).digest("hex");
    await this.#ask("PUT", { name, body, headers: { "x-amz-content-sha256": hash } });
  }

  async delete(name: string) {
    const { status, body } = await this.#ask("DELETE", { name, fine: [404] });
    if (status === 404 && codeOf(body) !== "NoSuchKey") throw this.#refused(status, body);
  }

  get #at() {
    return addressOf(this.#place);
  }

  /** Asks again where nothing answers, or the server has trouble of its own. Throws MillraceError `unavailable`. */
  async #ask(method: string, asking: Asking): Promise<{ status: number; body: ArrayBuffer }> {
    for (let tried = 1; ; tried++) {
      const answer = await this.#askOnce(method, asking).catch((error: Error) => this.#silent(error));
      const isLast = tried === tries || this.#signal?.aborted;
      if (answer instanceof MillraceError) {
        if (isLast) throw answer;
      } else {
        const { status, body } = answer;
        if (status < 300 || asking.fine?.includes(status)) return answer;
        if (isLast || (status < 500 && status !== 429)) throw this.#refused(status, body);
      }
      await sleep(pauseMs * 2 ** tried * (0.5 + Math.random() / 2), undefined, { signal: this.#signal });
    }
  }

  async #askOnce(method: string, { name = "", query, headers, body }: Asking) {
    const key = `/${this.#place.prefix}${name}`.split("/").map(encodeURIComponent).join("/");
    const search = query ? `?${new URLSearchParams(query).toString().replaceAll("+", "%20")}` : "";
    const timeout = AbortSignal.timeout(answerMs + Math.ceil((body?.byteLength ?? 0) / leastBytesPerMs));
    const signal = this.#signal ? AbortSignal.any([timeout, this.#signal]) : timeout;
    // What is signed for this server is for no other.
    const init = { method, redirect: "manual", signal, ...(headers && { headers }), ...(body && { body }) };
    const answer = await fetch(
      await this.#client.sign(`${this.#url}${name && key}${search}`, init as RequestInit),
    );
    return { status: answer.status, body: await answer.arrayBuffer() };
  }

  #silent(error: Error): MillraceError {
    const isOfNetwork = ["TimeoutError", "AbortError"].includes(error.name) || error.cause !== undefined;
    if (!isOfNetwork) throw error;
    const { code, message } = (error.cause ?? {}) as { code?: string; message?: string };
    const why = error.name === "TimeoutError" ? "no answer in time" : code || message || error.message;
    const { host } = new URL(this.#url);
    return new MillraceError(
      "unavailable",
      `${this.#at}: ${host} does not answer (${why}). Start it, or mend AWS_ENDPOINT_URL.`,
    );
  }

  #refused(status: number, body: ArrayBuffer): MillraceError {
    const code = codeOf(body);
    const said = code ?? `HTTP ${status}`;
    return new MillraceError("unavailable", `${this.#at} is refused: ${said}. ${hintOf(code, status)}`);
  }
}
