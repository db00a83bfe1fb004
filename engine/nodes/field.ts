import * as z from "zod";

/** Name of a field of a message, or of an attribute. */
export const fieldName = z
  .string()
  .min(1, "must not be empty; name a field, such as speed")
  .max(256, "has at most 256 characters")
  // Names every JavaScript object answers to, whether it holds them or not.
  .refine((name) => !(name in Object.prototype), "cannot be used as a name; choose another")
  .meta({ widget: "field", examples: ["speed"] });

/** Marks, for the check of fields, a setting that names a field which the node writes; all others name what it reads. */
export const writes = { writes: true } as const;
/** Marks a setting that names a field which must be a number. */
export const needsNumber = { needs: "number" } as const;

/** Names in a row, for a description. */
export const listed = (names: readonly string[]) => names.join(", ");

/** Refuses two entries that write one field. */
export function distinct<T>(nameOf: (entry: T) => string, key: string) {
  return (entries: readonly T[], context: z.RefinementCtx) => {
    const seen = new Set<string>();
    for (const [index, entry] of entries.entries()) {
      const name = nameOf(entry);
      if (seen.has(name))
        context.addIssue({
          code: "custom",
          path: [index, key],
          message: `writes "${name}" a second time; choose another name`,
        });
      seen.add(name);
    }
  };
}
