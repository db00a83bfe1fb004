import { useStore } from "zustand";
import { createStore } from "zustand/vanilla";
import type { Flow } from "../../../engine/model/flow.ts";
import type { Kinds } from "./kind-info.ts";
import { kindOf } from "./outputs.ts";

const remembered = "millrace-guide";

/** Whether the guide is on show; remembered in this browser until it is closed or done. */
const guide = createStore(() => ({ isShown: read() }));

function read(): boolean {
  try {
    return localStorage.getItem(remembered) === "on";
  } catch {
    return false;
  }
}

function show(isShown: boolean) {
  guide.setState({ isShown });
  try {
    if (isShown) localStorage.setItem(remembered, "on");
    else localStorage.removeItem(remembered);
  } catch {
    // It holds as long as the page.
  }
}

export const showGuide = () => show(true);
export const hideGuide = () => show(false);
export const useGuide = (): boolean => useStore(guide, ({ isShown }) => isShown);

export const guideSteps = ["input", "act", "mend", "try", "deploy"] as const;
export type GuideStep = (typeof guideSteps)[number];

interface Made {
  flow: Flow;
  kinds: Kinds;
  problems: number;
  wasTried: boolean;
  isLive: boolean;
}

/** Which steps of the guide the flow has behind it. */
export function stepsDone({ flow, kinds, problems, wasTried, isLive }: Made): ReadonlySet<GuideStep> {
  const all = flow.nodes.map((node) => kindOf(node, kinds));
  const hasInput = all.some(({ source }) => source);
  const acts = all.some(({ group }) => group === "Act");
  const isWhole = hasInput && acts && problems === 0;
  const done: Record<GuideStep, boolean> = {
    input: hasInput,
    act: acts,
    mend: isWhole,
    try: isWhole && (wasTried || isLive),
    deploy: isWhole && isLive,
  };
  return new Set(guideSteps.filter((step) => done[step]));
}
