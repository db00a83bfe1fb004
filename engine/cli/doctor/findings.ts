import type { Finding } from "../../model/finding.ts";

/** Gives findings of one place: `ok(check, found)`, `warn` and `fail` with what to do. */
export function findingsOf(place: string) {
  return {
    ok: (check: string, found: string): Finding => ({ check, place, level: "ok", found }),
    warn: (check: string, found: string, mend: string): Finding => ({
      check,
      place,
      level: "warn",
      found,
      mend,
    }),
    fail: (check: string, found: string, mend: string): Finding => ({
      check,
      place,
      level: "fail",
      found,
      mend,
    }),
  };
}

const skewWarnMs = 1000;
const skewFailMs = 30_000;

/** The finding on a server's clock that is `skewMs` ahead of ours, known to within `exactMs`. */
export function clock(place: string, skewMs: number, exactMs = 0): Finding {
  const { ok, warn, fail } = findingsOf(place);
  const off = Math.abs(skewMs) - exactMs;
  const way = skewMs > 0 ? "ahead of" : "behind";
  if (off < skewWarnMs) return ok("clock", "agrees with this machine's");
  const found = `is ${(Math.abs(skewMs) / 1000).toFixed(1)} s ${way} this machine's`;
  const mend =
    "Readings without a time of their own get this machine's. Let both take their time from one source, such as chrony or systemd-timesyncd.";
  return off < skewFailMs ? warn("clock", found, mend) : fail("clock", found, mend);
}
