import type { CauseStep } from "../../../engine/model/cause.ts";
import { t } from "../text/text.ts";
import { humanise, words } from "../ui/words.ts";
import { clock } from "./cause-words.ts";
import classes from "./causes.module.css";

type Messages = NonNullable<CauseStep["messages"]>;

/** Messages that a step took into account, by their time, with the fields that counted. */
export function MessagesTable({
  messages,
  near,
  title,
}: {
  messages: Messages;
  near: string;
  title: string;
}) {
  const fields = [...new Set(messages.flatMap(({ values }) => Object.keys(values)))];
  return (
    <table className={classes.messages}>
      <caption>{title}</caption>
      <thead>
        <tr>
          <th scope="col">{t("cause.time")}</th>
          {fields.map((field) => (
            <th key={field} scope="col" title={field}>
              {humanise(field)}
            </th>
          ))}
        </tr>
      </thead>
      <tbody>
        {messages.map(({ id, ts, values }, index) => (
          // biome-ignore lint/suspicious/noArrayIndexKey: two messages may have one time, and no id
          <tr key={index} title={id && t("cause.id", { id })}>
            <td>{clock(ts, near)}</td>
            {fields.map((field) => (
              <td key={field}>{values[field] === undefined ? "–" : words(values[field])}</td>
            ))}
          </tr>
        ))}
      </tbody>
    </table>
  );
}

/** What was in a window when it closed. */
export function WindowTable({ window, near }: { window: NonNullable<CauseStep["window"]>; near: string }) {
  const { count, messages, start, end } = window;
  const span = { count, from: clock(start, near), to: clock(end, near), shown: messages.length };
  const title = t(messages.length < count ? "cause.windowSample" : "cause.window", span);
  return <MessagesTable messages={messages} near={near} title={title} />;
}
