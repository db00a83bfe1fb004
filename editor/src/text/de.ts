import { deKinds } from "../../../engine/nodes/text/de.ts";
import { deCandidates } from "./de-candidates.ts";
import { deCanvas } from "./de-canvas.ts";
import { deCause } from "./de-cause.ts";
import { deConditions } from "./de-conditions.ts";
import { deLive } from "./de-live.ts";
import { dePage } from "./de-page.ts";
import { deProblems as deFlowProblems } from "./de-problems.ts";
import { deReplays } from "./de-replays.ts";
import { deStage } from "./de-stage.ts";
import type { en } from "./en.ts";

/** Alle Texte der Seite auf Deutsch. Ein Test prüft, dass keiner fehlt; bis dahin steht dort der englische. */
export const de: Partial<Record<keyof typeof en, string>> = {
  ...deCandidates,
  ...deCanvas,
  ...deCause,
  ...deConditions,
  ...deStage,
  ...dePage,
  ...deLive,
};

/** What the engine says, in German. */
export const deProblems = [...deReplays, ...deFlowProblems];
export { deKinds };
