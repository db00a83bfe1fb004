import { createHash } from "node:crypto";
import { jsonFromCbor } from "../../engine/model/cbor.ts";
import type { Upload } from "../../engine/model/host.ts";
import type { Request } from "./endpoint.ts";
import { formats, numbers, uintOf } from "./options.ts";

const utf8 = new TextDecoder("utf-8", { fatal: true });

/**
 * What a POST holds, as an upload. What cannot be read comes with a `problem`. Undefined: its Content-Format is not
 * read here; none at all is taken for JSON. `mayRepeat`: an earlier process may have taken this very request.
 */
export function uploadOf(
  type: Upload["type"],
  request: Request,
  body: Buffer,
  mayRepeat: boolean,
): Upload | undefined {
  const format = uintOf(request.options, numbers.contentFormat) ?? formats.json;
  const identity =
    request.type === "confirmable" ? { id: uploadId(request, body), redelivered: mayRepeat } : {};
  if (format === formats.json) return { type, ...identity, ...read("invalid_json", body, jsonOf) };
  if (format === formats.cbor) return { type, ...identity, ...read("invalid_cbor", body, cborOf) };
  return undefined;
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

function uploadId({ peer, id, token }: Request, body: Buffer): string {
  const hash = createHash("sha256")
    .update(`${peer.key} ${id} ${token.toString("hex")} `)
    .update(body);
  return hash.digest("base64url").slice(0, 8);
}
