import { createHash } from "node:crypto";
import { jsonFromCbor } from "../../engine/model/cbor.ts";
import type { Upload } from "../../engine/model/host.ts";
import { Refusal } from "./failure.ts";
import type { Request } from "./request.ts";

const utf8 = new TextDecoder("utf-8", { fatal: true });

/**
 * What a POST holds, as an upload; without a Content-Format it is taken for JSON. What cannot be read comes with a
 * `problem`. Throws a Refusal for a format that is not read here. `mayRepeat`: an earlier process may have taken this
 * very request.
 */
export function uploadOf(type: Upload["type"], request: Request, body: Buffer, mayRepeat: boolean): Upload {
  const identity = request.packet.confirmable && { id: uploadId(request, body), redelivered: mayRepeat };
  const format = request.headers["Content-Format"] ?? "application/json";
  if (format === "application/json") return { type, ...identity, ...read("invalid_json", body, jsonOf) };
  if (format === "application/cbor") return { type, ...identity, ...read("invalid_cbor", body, cborOf) };
  throw new Refusal("4.15", "Send it as JSON (Content-Format 50) or CBOR (60).");
}

function jsonOf(body: Buffer): Buffer {
  JSON.parse(utf8.decode(body));
  return body;
}

function cborOf(body: Buffer): Buffer {
  return Buffer.from(jsonFromCbor(body));
}

function read(
  code: string,
  body: Buffer,
  convert: (body: Buffer) => Buffer,
): Pick<Upload, "payload" | "problem"> {
  try {
    return { payload: convert(body) };
  } catch (error) {
    return {
      payload: body,
      problem: { code, message: `The payload cannot be read: ${(error as Error).message}.` },
    };
  }
}

function uploadId({ peer, packet }: Request, body: Buffer): string {
  const hash = createHash("sha256")
    .update(`${peer} ${packet.messageId} ${packet.token.toString("hex")} `)
    .update(body);
  return hash.digest("base64url").slice(0, 8);
}
