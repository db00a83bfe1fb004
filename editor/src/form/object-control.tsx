import { humanise } from "../ui/words.ts";
import { Control } from "./control.tsx";
import classes from "./form.module.css";
import type { ControlProps } from "./form-context.ts";
import { isShown, type Schema, withPart } from "./schema.ts";

type Parts = Record<string, unknown>;

/** A setting made of settings, in a frame with its name. */
export function ObjectControl(props: ControlProps) {
  return (
    <fieldset className={classes.object}>
      <legend>{props.label}</legend>
      <PartsControl {...props} />
    </fieldset>
  );
}

/** The parts of an object, one below the other. A part that no longer applies is taken out with the choice that rules it. */
export function PartsControl({ schema, value, path, set }: Omit<ControlProps, "label">) {
  const parts = isParts(value) ? value : {};
  const shown = Object.entries(schema.properties ?? {}).filter(([, part]) => isShown(part, parts, schema));
  return (
    <div className={classes.parts}>
      {shown.map(([name, part]) => (
        <Control
          key={name}
          schema={part}
          value={parts[name]}
          path={path === "" ? name : `${path}.${name}`}
          label={part.title ?? humanise(name)}
          required={schema.required?.includes(name)}
          beside={parts}
          set={(next) => set(fitting(schema, withPart(parts, name, next)))}
        />
      ))}
    </div>
  );
}

/** Without the parts that neighbours have ruled out. */
function fitting(schema: Schema, parts: Parts): Parts {
  const ruled = Object.entries(schema.properties ?? {}).filter(
    ([name, part]) => part.shownFor && name in parts && !isShown(part, parts, schema),
  );
  return ruled.reduce((left, [name]) => withPart(left, name, undefined), parts);
}

function isParts(value: unknown): value is Parts {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}
