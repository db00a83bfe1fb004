import i18next from "i18next";
import { en } from "./en.ts";

type Plural<Key> = Key extends `${infer Stem}_${"one" | "other"}` ? Stem : Key;
export type TextKey = Plural<keyof typeof en>;

void i18next.init({
  lng: "en",
  fallbackLng: "en",
  resources: { en: { translation: en } },
  keySeparator: false,
  nsSeparator: false,
  // React escapes what it shows.
  interpolation: { escapeValue: false },
  initAsync: false,
});

/** The text of a key in the chosen language; `count` chooses the plural form. */
export function t(key: TextKey, values: Record<string, unknown> = {}): string {
  return i18next.t(key, values);
}
