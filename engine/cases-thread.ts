import { parentPort, workerData } from "node:worker_threads";
import { testCases } from "./flow/cases.ts";

// The cases of one flow, in a thread of their own.
const { flow, cases, around } = workerData;
parentPort!.postMessage(testCases(flow, cases, around));
