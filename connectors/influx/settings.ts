/** Where an InfluxDB is and what to write to. */
export interface InfluxSettings {
  /** `http://` or `https://`; for version 1 with `user:password@` where it asks for them. */
  url: string;
  token?: string;
  org?: string;
  /** Bucket, or for version 1 the database, with `/<retention policy>` where it is not the default one. */
  bucket: string;
  version: 1 | 2 | 3;
  /** A server that does not answer within this time counts as away; 10,000 ms where left out. */
  timeoutMs?: number;
}

/** Ten seconds, unless the settings say otherwise. */
export const timeoutOf = ({ timeoutMs = 10_000 }: InfluxSettings): number => timeoutMs;

/** Headers that say who we are, as the version wants to hear it. */
export function authorization({ url, token, version }: InfluxSettings): Record<string, string> {
  if (token) return { authorization: `Token ${token}` };
  const { username, password } = new URL(url);
  if (version !== 1 || !username) return {};
  const pair = `${decodeURIComponent(username)}:${decodeURIComponent(password)}`;
  return { authorization: `Basic ${Buffer.from(pair).toString("base64")}` };
}

/** The URL without credentials and without a slash at its end. */
export function baseUrl({ url }: InfluxSettings): string {
  const base = new URL(url);
  base.username = "";
  base.password = "";
  return base.href.replace(/\/+$/, "");
}

/** Names of database and retention policy, as InfluxQL and the write path of version 1 take them. */
export function databaseOf({ bucket, version }: InfluxSettings): { db: string; rp?: string } {
  const slash = version === 1 ? bucket.indexOf("/") : -1;
  return slash < 0 ? { db: bucket } : { db: bucket.slice(0, slash), rp: bucket.slice(slash + 1) };
}
