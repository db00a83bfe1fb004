import { Checkbox } from "@mantine/core";
import type { DeadLetter } from "../../../engine/model/dead-letter.ts";
import { hashOf, type Route } from "../route.ts";
import { t } from "../text/text.ts";
import pill from "../ui/pill.module.css";
import { Since } from "../ui/since.tsx";
import table from "../ui/table.module.css";
import classes from "./letters.module.css";
import { usePlaceNames } from "./place-names.ts";
import { reasonWords, stateWords } from "./words.ts";

interface TableProps {
  letters: readonly DeadLetter[];
  route: Route;
  opened: string | undefined;
  chosen: ReadonlySet<string>;
  choose: (ids: ReadonlySet<string>) => void;
}

/** Dead letters as a table; a click anywhere on a row opens one, a box chooses it. */
export function LetterTable({ letters, route, opened, chosen, choose }: TableProps) {
  const movable = letters.filter(({ state }) => state === "open" || state === "discarded");
  const every = movable.length > 0 && movable.every(({ id }) => chosen.has(id));
  const toggle = (id: string) => {
    const next = new Set(chosen);
    if (!next.delete(id)) next.add(id);
    choose(next);
  };
  return (
    <table className={`${table.table} ${classes.table}`}>
      <thead>
        <tr>
          <th scope="col">
            <Checkbox
              size="xs"
              aria-label={t("letters.chooseAll")}
              checked={every}
              indeterminate={!every && movable.some(({ id }) => chosen.has(id))}
              disabled={movable.length === 0}
              onChange={() => choose(new Set(every ? [] : movable.map(({ id }) => id)))}
            />
          </th>
          <th scope="col">{t("letters.column.problem")}</th>
          <th scope="col">{t("letters.column.device")}</th>
          <th scope="col" data-wide>
            {t("letters.column.step")}
          </th>
          <th scope="col">{t("letters.column.time")}</th>
          <th scope="col">{t("letters.column.state")}</th>
        </tr>
      </thead>
      <tbody>
        {letters.map((letter) => {
          const { id, reason, message, device, deviceName, arrivedAt, state, again } = letter;
          const isMovable = state === "open" || state === "discarded";
          return (
            <tr key={id} data-chosen={id === opened}>
              <td>
                <Checkbox
                  size="xs"
                  className={classes.box}
                  aria-label={t("letters.choose", {
                    device: deviceName ?? t("letters.nobody"),
                    reason: reasonWords(reason),
                  })}
                  checked={chosen.has(id)}
                  disabled={!isMovable}
                  onChange={() => toggle(id)}
                />
              </td>
              <td>
                <a
                  className={table.open}
                  href={hashOf({ ...route, letter: id })}
                  aria-current={id === opened ? "true" : undefined}
                >
                  {reasonWords(reason)}
                </a>
                <small lang="en" title={message}>
                  {message}
                </small>
              </td>
              <td>{deviceName ?? (device ? t("letter.gone", { device }) : t("letters.nobody"))}</td>
              <td data-wide>
                <Place letter={letter} />
              </td>
              <td className={classes.since}>
                <Since time={arrivedAt} />
              </td>
              <td>
                <span className={`${pill.pill} ${classes.state}`} data-state={again ? "failed" : state}>
                  {stateWords(letter)}
                </span>
              </td>
            </tr>
          );
        })}
      </tbody>
    </table>
  );
}

function Place({ letter }: { letter: DeadLetter }) {
  const { flow, step } = usePlaceNames(letter);
  return flow === undefined ? t("letters.noFlow") : [flow, step].filter(Boolean).join(", ");
}
