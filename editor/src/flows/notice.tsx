import { useEffect, useState } from "react";
import { useStore } from "zustand";
import { t } from "../text/text.ts";
import { CheckIcon, MajorIcon } from "../ui/icons.tsx";
import classes from "./notice.module.css";
import type { OpenFlow } from "./open-flow.ts";
import { say, useStage } from "./stage.ts";

const shownMs = 6000;
/** Merges already spoken of. */
const told = new WeakSet<object>();

/** What just happened, at the foot of the canvas; it blocks nothing and goes by itself. */
export function Notice({ open }: { open: OpenFlow }) {
  const notice = useStage((state) => state.notice);
  const merged = useStore(open.saver.status, (state) => state.merged);
  const [hidden, setHidden] = useState(0);
  useEffect(() => {
    if (!merged || told.has(merged)) return;
    told.add(merged);
    const [names, apart] = [merged.clashes.join(", "), merged.apart.join(", ")];
    const parts = [
      !names && t("say.merged"),
      apart && t("say.mergedApart", { names: apart }),
      names && t("say.mergedClash", { names }),
    ];
    say(parts.filter(Boolean).join(" "), { bad: names !== "" || apart !== "" });
  }, [merged]);
  useEffect(() => {
    if (!notice) return;
    const timer = setTimeout(() => setHidden(notice.at), shownMs);
    return () => clearTimeout(timer);
  }, [notice]);
  const shown = notice && notice.at > hidden ? notice : undefined;
  return (
    <div className={classes.place} role="status" aria-live="polite">
      {shown && (
        <p className={classes.notice} data-bad={shown.bad}>
          {shown.bad ? <MajorIcon size={16} /> : <CheckIcon size={16} />}
          {shown.text}
        </p>
      )}
    </div>
  );
}
