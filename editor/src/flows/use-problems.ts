import { useDeferredValue, useMemo } from "react";
import type { Flow } from "../../../engine/model/flow.ts";
import { type FlowProblem, problemsOf } from "./problems.ts";
import { useSurroundings } from "./use-surroundings.ts";

/** The same a moment behind the typing, so that large flows do not hold it up. */
export function useProblems(flow: Flow): FlowProblem[] {
  const later = useDeferredValue(flow);
  const around = useSurroundings(later);
  return useMemo(() => problemsOf(later, around), [later, around]);
}
