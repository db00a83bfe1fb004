import type { Values } from "../model/value.ts";
import { compileDetails } from "./alert-details.ts";
import { explainAlert } from "./alert-explain.ts";
import { termsOf } from "./alert-levels.ts";
import type { AlertConfig } from "./alert-settings.ts";
import type { Watch } from "./alert-watch.ts";
import type { Node, Step } from "./kind.ts";

const nothing: Step = {};

/** The alert most flows have: one severity, and no sense of time. */
export function plain(config: AlertConfig, watch: Watch): Node {
  const { type, severity } = config;
  const [{ holds: raises, stays }] = watch.levels as [Watch["levels"][number]];
  const clears = watch.clears ?? ((values: Values) => !stays(values));
  const detailsOf = compileDetails(config);
  return {
    evaluate(message, state) {
      const { values } = message;
      if (!(state as { active?: boolean } | undefined)?.active) {
        if (!raises(values)) return nothing;
        return {
          state: { active: true },
          wishes: [{ type: "raise", alarm: type, severity, details: detailsOf(message) }],
          out: [["raised", message]],
        };
      }
      if (!clears(values)) return nothing;
      return { state: null, wishes: [{ type: "clear", alarm: type }], out: [["cleared", message]] };
    },
    // Settings before these may have asked for it; without an answer the state would be forgotten.
    tick: () => nothing,
    explain({ message, state }) {
      if (!message) return {};
      const { active } = (state ?? {}) as { active?: true };
      return explainAlert(
        termsOf(config, watch),
        active ? { active, v: 0, on: [0] } : {},
        message,
        undefined,
      );
    },
  };
}
