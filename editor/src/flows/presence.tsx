import { useEffect, useState } from "react";
import * as z from "zod";
import { newKey } from "../alarms/commands.ts";
import { encoded, post } from "../api.ts";
import { useRoute } from "../route.ts";
import { t } from "../text/text.ts";
import { PeopleIcon } from "../ui/icons.tsx";
import { type OpenFlow, useFlow } from "./open-flow.ts";
import { nameIn } from "./outputs.ts";
import classes from "./status.module.css";

const everyMs = 4000;
const client = newKey();
const othersSchema = z.object({ others: z.array(z.object({ node: z.string().nullable() })) });
type Others = z.infer<typeof othersSchema>["others"];

/** How many others have this flow open, and which step they look at. */
export function Presence({ open }: { open: OpenFlow }) {
  const flow = useFlow(open);
  const others = useOthers(open.id, useRoute().node);
  if (others.length === 0) return null;
  const at = others.flatMap(({ node }) => (node ? [t("presence.at", { name: nameIn(flow, node) })] : []));
  return (
    <span className={classes.presence} role="status">
      <PeopleIcon size={16} />
      {[t("presence.others", { count: others.length }), ...new Set(at)].join(", ")}
    </span>
  );
}

function useOthers(flow: string, node: string | undefined): Others {
  const [others, setOthers] = useState<Others>([]);
  useEffect(() => {
    const path = `/api/flows/${encoded(flow)}/presence`;
    let isOver = false;
    async function tell() {
      const told = await post(path, othersSchema, { client, node: node ?? null }).catch(() => ({
        others: [],
      }));
      if (!isOver) setOthers(told.others);
    }
    void tell();
    const timer = setInterval(tell, everyMs);
    const leave = () => {
      const body = new Blob([JSON.stringify({ client, leaving: true })], { type: "application/json" });
      navigator.sendBeacon(path, body);
    };
    addEventListener("pagehide", leave);
    return () => {
      isOver = true;
      clearInterval(timer);
      removeEventListener("pagehide", leave);
      leave();
    };
  }, [flow, node]);
  return others;
}
