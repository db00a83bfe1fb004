import * as z from "zod";

const coordinate = z.number();
const placeSchema = z.strictObject({ x: coordinate, y: coordinate });
export type Place = z.infer<typeof placeSchema>;

const noteSchema = z.strictObject({
  x: coordinate,
  y: coordinate,
  text: z.string().max(4000),
});
/** A text on the canvas. */
export type Note = z.infer<typeof noteSchema>;

const groupSchema = z.strictObject({
  title: z.string().max(128),
  nodes: z.array(z.string().max(64)).max(1000),
});
/** A titled frame around nodes. It has no place of its own: it stands where its nodes do. */
export type Group = z.infer<typeof groupSchema>;

/** What is drawn: the place of a node by its id, a note as `note:<name>`, a group as `group:<name>`. */
export const layoutSchema = z
  .record(z.string().max(80), z.union([placeSchema, noteSchema, groupSchema]))
  .superRefine((layout, context) => {
    for (const [name, drawn] of Object.entries(layout)) {
      const wanted = "text" in drawn ? "note:" : "title" in drawn ? "group:" : "";
      if (wanted ? name.startsWith(wanted) : !name.includes(":")) continue;
      const message = wanted
        ? `holds ${wanted === "note:" ? "a note" : "a group"}, so its name must begin with "${wanted}"`
        : 'holds a place alone; only ids of nodes have that, and they hold no ":"';
      context.addIssue({ code: "custom", path: [name], message });
    }
  });
export type Layout = z.infer<typeof layoutSchema>;

/** The place of a node or note; undefined where the layout has none. */
export function placeIn(layout: Layout, id: string): Place | undefined {
  const drawn = layout[id];
  return drawn && "x" in drawn ? drawn : undefined;
}

/** The notes by their names in the layout. */
export function notesIn(layout: Layout): [string, Note][] {
  return Object.entries(layout).flatMap(([id, drawn]) => ("text" in drawn ? [[id, drawn]] : []));
}

/** The groups by their names in the layout. */
export function groupsIn(layout: Layout): [string, Group][] {
  return Object.entries(layout).flatMap(([id, drawn]) => ("title" in drawn ? [[id, drawn]] : []));
}
