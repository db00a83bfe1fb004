export interface Options {
  /** Names of measurements; empty: all. */
  only: string[];
  /** Length of each measured load. */
  seconds: number;
  warmupSeconds: number;
  /** The largest number of devices or connections to go to. */
  most: number;
}

/** Reads `--only=a,b --seconds=N --most=N`; throws a sentence for what it does not know. */
export function readOptions(args: string[], names: string[]): Options {
  const given = new Map<string, string>();
  for (const arg of args) {
    const [, name, value] = /^--(only|seconds|most)=(.+)$/.exec(arg) ?? [];
    if (!name || !value) throw new Error(`${arg}: expected --only=, --seconds= or --most=`);
    given.set(name, value);
  }
  const only = given.get("only")?.split(",") ?? [];
  for (const name of only)
    if (!names.includes(name)) throw new Error(`--only=${name}: expected ${names.join(", ")}`);
  const number = (name: string, otherwise: number) => {
    const value = Number(given.get(name) ?? otherwise);
    if (!(value >= 1)) throw new Error(`--${name}=${given.get(name)}: expected a number from 1 on`);
    return value;
  };
  const seconds = number("seconds", 10);
  return { only, seconds, warmupSeconds: Math.min(3, seconds / 2), most: number("most", 100_000) };
}
