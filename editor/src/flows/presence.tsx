import { useEffect, useEffectEvent, useState } from "react";
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

/** Tells the server every few seconds, and at once when another step is looked at. */
function useOthers(flow: string, node: string | undefined): Others {
  const [others, setOthers] = useState<Others>([]);
  const path = `/api/flows/${encoded(flow)}/presence`;
  const tell = useEffectEvent(async () => {
    const body = { client, node: node ?? null };
    setOthers((await post(path, othersSchema, body).catch(() => ({ others: [] }))).others);
  });
  useEffect(() => {
    const timer = setInterval(() => void tell(), everyMs);
    const leave = () => {
      const body = new Blob([JSON.stringify({ client, leaving: true })], { type: "application/json" });
      navigator.sendBeacon(path, body);
    };
    addEventListener("pagehide", leave);
    return () => {
      clearInterval(timer);
      removeEventListener("pagehide", leave);
      leave();
    };
  }, [path]);
  // biome-ignore lint/correctness/useExhaustiveDependencies: another step, or flow, is to be told of
  useEffect(() => {
    void tell();
  }, [path, node]);
  return others;
}
