import { OpenLetters } from "../letters/open-letters.tsx";
import { useLive } from "../live.ts";
import { hashOf, type Route } from "../route.ts";
import { t } from "../text/text.ts";
import classes from "./header.module.css";
import { Mark } from "./mark.tsx";
import { SchemeSwitch } from "./scheme-switch.tsx";
import { rate } from "./words.ts";

const views = [
  { view: "flows", title: "Flows" },
  { view: "devices", title: "Devices" },
  { view: "letters", title: undefined },
] as const;

export function Header({ view }: Pick<Route, "view">) {
  return (
    <header className={classes.header}>
      <a className={classes.brand} href="#/flows/">
        <Mark />
        <h1>Millrace</h1>
      </a>
      <nav className={classes.nav} aria-label="Main">
        {views.map((each) => (
          <a
            key={each.view}
            href={hashOf({ view: each.view })}
            aria-current={each.view === view ? "page" : undefined}
          >
            {each.title ?? t("letters.title")}
            {each.view === "letters" && <OpenLetters />}
          </a>
        ))}
      </nav>
      <div className={classes.state}>
        <MessageRate />
        <ConnectionState />
        <SchemeSwitch />
      </div>
    </header>
  );
}

function MessageRate() {
  const received = useLive(({ traffic }) => traffic && rate(traffic.received));
  if (received === undefined) return null;
  return (
    <span className={classes.rate} title="Messages received from devices">
      <strong>{received.replace("/s", "")}</strong>
      <span> messages/s</span>
    </span>
  );
}

const connectionWords = { connecting: "Connecting", live: "Live", reconnecting: "Reconnecting" };

function ConnectionState() {
  const connection = useLive((live) => live.connection);
  return (
    <span className={classes.connection} data-connection={connection} role="status">
      {connectionWords[connection]}
    </span>
  );
}
