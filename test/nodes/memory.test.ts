import { expect, test } from "vitest";
import { leavesOf, namedPart } from "../../editor/src/try/memory.ts";
import { nodeKinds } from "../../engine/nodes/kinds.ts";
import { Host } from "./host.ts";

/** Enrich remembers values by the names of their fields, which are words already. */
const named = nodeKinds.filter(({ kind }) => kind !== "enrich");

test.each(named.map((kind) => [kind.kind, kind] as const))(
  "%s has words for all that it remembers",
  (_, kind) => {
    const nameless = new Set<string>();
    for (const example of kind.examples) {
      const host = new Host(kind, example.config, example.tables);
      for (const given of example.given) {
        if ("tick" in given) host.tick(given.tick);
        else if ("command" in given || "notification" in given) host.result(given);
        else host.message(given);
        const ids = example.given.flatMap((each) => ("values" in each ? [each.device?.id ?? "device"] : []));
        // An alert may remember by values of a field.
        for (const id of ids)
          for (const path of leavesOf(host.state(id)).keys())
            if (!namedPart(path.replace(/^:[^.]*\./, "").split("."), kind.remembers ?? {}))
              nameless.add(path);
      }
    }
    expect([...nameless]).toEqual([]);
  },
);
