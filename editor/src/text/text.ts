import i18next from "i18next";
import { useStore } from "zustand";
import { createStore } from "zustand/vanilla";
import type { en } from "./en.ts";
import type { enThings } from "./en-things.ts";
import type { KindTexts } from "./kind-texts.ts";

type Plural<Key> = Key extends `${infer Stem}_${"one" | "other"}` ? Stem : Key;
export type TextKey = Plural<keyof typeof en | keyof typeof enThings>;

/** What the page speaks, each by its own name. */
export const languages = { en: "English", de: "Deutsch" } as const;
export type Language = keyof typeof languages;

interface Spoken {
  language: Language;
  locale: string;
  /** Of kinds of steps, beside the English that the server sends. */
  kinds: KindTexts | undefined;
  problems: Sentences;
}

/** Parts of the engine's sentences, and what stands for them. */
type Sentences = readonly (readonly [english: RegExp, other: string])[];

const spoken = createStore<Spoken>(() => ({
  language: "en",
  locale: "en-GB",
  kinds: undefined,
  problems: [],
}));

void i18next.init({
  lng: "en",
  fallbackLng: "en",
  resources: {},
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

export const language = (): Language => spoken.getState().language;
export const kindTexts = (): KindTexts | undefined => spoken.getState().kinds;

export function useLanguage(): Language {
  return useStore(spoken, (state) => state.language);
}

/** Numbers, dates and times as the reader's own region writes them, as far as it speaks the language of the page. */
export const formatLocale = (): string => spoken.getState().locale;

/** A sentence of the engine about a problem, as far as the language of the page has its parts. */
export function saidIn(english: string): string {
  return spoken.getState().problems.reduce((said, [part, other]) => said.replace(part, other), english);
}

interface Texts {
  texts: Readonly<Record<string, string>>;
  kinds: KindTexts | undefined;
  problems: Sentences;
}

/** Adds texts to a language, for a part of the page that is loaded later. */
export function learn(language: Language, texts: Readonly<Record<string, string>>) {
  i18next.addResourceBundle(language, "translation", texts);
}

/** Speaks another language from now on; `told` is what it says, `locale` such as "de-AT". */
export async function speak(next: Language, locale: string, told?: Texts) {
  if (told) i18next.addResourceBundle(next, "translation", told.texts);
  await i18next.changeLanguage(next);
  spoken.setState({ language: next, locale, kinds: told?.kinds, problems: told?.problems ?? [] });
}
