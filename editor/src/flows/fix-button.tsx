import { t } from "../text/text.ts";
import { addStep } from "./editing.ts";
import { useEditing } from "./editing-context.ts";
import classes from "./fix-button.module.css";
import { fixOf } from "./fixes.ts";
import { useFlow } from "./open-flow.ts";
import type { FlowProblem } from "./problems.ts";
import { openDialog, say } from "./stage.ts";

/** Mends the problem it stands beside, where the page can; one undo step. */
export function FixButton({ problem, done }: { problem: FlowProblem; done?: () => void }) {
  const { open, kinds } = useEditing();
  const flow = useFlow(open);
  const fix = fixOf(problem, flow, kinds);
  if (!fix) return null;
  function mend() {
    done?.();
    const kind = fix?.add && kinds.get(fix.add);
    if (kind) addStep(open, kinds, kind, {});
    if (fix?.ask) openDialog(fix.ask);
    if (!fix?.change) return;
    open.document.apply(fix.change);
    say(t("say.fixed", { fix: fix.label }));
  }
  return (
    <button type="button" className={classes.fix} onClick={mend}>
      {fix.label}
    </button>
  );
}
