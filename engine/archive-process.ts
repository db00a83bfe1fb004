import { setPriority } from "node:os";
import { convert } from "./archive/convert.ts";

// The conversion of one spool file, in a process of its own: its memory is given back, and the lanes go before it.
const [file, archive] = process.argv.slice(2) as [string, string];
setPriority(10);
// A fifth of a core at most.
await convert(file, archive, { rest: 4 });
