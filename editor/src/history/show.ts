import type { QueryClient } from "@tanstack/react-query";
import { runVersion } from "../draft/remote.ts";
import type { OpenFlow } from "../flows/open-flow.ts";
import { fetchVersion } from "../flows/queries.ts";
import { type ShownVersion, say, stage } from "../flows/stage.ts";
import { t } from "../text/text.ts";

/** Puts a version on the canvas in place of the draft, to be looked at. */
export async function showVersion(queries: QueryClient, flow: string, version: number) {
  const definition = await fetchVersion(queries, flow, version);
  stage.setState({ shown: { version, flow: definition }, selected: [], edges: [], writing: undefined });
}

/** Puts two states of the flow on the canvas, one laid over the other. */
export function showOver(shown: ShownVersion) {
  stage.setState({ shown, selected: [], edges: [], writing: undefined });
}

export function backToDraft() {
  stage.setState({ shown: undefined });
}

/** Makes the draft what the version is. One undo step. */
export async function restoreVersion(queries: QueryClient, open: OpenFlow, version: number) {
  const definition = await fetchVersion(queries, open.id, version);
  open.document.apply(() => ({ ...definition, id: open.id }));
  backToDraft();
  say(t("say.restored", { version }));
}

/** Lets a version run in place of the one that runs. Rejects with the refusal's sentence. */
export async function rollBack(queries: QueryClient, flow: string, version: number) {
  await runVersion(flow, version);
  await queries.invalidateQueries({ queryKey: ["flows"] });
  say(t("say.live", { version }));
}
