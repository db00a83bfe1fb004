import * as z from "zod";

/** The part of JSON Schema that names things. */
export interface Titles {
  title?: string;
  description?: string;
  properties?: Record<string, Titles>;
  items?: Titles;
  anyOf?: Titles[];
}

const titlesSchema: z.ZodType<Titles> = z.object({
  title: z.string().optional(),
  description: z.string().optional(),
  get properties() {
    return z.record(z.string(), titlesSchema).optional();
  },
  get items() {
    return titlesSchema.optional();
  },
  get anyOf() {
    return z.array(titlesSchema).optional();
  },
});

/** The titles of a config schema and all that is inside it. */
export function titlesOf(config: z.ZodType): Titles {
  const schema = z.toJSONSchema(config, { io: "input", unrepresentable: "any", reused: "inline" });
  return titlesSchema.safeParse(schema).data ?? {};
}

/** The titles of one property. */
export function ofProperty(titles: Titles | undefined, name: string): Titles | undefined {
  const own = titles?.properties?.[name];
  return own ?? titles?.anyOf?.map((each) => ofProperty(each, name)).find(Boolean);
}

/** The titles of a list's items. */
export function ofItems(titles: Titles | undefined): Titles | undefined {
  return titles?.items ?? titles?.anyOf?.map(ofItems).find(Boolean);
}
