import { ApiError } from "../api.ts";
import { language, saidIn, t } from "../text/text.ts";

interface Refusal {
  /** In the language of the page. */
  said: string;
  /** The server's own words, where the page has only a general sentence. */
  english?: string;
}

/**
 * What went wrong, as sentences. Where only the server has words for it, the page says in its own language what it is in
 * general, by the error's code.
 */
export function refusalOf(error: Error): Refusal {
  const said = saidIn(error.message);
  const isKnown = language() === "en" || said !== error.message;
  if (isKnown || !(error instanceof ApiError) || !error.code) return { said };
  return { said: t(`problem.${error.code}`), english: error.message };
}
