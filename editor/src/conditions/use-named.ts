import { useMemo, useRef } from "react";
import { withInner } from "../../../engine/flow/condition-uses.ts";
import type { Flow } from "../../../engine/model/flow.ts";
import { type Change, together } from "../draft/changes.ts";
import { nameCondition } from "../draft/conditions.ts";
import { showConditions } from "../flows/stage.ts";
import type { NamedInForm } from "../form/form-context.ts";

/**
 * The flow's conditions for a form, and `take`, which makes a change of a setting one step with the name that was given for it.
 * In the form of the condition `own`, those are left out that would lead back to it.
 */
export function useNamed({ conditions }: Flow, own?: string) {
  const naming = useRef<Change>(undefined);
  const named = useMemo((): NamedInForm => {
    const all = Object.entries(conditions ?? {});
    const fits = ([name]: [string, unknown]) => own === undefined || !withInner([name], conditions).has(own);
    return {
      own,
      byName: Object.fromEntries(all.filter(fits)),
      taken: all.map(([name]) => name),
      add(name, condition) {
        naming.current = nameCondition(name, condition);
      },
      show: showConditions,
    };
  }, [conditions, own]);
  /** `gesture` is empty where a name makes it a step of its own. */
  const take = (change: Change, gesture: string): [Change, string] => {
    const also = naming.current;
    naming.current = undefined;
    return also ? [together(also, change), ""] : [change, gesture];
  };
  return { named, take };
}
