import { startRedis } from "./redis.ts";

/** Settings of one installation, and the end of the servers it needs. */
export interface Installation {
  env: Record<string, string>;
  close(): Promise<void>;
}

/** The two backbones an installation can have. */
export const installations: { name: string; open(): Promise<Installation> }[] = [
  { name: "embedded", open: async () => ({ env: {}, close: async () => {} }) },
  {
    name: "Redis",
    async open() {
      const redis = await startRedis();
      return { env: { MILLRACE_REDIS_URL: redis.url }, close: () => redis.stop() };
    },
  },
];
