import * as z from "zod";
import { type Flow, flowSchema } from "../../../engine/model/flow.ts";
import { encoded, request } from "../api.ts";
import type { deploymentOf } from "../candidates/how.ts";

/** A draft as the server has it. */
export interface Saved {
  flow: Flow;
  etag: string;
  savedAt: number;
}

const place = (id: string) => `/api/flows/${encoded(id)}`;

export async function loadDraft(id: string): Promise<Saved> {
  const { body, headers } = await request(place(id), flowSchema, { cache: "no-store" });
  const modified = Date.parse(headers.get("last-modified") ?? "");
  return { flow: body, etag: headers.get("etag") ?? "*", savedAt: modified || Date.now() };
}

/** Saves over the draft of that entity tag; gives the new one. Rejects with an ApiError, 412 when it is not the newest. */
export async function saveDraft(flow: Flow, etag: string): Promise<string> {
  return put(flow, { "if-match": etag });
}

/** Saves a flow that is not there yet. Rejects with an ApiError, 412 when there is one of that id. */
export async function createFlow(flow: Flow): Promise<string> {
  return put(flow, { "if-none-match": "*" });
}

async function put(flow: Flow, headers: Record<string, string>): Promise<string> {
  const { body } = await request(place(flow.id), z.object({ etag: z.string() }), {
    method: "PUT",
    headers: { "content-type": "application/json", ...headers },
    body: JSON.stringify(flow),
  });
  return body.etag;
}

export async function deleteFlow(id: string): Promise<void> {
  await request(place(id), z.unknown(), { method: "DELETE" });
}

const versionSchema = z.object({ version: z.number() });

/** How a version is to run, as the server reads it. */
export type Deployed = ReturnType<typeof deploymentOf>;

/** Freezes the saved draft as a version and lets it run; gives its number. `force`: why although its cases fail. Rejects with the refusal's sentence. */
export async function deploy(id: string, message: string, how: Deployed, force?: string): Promise<number> {
  const { version } = (await send(`${place(id)}/versions`, { message }, versionSchema)).body;
  await send(`${place(id)}/deploy`, { version, ...how, force }, z.unknown());
  return version;
}

/** Lets a version run that is there already. Rejects with the refusal's sentence. */
export async function runVersion(id: string, version: number, force?: string): Promise<void> {
  await send(`${place(id)}/deploy`, { version, mode: "live", force }, z.unknown());
}

/** Ends a version that runs beside the live one. Rejects with the refusal's sentence. */
export async function takeBack(id: string, version: number): Promise<void> {
  await send(`${place(id)}/deploy`, { version, mode: "off" }, z.unknown());
}

export async function turnOff(id: string): Promise<void> {
  await send(`${place(id)}/deploy`, { mode: "off" }, z.unknown());
}

function send<T>(path: string, body: unknown, schema: z.ZodType<T>) {
  const headers = { "content-type": "application/json" };
  return request(path, schema, { method: "POST", headers, body: JSON.stringify(body) });
}
