import * as z from "zod";

/** `?limit=&cursor=` of every list. */
export const pageQuery = z.strictObject({
  limit: z.coerce.number().int().min(1).max(500).default(50).meta({ description: "Items of one page" }),
  cursor: z.string().min(1).max(512).optional().meta({ description: "What the page before gave as `next`" }),
});

/** One page of a list; `next` is null on the last one. */
export const pageOf = <T extends z.ZodType>(item: T) =>
  z.object({ items: z.array(item), next: z.string().nullable() });

/** A list that is short by nature, as its one page. */
export const onePage = <T>(items: readonly T[]) => ({ items, next: null });
