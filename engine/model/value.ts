import * as z from "zod";

/** What a field of a reading can hold: any JSON value. */
export type Value = string | number | boolean | null | Value[] | { [key: string]: Value };

/** Named values, such as the fields of a reading or the attributes of a device. */
export type Values = Record<string, Value>;

export const valueSchema: z.ZodType<Value> = z.json();
export const valuesSchema = z.record(z.string(), valueSchema);
