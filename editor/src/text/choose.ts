import type { KindTexts } from "./kind-texts.ts";
import { type Language, languages, speak } from "./text.ts";

const remembered = "millrace-language";

/** Speaks another language from now on, and when the page is opened again. Loads its texts first. */
export async function chooseLanguage(next: Language) {
  await load(next);
  try {
    localStorage.setItem(remembered, next);
  } catch {
    // It holds as long as the page.
  }
}

/** Speaks what was chosen last, else the first language of the browser that the page knows. */
export async function startLanguage() {
  await load(chosenBefore() ?? firstKnown() ?? "en").catch(() => load("en"));
}

async function load(next: Language) {
  const locale = navigator.languages.find((tag) => tag.split("-")[0] === next) ?? next;
  if (next === "en") {
    const { en } = await import("./en.ts");
    await speak(next, locale, { texts: en, kinds: undefined, problems: [] });
  } else {
    const { de, deKinds, deProblems } = await import("./de.ts");
    await speak(next, locale, { texts: de, kinds: deKinds, problems: deProblems });
  }
  document.documentElement.lang = next;
}

const isKnown = (tag: string | null): tag is Language => tag !== null && tag in languages;

function chosenBefore(): Language | undefined {
  try {
    const tag = localStorage.getItem(remembered);
    return isKnown(tag) ? tag : undefined;
  } catch {
    return undefined;
  }
}

function firstKnown(): Language | undefined {
  return navigator.languages.map((tag) => tag.split("-")[0] ?? "").find(isKnown);
}

/** Help of the kinds in a language, by `help <kind>`; empty where the page has none but the English of the kinds. */
export async function helpIn(language: Language): Promise<KindTexts> {
  return language === "de" ? (await import("./de-help.ts")).deHelp : {};
}
