import type { Command, CommandState } from "../../../engine/model/command.ts";
import { hashOf } from "../route.ts";
import { t } from "../text/text.ts";
import pill from "../ui/pill.module.css";
import { Since } from "../ui/since.tsx";
import { Pending } from "../ui/states.tsx";
import { ApprovalButtons } from "./approval-buttons.tsx";
import classes from "./command-list.module.css";
import { CommandParams } from "./command-progress.tsx";
import { stateSentence } from "./command-words.ts";
import { useCommands } from "./commands.ts";

type Tone = "good" | "bad" | "busy";

const tones: Record<CommandState, Tone> = {
  waiting_approval: "busy",
  queued: "busy",
  sent: "busy",
  delivered: "busy",
  succeeded: "good",
  failed: "bad",
  timed_out: "bad",
  expired: "bad",
  rejected: "bad",
};

/** The commands of a device or an alarm, newest first, each with its state. */
export function CommandList({ of, none }: { of: { device: string } | { alarm: string }; none: string }) {
  const query = useCommands(of);
  if (!query.data) return <Pending query={query} what={t("command.list")} />;
  if (query.data.length === 0) return <p className={classes.none}>{none}</p>;
  return (
    <ul className={classes.list}>
      {query.data.map((command) => (
        <Line key={command.id} command={command} />
      ))}
    </ul>
  );
}

function Line({ command }: { command: Command }) {
  return (
    <li>
      <div>
        <strong>{command.method}</strong> <CommandParams command={command} />
        <br />
        <small>
          {command.flow ? t("command.byFlow") : t("command.byHand")}, <Since time={command.createdAt} />
          {command.reason && (
            <>
              <br />
              {command.reason}
            </>
          )}
        </small>
        {command.flow && (
          <p className={classes.why}>
            <a
              href={hashOf({ view: "flows", flow: command.flow, command: String(command.id) })}
              aria-label={t("cause.why", { method: command.method })}
            >
              {t("cause.whyShort")}
            </a>
          </p>
        )}
        {command.state === "waiting_approval" && <ApprovalButtons command={command} />}
      </div>
      <span
        className={`${pill.pill} ${classes.state}`}
        data-tone={tones[command.state]}
        title={stateSentence(command)}
      >
        {t(`command.${command.state}`)}
      </span>
    </li>
  );
}
