import { OpenLetters } from "../letters/open-letters.tsx";
import { useLive } from "../live.ts";
import { hashOf, type Route } from "../route.ts";
import { t } from "../text/text.ts";
import classes from "./header.module.css";
import { LanguageSwitch } from "./language-switch.tsx";
import { Mark } from "./mark.tsx";
import { SchemeSwitch } from "./scheme-switch.tsx";
import { rate } from "./words.ts";

/** The pages that the head leads to. */
export const pages = [
  { view: "flows", title: "page.flows" },
  { view: "devices", title: "page.devices" },
  { view: "letters", title: "letters.title" },
  { view: "tables", title: "tables.title" },
  { view: "channels", title: "channels.title" },
] as const;

export function Header({ view }: Pick<Route, "view">) {
  return (
    <header className={classes.header}>
      <a className={classes.brand} href="#/flows/">
        <Mark />
        <h1>Millrace</h1>
      </a>
      <nav className={classes.nav} aria-label={t("page.main")}>
        {pages.map((each) => (
          <a
            key={each.view}
            href={hashOf({ view: each.view })}
            aria-current={each.view === view ? "page" : undefined}
          >
            {t(each.title)}
            {each.view === "letters" && <OpenLetters />}
          </a>
        ))}
      </nav>
      <div className={classes.state}>
        <MessageRate />
        <ConnectionState />
        <LanguageSwitch />
        <SchemeSwitch />
      </div>
    </header>
  );
}

function MessageRate() {
  const received = useLive(({ traffic }) => traffic && rate(traffic.received));
  if (received === undefined) return null;
  return (
    <span className={classes.rate} title={t("page.rateHint")}>
      <strong>{received.replace("/s", "")}</strong>
      <span>{t("page.rate")}</span>
    </span>
  );
}

function ConnectionState() {
  const connection = useLive((live) => live.connection);
  return (
    <span className={classes.connection} data-connection={connection} role="status">
      {t(`page.${connection}`)}
    </span>
  );
}
