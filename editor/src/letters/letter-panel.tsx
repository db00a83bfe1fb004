import type { DeadLetter } from "../../../engine/model/dead-letter.ts";
import { isReplayable } from "../../../engine/model/dead-letter.ts";
import { hashOf } from "../route.ts";
import { t } from "../text/text.ts";
import { LetterIcon } from "../ui/icons.tsx";
import { Panel, Section } from "../ui/panel.tsx";
import pill from "../ui/pill.module.css";
import { Since } from "../ui/since.tsx";
import { Pending } from "../ui/states.tsx";
import { moment } from "../ui/words.ts";
import classes from "./letters.module.css";
import { MendForm } from "./mend-form.tsx";
import { bytesOf } from "./payload.ts";
import { usePlaceNames } from "./place-names.ts";
import { useLetter } from "./queries.ts";
import { reasonWords, stateWords } from "./words.ts";

/** One dead letter: why it was refused, what came, and what to do about it. */
export function LetterPanel({ id, close }: { id: string; close: () => void }) {
  const query = useLetter(id);
  const letter = query.data;
  return (
    <Panel
      title={letter ? reasonWords(letter.reason) : t("letter.title")}
      subtitle={letter && <Since time={letter.arrivedAt} />}
      icon={<LetterIcon size={24} />}
      close={close}
    >
      {letter ? <Details letter={letter} /> : <Pending query={query} what={t("letter.title")} />}
    </Panel>
  );
}

function Details({ letter }: { letter: DeadLetter }) {
  const { state, message, again, replayOf, replayVersion } = letter;
  const replayedAt = moment(letter.replayedAt ?? letter.arrivedAt);
  const isMovable = state === "open" || state === "discarded";
  return (
    <>
      <div className={classes.where}>
        <span className={`${pill.pill} ${classes.state}`} data-state={again ? "failed" : state}>
          {stateWords(letter)}
        </span>
        <Place letter={letter} />
      </div>
      {replayOf && (
        <p className={classes.note}>
          <a href={hashOf({ view: "letters", letter: replayOf })}>{t("letter.of")}</a>
        </p>
      )}
      <Section title={t("letter.why")}>
        <p className={classes.why} lang="en">
          {message}
        </p>
      </Section>
      <Section title={t("letter.came")}>
        <Came letter={letter} />
      </Section>
      <Section title={t("letter.payload")}>
        {state === "replaying" && <p role="status">{t("letter.onItsWay")}</p>}
        {state === "replayed" && (
          <p role="status">
            {replayVersion === null
              ? t("letter.replayed", { time: replayedAt })
              : t("letter.replayedIn", { time: replayedAt, version: replayVersion })}
          </p>
        )}
        {state === "discarded" && <p>{t("letter.discarded")}</p>}
        {again && <a href={hashOf({ view: "letters", letter: again })}>{t("letter.again")}</a>}
        {!isReplayable(letter) && <p>{t("letter.never")}</p>}
        {isMovable && <MendForm key={`${letter.id} ${letter.editedAt}`} letter={letter} />}
      </Section>
    </>
  );
}

function Place({ letter }: { letter: DeadLetter }) {
  const { device, deviceName, flow, node, version } = letter;
  const names = usePlaceNames(letter);
  const step = [names.flow, names.step].filter(Boolean).join(", ");
  return (
    <>
      {device && deviceName && <a href={hashOf({ view: "devices", device })}>{deviceName}</a>}
      {device && !deviceName && <span>{t("letter.gone", { device })}</span>}
      {flow && (
        <a href={hashOf({ view: "flows", flow, node: node ?? undefined })}>
          {version ? t("letter.version", { step, version }) : step}
        </a>
      )}
    </>
  );
}

const shownChars = 4000;

function Came({ letter }: { letter: DeadLetter }) {
  const { length, text, hex } = bytesOf(letter);
  const isCut = text === undefined ? hex.length < 3 * length - 1 : text.length > shownChars;
  return (
    <>
      <p className={classes.note}>
        {t("letter.bytes", { count: length })}
        {text === undefined && ` ${t("letter.notText")}`}
      </p>
      <pre className={classes.came}>{text?.slice(0, shownChars) ?? hex}</pre>
      {isCut && <p className={classes.note}>{t("letter.cut")}</p>}
    </>
  );
}
