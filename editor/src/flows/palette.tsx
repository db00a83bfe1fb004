import { t } from "../text/text.ts";
import { addStep } from "./editing.ts";
import { KindSearch } from "./kind-search.tsx";
import { useKinds } from "./kinds.ts";
import { useOpenFlow } from "./open-flow.ts";
import classes from "./palette.module.css";
import { stage } from "./stage.ts";

const field: { current: HTMLInputElement | null } = { current: null };

export function focusPalette(): boolean {
  field.current?.focus();
  return field.current !== null && field.current.offsetParent !== null;
}

/** The steps that can be added to the flow; a new one follows the step that is chosen. */
export function Palette({ flow }: { flow: string }) {
  const kinds = useKinds().data;
  const open = useOpenFlow(flow).data;
  if (!kinds || !open) return null;
  return (
    <section className={classes.palette} aria-label={t("palette.title")}>
      <h2>{t("palette.title")}</h2>
      <KindSearch
        kinds={[...kinds.values()]}
        draggable
        input={(element) => {
          field.current = element;
        }}
        choose={(kind) => {
          const { selected } = stage.getState();
          addStep(open, kinds, kind, selected.length === 1 ? { after: { node: selected[0]! } } : {});
        }}
      />
    </section>
  );
}
