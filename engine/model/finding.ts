/** One thing that was looked at, and how it is: `warn` works, at a cost that is told; `fail` has to be mended. */
export interface Finding {
  /** What was looked at, such as `appendonly`. */
  check: string;
  /** Where, such as `redis 127.0.0.1:6379`. */
  place: string;
  level: "ok" | "warn" | "fail";
  found: string;
  /** What it means and how to mend it, in whole sentences; missing where nothing is to be done. */
  mend?: string;
}
