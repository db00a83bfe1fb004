import { useClickOutside, useFocusTrap, useMergedRef } from "@mantine/hooks";
import { t } from "../text/text.ts";
import classes from "./add-menu.module.css";
import { addStep } from "./editing.ts";
import { useEditing } from "./editing-context.ts";
import { KindSearch } from "./kind-search.tsx";
import { openDialog, type StageDialog } from "./stage.ts";

const width = 288;
const height = 360;

/** The list of steps where the wire was dropped, the canvas double-clicked, or the edge asked to be parted. */
export function AddMenu({ spot, x, y }: Extract<StageDialog, { type: "add" }>) {
  const { open, kinds } = useEditing();
  const close = () => openDialog(undefined);
  const ref = useMergedRef(useClickOutside(close), useFocusTrap());
  const joined = spot.after ?? spot.into ?? spot.before;
  const offered = [...kinds.values()].filter((kind) => {
    if ((spot.after || spot.into) && kind.source) return false;
    return !(spot.before || spot.into) || kind.outputs.length > 0;
  });
  return (
    <div
      ref={ref}
      role="dialog"
      aria-label={t(joined ? "add.joined" : "add.title")}
      className={classes.menu}
      style={{
        left: Math.max(8, Math.min(x, window.innerWidth - width - 8)),
        top: Math.max(8, Math.min(y, window.innerHeight - height - 8)),
      }}
      onKeyDown={(event) => {
        if (event.key !== "Escape") return;
        event.stopPropagation();
        close();
      }}
    >
      <KindSearch
        kinds={offered}
        choose={(kind) => {
          close();
          addStep(open, kinds, kind, spot);
        }}
      />
    </div>
  );
}
