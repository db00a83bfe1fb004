import type { usersOf } from "../draft/conditions.ts";
import { choose } from "../flows/editing.ts";
import type { OpenFlow } from "../flows/open-flow.ts";
import { nameOf } from "../flows/outputs.ts";
import { showConditions, stage } from "../flows/stage.ts";
import { t } from "../text/text.ts";
import classes from "./conditions.module.css";

/** Who uses a condition: how many, and a way to each. */
export function Users({ open, users }: { open: OpenFlow; users: ReturnType<typeof usersOf> }) {
  const count = users.nodes.length + users.conditions.length;
  if (count === 0) return <p className={classes.users}>{t("conditions.unused")}</p>;
  return (
    <p className={classes.users}>
      {t("conditions.usedBy", { count })}{" "}
      {users.nodes.map((node) => (
        <button
          key={node.id}
          type="button"
          onClick={() => {
            stage.setState({ selected: [node.id] });
            choose(open, node.id);
          }}
        >
          {nameOf(node)}
        </button>
      ))}
      {users.conditions.map((name) => (
        <button key={`"${name}"`} type="button" onClick={() => showConditions(name)}>
          {t("condition.named", { name })}
        </button>
      ))}
    </p>
  );
}
