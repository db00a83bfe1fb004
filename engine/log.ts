import { pino } from "pino";
import pretty from "pino-pretty";
import type { Log } from "./pipeline/parts.ts";

/** Log on standard error: JSON lines, or readable lines on a terminal. */
export function openLog(level: string): Log {
  const options = { level, base: null, redact: ["token", "password", "*.token", "*.password"] };
  const logger = process.stderr.isTTY
    ? pino(
        options,
        pretty({ destination: 2, translateTime: "SYS:HH:MM:ss", ignore: "pid,hostname", sync: true }),
      )
    : pino(options, pino.destination({ dest: 2, sync: true }));
  return (severity, message, fields) => logger[severity](fields ?? {}, message);
}
