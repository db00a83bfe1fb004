import type { Flow } from "../../../engine/model/flow.ts";
import type { Kinds } from "./kind-info.ts";
import { kindOf } from "./outputs.ts";

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
