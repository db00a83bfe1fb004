import express, { type Request } from "express";
import { jsonFromCbor } from "../../engine/model/cbor.ts";
import { MillraceError } from "../../engine/model/errors.ts";
import { maxPayloadBytes, type Upload } from "../../engine/model/host.ts";

/** Reads the bytes of a body into `request.body`; more than 256 KiB is an error. */
export const readBytes = express.raw({ type: () => true, limit: maxPayloadBytes, inflate: false });

/**
 * The body as JSON text, turned from CBOR where it says so. What cannot be read comes with a `problem`, so that the
 * bytes are kept as a dead letter. A type that is neither is a MillraceError `unsupported_media_type`.
 */
export function payloadOf(request: Request): Pick<Upload, "payload" | "problem"> {
  const payload: Buffer = Buffer.isBuffer(request.body) ? request.body : Buffer.alloc(0);
  const type = request.headers["content-type"]?.split(";")[0]?.trim().toLowerCase() ?? "application/json";
  switch (type) {
    case "application/json":
      return { payload, ...problemIn("invalid_json", () => JSON.parse(utf8.decode(payload))) };
    case "application/cbor": {
      let json = payload;
      const problem = problemIn("invalid_cbor", () => {
        json = Buffer.from(jsonFromCbor(payload));
      });
      return { payload: json, ...problem };
    }
    default:
      throw new MillraceError(
        "unsupported_media_type",
        `The body is "${type.slice(0, 100)}": send it as Content-Type application/json or application/cbor.`,
      );
  }
}

const utf8 = new TextDecoder("utf-8", { fatal: true });

function problemIn(code: string, read: () => unknown): Pick<Upload, "problem"> {
  try {
    read();
    return {};
  } catch (error) {
    return { problem: { code, message: `The body cannot be read: ${(error as Error).message}.` } };
  }
}
