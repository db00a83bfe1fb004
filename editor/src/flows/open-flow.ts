import { useQuery } from "@tanstack/react-query";
import { useEffect } from "react";
import { useStore } from "zustand";
import type { Flow } from "../../../engine/model/flow.ts";
import type { Places } from "../draft/changes.ts";
import { type FlowDocument, openDocument } from "../draft/draft.ts";
import { loadDraft } from "../draft/remote.ts";
import { type Saver, startSaving } from "../draft/saver.ts";
import type { Kinds } from "./kind-info.ts";
import { useKinds } from "./kinds.ts";
import { firstPlaces, placesOf } from "./places.ts";

/** A flow on the page: its document, what saves it, and how it was first drawn. */
export interface OpenFlow {
  id: string;
  document: FlowDocument;
  saver: Saver;
  opened: Flow;
  first: Places;
}

/** Open flows stay so while the page does: their history survives a look at another flow. */
const open = new Map<string, OpenFlow>();

async function openFlow(id: string, kinds: Kinds): Promise<OpenFlow> {
  const known = open.get(id);
  if (known) return known;
  const saved = await loadDraft(id);
  const document = openDocument(saved.flow);
  const saver = startSaving(document, saved);
  const opened = document.flow();
  const flow = { id, document, saver, opened, first: firstPlaces(opened, kinds) };
  open.set(id, flow);
  return flow;
}

export function closeFlow(id: string) {
  open.get(id)?.saver.stop();
  open.delete(id);
}

/** The open flow. `etag` is the newest the server told of: another than ours means that someone else saved. */
export function useOpenFlow(id: string | undefined, etag?: string) {
  const kinds = useKinds().data;
  const query = useQuery({
    queryKey: ["open-flow", id],
    enabled: id !== undefined && kinds !== undefined,
    staleTime: Number.POSITIVE_INFINITY,
    gcTime: Number.POSITIVE_INFINITY,
    structuralSharing: false,
    queryFn: () => openFlow(id!, kinds!),
  });
  useEffect(() => {
    if (etag && query.data) void query.data.saver.noticed(etag);
  }, [etag, query.data]);
  return query;
}

/** The flow as it stands on the page now. */
export function useFlow({ document }: OpenFlow): Flow {
  return useStore(document.store, (state) => state.flow);
}

export function currentPlaces({ document, opened, first }: OpenFlow): Places {
  return placesOf(document.flow(), opened, first);
}
