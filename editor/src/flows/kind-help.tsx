import { useQuery } from "@tanstack/react-query";
import { helpIn } from "../text/choose.ts";
import { t, useLanguage } from "../text/text.ts";
import { Prose } from "../ui/prose.tsx";
import { type KindInfo, withTitles } from "./kind-info.ts";
import classes from "./node-panel.module.css";

/** What a kind says of itself, in the language of the page where there is such a text, else in English with a line that says so. */
export function KindHelp({ kind }: { kind: Pick<KindInfo, "kind" | "help" | "outputs"> }) {
  const language = useLanguage();
  const { data: texts } = useQuery({
    queryKey: ["help", language],
    staleTime: Number.POSITIVE_INFINITY,
    queryFn: () => helpIn(language),
  });
  if (!texts) return null;
  const help = texts[`help ${kind.kind}`];
  const isForeign = help === undefined && language !== "en";
  return (
    <div lang={isForeign ? "en" : undefined}>
      {isForeign && <p className={classes.lead}>{t("node.english")}</p>}
      <Prose>{help ?? withTitles(kind)}</Prose>
    </div>
  );
}
