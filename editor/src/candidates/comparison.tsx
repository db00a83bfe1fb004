import { useState } from "react";
import type { Severity } from "../../../engine/model/alarm.ts";
import { comparedThings, type Verdict, verdicts } from "../../../engine/model/candidate.ts";
import { hashOf } from "../route.ts";
import { t } from "../text/text.ts";
import { Section } from "../ui/panel.tsx";
import pill from "../ui/pill.module.css";
import { moment, span, words } from "../ui/words.ts";
import classes from "./comparison.module.css";
import type { Comparison as Compared, Example, FlowCandidate } from "./queries.ts";

interface ComparisonProps {
  comparison: Compared;
  candidate: FlowCandidate;
  live: number | null;
}

/** How what the shadow would have done stands to what the live version did: counted, and by examples. */
export function Comparison({ comparison, candidate, live }: ComparisonProps) {
  const [chosen, setChosen] = useState<Verdict>();
  const { counts, examples } = comparison;
  const { version } = candidate;
  const sumOf = (verdict: Verdict) =>
    counts.reduce((sum, each) => (each.verdict === verdict ? sum + each.count : sum), 0);
  const found = verdicts.filter((verdict) => sumOf(verdict) > 0);
  const listed = examples.filter(({ verdict }) => (chosen ? verdict === chosen : verdict !== "same"));
  if (counts.length === 0)
    return (
      <Section title={t("compared.title")}>
        <p className={classes.empty}>
          <strong>{t("compared.none")}</strong>{" "}
          {live === null ? t("compared.noneAlone", { version }) : t("compared.noneText", { version, live })}
        </p>
      </Section>
    );
  return (
    <>
      <Section title={t("compared.title")}>
        <Table comparison={comparison} />
        <p className={classes.help}>
          {t("compared.help", { version, within: span(candidate.withinMs ?? 0) })}
        </p>
      </Section>
      <Section title={t("compared.examples")}>
        <fieldset className={classes.filter}>
          <legend className={classes.hidden}>{t("compared.filter")}</legend>
          <Choice isChosen={chosen === undefined} choose={() => setChosen(undefined)}>
            {t("compared.differences")}
          </Choice>
          {found.map((verdict) => (
            <Choice key={verdict} isChosen={chosen === verdict} choose={() => setChosen(verdict)}>
              {t(`compared.${verdict}`)}
            </Choice>
          ))}
        </fieldset>
        {listed.length === 0 && <p className={classes.empty}>{t("compared.noDifference")}</p>}
        <ul className={classes.examples}>
          {listed.map((example) => (
            <Row key={JSON.stringify(example)} example={example} />
          ))}
        </ul>
      </Section>
    </>
  );
}

function Table({ comparison: { counts } }: Pick<ComparisonProps, "comparison">) {
  const countOf = (what: string, verdict: Verdict) =>
    counts.find((each) => each.what === what && each.verdict === verdict)?.count ?? 0;
  const rows = comparedThings.filter((what) => counts.some((each) => each.what === what));
  return (
    <table className={classes.table}>
      <thead>
        <tr>
          <th scope="col">
            <span className={classes.hidden}>{t("compared.thing")}</span>
          </th>
          {verdicts.map((verdict) => (
            <th key={verdict} scope="col" title={t(`compared.${verdict}Help`)}>
              {t(`compared.${verdict}`)}
            </th>
          ))}
        </tr>
      </thead>
      <tbody>
        {rows.map((what) => (
          <tr key={what}>
            <th scope="row">{t(`compared.what.${what}`)}</th>
            {verdicts.map((verdict) => {
              const count = countOf(what, verdict);
              return (
                <td key={verdict} data-verdict={count > 0 ? verdict : "none"}>
                  {count}
                </td>
              );
            })}
          </tr>
        ))}
      </tbody>
    </table>
  );
}

function Choice(props: { isChosen: boolean; choose: () => void; children: string }) {
  return (
    <button type="button" aria-pressed={props.isChosen} onClick={props.choose}>
      {props.children}
    </button>
  );
}

function Row({ example }: { example: Example }) {
  const { what, verdict, subject, device, deviceName, live, shadow } = example;
  const first = Math.min(live?.at ?? Number.POSITIVE_INFINITY, shadow?.at ?? Number.POSITIVE_INFINITY);
  return (
    <li>
      <div>
        <span className={`${pill.pill} ${classes.verdict}`} data-verdict={verdict}>
          {t(`compared.${verdict}`)}
        </span>
        <strong>{t(`compared.did.${what}`, { subject })}</strong>
      </div>
      <small>
        {/* What messages are grouped by is no device, and has no page. */}
        {device.includes(" ") ? deviceName : <a href={hashOf({ view: "devices", device })}>{deviceName}</a>}
        {", "}
        <time dateTime={new Date(first).toISOString()}>{moment(first)}</time>
      </small>
      <small>{detailsOf(example)}</small>
    </li>
  );
}

/** By how much it was earlier or later, and what was otherwise. */
function detailsOf({ what, verdict, live, shadow }: Example): string {
  const wordsOf = (told: Example["live"]) => contentWords(what, told?.content);
  const content = wordsOf(shadow ?? live);
  if (!live || !shadow) return content;
  const apart = span(Math.abs(shadow.at - live.at));
  if (verdict === "earlier") return t("compared.earlierBy", { span: apart });
  if (verdict === "later") return t("compared.laterBy", { span: apart });
  if (verdict === "changed")
    return t("compared.changedFrom", { live: wordsOf(live), shadow: wordsOf(shadow) });
  return content;
}

/** Severity and parameters in words; what is only told as text as it is. */
function contentWords(what: Example["what"], content = ""): string {
  if (what === "raised" || what === "updated") return t(`severity.${content as Severity}`);
  if (what !== "command") return content;
  try {
    return words(JSON.parse(content));
  } catch {
    // A long one is cut.
    return content;
  }
}
