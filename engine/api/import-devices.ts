import * as z from "zod";
import { newDeviceSchema } from "../model/device.ts";
import { MillraceError } from "../model/errors.ts";
import { parseJson } from "./body.ts";
import type { ApiParts } from "./parts.ts";
import { defineRoute } from "./route.ts";

const maxLines = 50_000;
/** Lines under way at once: enough to keep a pool of connections busy. */
const abreast = 16;

const created = z.object({ line: z.int(), id: z.string(), name: z.string(), token: z.string() });
const failed = z.object({ line: z.int(), code: z.string(), detail: z.string() });
type Outcome = z.infer<typeof created> | z.infer<typeof failed>;

export const importRoutes = [
  defineRoute({
    method: "post",
    path: "/api/devices/bulk",
    summary: "Create many devices, one JSON object a line",
    group: "Devices",
    consumes: "application/x-ndjson",
    limitBytes: 16 * 1_048_576,
    body: z.string().meta({ description: "Lines as the body of POST /api/devices; empty lines are skipped" }),
    answers: {
      200: z.object({
        created: z.int(),
        failed: z.int(),
        devices: z.array(created),
        problems: z.array(failed).meta({ description: "Lines that were left out; the others are created" }),
      }),
    },
    async handler({ body }, parts) {
      const lines = body.split(/\r?\n/).map((text, index) => ({ line: index + 1, text: text.trim() }));
      const filled = lines.filter(({ text }) => text !== "");
      if (filled.length > maxLines)
        throw new MillraceError(
          "too_large",
          `${filled.length} lines came; send at most ${maxLines} at once.`,
        );

      const outcomes: Outcome[] = [];
      for (let at = 0; at < filled.length; at += abreast) {
        const chunk = filled.slice(at, at + abreast);
        outcomes.push(...(await Promise.all(chunk.map(({ line, text }) => create(line, text, parts)))));
      }
      const devices = outcomes.filter((outcome) => "id" in outcome);
      const problems = outcomes.filter((outcome) => "code" in outcome);
      return { body: { created: devices.length, failed: problems.length, devices, problems } };
    },
  }),
];

async function create(line: number, text: string, { registry, after }: ApiParts): Promise<Outcome> {
  try {
    const result = newDeviceSchema.safeParse(parseJson(text, "The line"));
    if (!result.success) return { line, code: "invalid_body", detail: sentence(result.error) };
    const device = await registry.createDevice(result.data);
    await after.deviceChanged(device);
    return { line, id: device.id, name: device.name, token: device.token };
  } catch (error) {
    // What befell this line is told by line; a registry that is away ends the import.
    if (!(error instanceof MillraceError) || error.code === "unavailable") throw error;
    return { line, code: error.code, detail: error.message };
  }
}

const sentence = (error: z.ZodError) =>
  error.issues
    .slice(0, 3)
    .map(({ path, message }) => (path.length ? `${path.join(".")}: ${message}` : message))
    .join("; ");
