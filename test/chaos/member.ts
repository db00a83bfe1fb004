import { freePorts, metric, type Product, startProduct } from "../support/product.ts";
import { removeFolder, tempFolder } from "../support/temp-folder.ts";

/** One process of the installation; after a kill it comes back on the same ports. */
export class Member {
  /** Times it was started. */
  starts = 0;
  readonly name: string;
  readonly roles: string;
  readonly #env: Record<string, string>;
  readonly #dir = tempFolder("chaos-member");
  #product: Product | undefined;

  static async start(name: string, env: Record<string, string>): Promise<Member> {
    const member = new Member(name, { ...env, ...(await freePorts()) });
    await member.start();
    return member;
  }

  private constructor(name: string, env: Record<string, string>) {
    this.name = name;
    this.roles = env.MILLRACE_ROLES!;
    this.#env = env;
  }

  get pid(): number {
    return this.#product!.pid;
  }
  get http(): string {
    return this.#product!.http;
  }
  get mqtt(): string {
    return this.#product!.mqtt;
  }

  async start() {
    this.starts++;
    this.#product = await startProduct({
      dir: this.#dir,
      env: { MILLRACE_LOG_LEVEL: "error", ...this.#env },
    });
  }

  /** SIGKILL; resolves when the process is gone. */
  async kill() {
    await this.#product!.kill();
  }

  async stop() {
    await this.#product?.stop();
    removeFolder(this.#dir);
  }

  /** See `metric`. */
  metric(name: string, labels?: string): Promise<number> {
    return metric(this.http, name, labels);
  }
}
