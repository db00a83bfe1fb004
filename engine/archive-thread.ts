import { setPriority } from "node:os";
import { workerData } from "node:worker_threads";
import { convert } from "./archive/convert.ts";
import { ownThread } from "./pipeline/thread-time.ts";

// The conversion of one spool file, in a thread of its own that the lanes go before.
const { file, archive } = workerData as { file: string; archive: string };
const thread = ownThread();
// setpriority(2): on Linux it is the thread's.
if (thread > 0) setPriority(thread, 10);
// A fifth of a core at most.
await convert(file, archive, { rest: 4 });
