import { Checkbox } from "@mantine/core";
import { useEditing } from "../flows/editing-context.ts";
import { useFlow } from "../flows/open-flow.ts";
import type { FlowProblem } from "../flows/problems.ts";
import type { FlowSummary } from "../flows/queries.ts";
import { useFields } from "../flows/use-fields.ts";
import { ConditionControl } from "../form/condition-control.tsx";
import { NumberControl } from "../form/controls.tsx";
import { FormContext, useForm } from "../form/form-context.ts";
import { t } from "../text/text.ts";
import { type How, type Way, ways, wrongIn } from "./how.ts";
import classes from "./how-choice.module.css";

interface ChoiceProps {
  summary: FlowSummary;
  how: How;
  set: (how: How) => void;
}

/** Asks how a version is to run: for all devices, beside the live one without effect, or for some devices. */
export default function HowChoice({ summary, how, set }: ChoiceProps) {
  const { live, candidate } = summary;
  const textOf = (way: Way) => {
    if (way === "canary" && live === null) return t("how.canaryFirst");
    return live === null ? t(`how.${way}First`) : t(`how.${way}Text`, { version: live });
  };
  return (
    <fieldset className={classes.choice}>
      <legend>{t("how.title")}</legend>
      {ways.map((way) => (
        <label key={way} className={classes.way} data-chosen={how.way === way}>
          <input
            type="radio"
            name="how"
            value={way}
            checked={how.way === way}
            disabled={way === "canary" && live === null}
            onChange={() => set({ ...how, way })}
          />
          <span>
            <strong>{t(`how.${way}`)}</strong>
            <small>{textOf(way)}</small>
          </span>
        </label>
      ))}
      {how.way === "canary" && <Devices how={how} set={set} />}
      {candidate && <p className={classes.ends}>{t("how.ends", { version: candidate.version })}</p>}
    </fieldset>
  );
}

function Devices({ how, set }: Omit<ChoiceProps, "summary">) {
  const { open, kinds } = useEditing();
  const form = useForm();
  const names = useFields(useFlow(open), kinds);
  const problems = wrongIn(how).map((path): FlowProblem => {
    const said = t(`how.wrong.${path}`);
    return { code: path, path, message: said, said, english: said };
  });
  const put = (change: Partial<How>) => set({ ...how, ...change });
  const number = (path: "percent" | "errors" | "alarms" | "minutes") => (
    <NumberControl
      schema={{}}
      path={path}
      label={t(`how.${path}`)}
      value={how[path]}
      set={(value) => put({ [path]: value })}
    />
  );
  return (
    <FormContext value={{ ...form, ...names, problems }}>
      <div className={classes.details}>
        <div className={classes.by}>
          {(["percent", "when"] as const).map((by) => (
            <label key={by}>
              <input type="radio" name="by" checked={how.by === by} onChange={() => put({ by })} />
              {t(by === "percent" ? "how.byShare" : "how.byAttribute")}
            </label>
          ))}
        </div>
        {how.by === "percent" ? (
          number("percent")
        ) : (
          <ConditionControl
            schema={{ names: "attributes" }}
            path="when"
            label={t("how.when")}
            value={how.when}
            set={(when) => put({ when })}
            required
          />
        )}
        <p className={classes.note}>{t("how.stateStays")}</p>
        <Checkbox
          size="sm"
          label={t("how.bounded")}
          checked={how.isBounded}
          onChange={(event) => put({ isBounded: event.currentTarget.checked })}
        />
        {how.isBounded && (
          <div className={classes.bounds}>
            {number("errors")}
            {number("alarms")}
            {number("minutes")}
          </div>
        )}
      </div>
    </FormContext>
  );
}
