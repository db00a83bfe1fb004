import { fork } from "node:child_process";
import { join } from "node:path";

/** In a process started by `runChild`: works one order, sends the report, ends. */
export function serveOrder<Order, Report>(run: (order: Order) => Promise<Report>): void {
  if (!process.send) return;
  process.once("message", (order: Order) => {
    run(order).then(
      (report) => process.send!(report, () => process.exit(0)),
      (error) => {
        process.stderr.write(`${error.stack}\n`);
        process.exit(1);
      },
    );
  });
}

/** Runs one order in a process of its own, `file` being a file of this folder that calls `serveOrder`. */
export function runChild<Order, Report>(file: string, order: Order): Promise<Report> {
  const child = fork(join(import.meta.dirname, file));
  const atExit = () => child.kill("SIGKILL");
  process.once("exit", atExit);
  return new Promise((resolve, reject) => {
    child.once("message", (report) => resolve(report as Report));
    child.once("exit", (code) => {
      process.off("exit", atExit);
      if (code) reject(new Error(`${file} ended with ${code}`));
    });
    child.send(order as object);
  });
}
