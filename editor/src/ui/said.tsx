import { ApiError } from "../api.ts";
import { language, saidIn, t } from "../text/text.ts";

/**
 * What went wrong, as a sentence. Where only the server has words for it, the page says in its own language what it is
 * in general, and lets the server's English follow, marked as such.
 */
export function Said({ error }: { error: Error }) {
  const known = saidIn(error.message);
  if (language() === "en" || !(error instanceof ApiError) || !error.code || known !== error.message)
    return known;
  return (
    <>
      {t(`problem.${error.code}`)} <span lang="en">{error.message}</span>
    </>
  );
}

/** The same where only text can stand. */
export function saidShort(error: Error): string {
  return language() !== "en" && error instanceof ApiError && error.code
    ? t(`problem.${error.code}`)
    : error.message;
}
