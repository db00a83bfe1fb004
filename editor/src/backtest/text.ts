import i18next from "i18next";
import { de } from "./texts-de.ts";
import { en } from "./texts-en.ts";

type Plural<Key> = Key extends `${infer Stem}_${"one" | "other"}` ? Stem : Key;
export type BacktestTextKey = Plural<keyof typeof en>;

i18next.addResourceBundle("en", "translation", en);
i18next.addResourceBundle("de", "translation", de);

/** As `t`, for the texts that come with this panel only. */
export function tb(key: BacktestTextKey, values: Record<string, unknown> = {}): string {
  return i18next.t(key, values);
}
