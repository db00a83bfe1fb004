import type { Message } from "../model/message.ts";
import { seenBy } from "./candidates.ts";
import { type FlowPlan, isShadow } from "./compile.ts";
import type { UploadEntry } from "./entry.ts";
import type { Run } from "./outcome.ts";
import { visit } from "./visit.ts";

/** Lets the message into all flows but `except`: each in the version that its device has, and in the shadows. */
export function enter(run: Run, message: Message, entry: UploadEntry | undefined, except?: string) {
  for (const live of run.plan.flows) {
    if (live.id === except) continue;
    const flow = live.canary ? seenBy(live, message.device) : live;
    for (const source of flow.sources) visit(run, flow, source, message, undefined, undefined, entry);
  }
  if (!run.shadow) return;
  for (const flow of run.plan.shadows)
    if (flow.id !== except)
      for (const source of flow.sources)
        visit(run.shadow, flow, source, message, undefined, undefined, entry);
}

/** The run that a node of the flow belongs to. */
export function sideOf(run: Run, flow: FlowPlan): Run {
  return isShadow(flow) && run.shadow ? run.shadow : run;
}
