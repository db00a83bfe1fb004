import { shadowPrefix } from "./compile.ts";
import { type Run, touch } from "./outcome.ts";

/**
 * The run of an entry's shadows: they have the messages, the plan and the lane's state in common with the live versions,
 * under refs of their own. What they want done goes no further than `compareShadows`. `before`: that of an entry before.
 */
export function shadowOf(run: Run, before: Run | undefined): Run {
  const { outcome } = run;
  if (before?.plan === run.plan) {
    before.outcome.sequence = outcome.sequence;
    before.effectCount = 0;
    return before;
  }
  // Maps of state and contexts are the same ones; lists of what leaves are its own.
  const apart = { ...outcome, effects: [], points: [], counts: new Map(), trace: undefined };
  return { ...run, outcome: apart, effectCount: 0, shadow: undefined };
}

/** Where the shadows of a device or key keep what is still to be paired; also says that they have begun with it. */
export const begunRef = (prefix: string) => `${prefix}/`;
export const begunTag = "shadow";

/**
 * Lets shadows begin with what the live version remembers of the device or key now, where node and kind are the same. To
 * be called before an entry changes anything of it.
 */
export function beginShadows(run: Run, device: string) {
  const { outcome, state, plan } = run;
  for (const { id, prefix, nodes } of plan.shadows) {
    const ref = begunRef(prefix);
    if ((outcome.keys.get(device) ?? state.keys.get(device))?.n[ref]) continue;
    const key = touch(run, device);
    key.n[ref] = { k: begunTag };
    key.b = [...(key.b ?? []), prefix];
    for (const node of nodes) {
      const known = key.n[`${id}/${node.id}`];
      if (known?.k !== node.tag) continue;
      key.n[node.ref] = known;
      if (known.o) key.o = [...(key.o ?? []), node.ref];
    }
  }
}

/** The ref of a shadow's node. */
export const shadowRef = (flow: string, candidate: number, node: string) =>
  `${shadowPrefix(flow, candidate)}/${node}`;
