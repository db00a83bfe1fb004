import type { Series } from "../../engine/model/series.ts";
import { openAsk } from "./ask.ts";
import { latest, samples } from "./read.ts";
import type { InfluxSettings } from "./settings.ts";
import { openWriter } from "./write.ts";

/**
 * Points in InfluxDB 1.x, 2.x or 3.x, or in a server that speaks its protocol. Does not connect before the first call.
 * Errors: `unavailable`, `points_refused`; a setting that is no URL is `invalid_setting`.
 */
export function openInflux(settings: InfluxSettings): Series {
  const writer = openWriter(settings);
  const ask = openAsk(settings);
  return {
    format: "lines",
    write: writer.write,
    query: (query) => samples(ask, query),
    latest: (device) => latest(ask, device),
    check: async () => {
      await ask("SHOW MEASUREMENTS LIMIT 1");
    },
    close: writer.close,
  };
}
