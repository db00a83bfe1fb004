import type { Environment } from "@marcbachmann/cel-js";

type Numeric = number | bigint;
type Fn = (...args: number[]) => number;

const one: Record<string, Fn> = {
  abs: Math.abs,
  ceil: Math.ceil,
  exp: Math.exp,
  floor: Math.floor,
  ln: Math.log,
  round: (x) => Math.round(x),
  sqrt: Math.sqrt,
};
/** Moves the decimal point in the written number, which keeps 1.005 what it looks like. */
function shift(x: number, places: number): number {
  const [digits, exponent = "0"] = String(x).split("e");
  return Number(`${digits}e${Number(exponent) + places}`);
}
const two: Record<string, Fn> = {
  max: Math.max,
  min: Math.min,
  pow: (x, y) => x ** y,
  round: (x, digits) => shift(Math.round(shift(x, Math.trunc(digits!))), -Math.trunc(digits!)),
};
const operators: Record<string, Fn> = {
  "+": (a, b) => a! + b!,
  "-": (a, b) => a! - b!,
  "*": (a, b) => a! * b!,
  "/": (a, b) => a! / b!,
};
const sync = { async: false };
const numeric = ["int", "double"] as const;

/** Lets whole and decimal numbers mix, and adds the functions over numbers that CEL lacks. */
export function registerNumbers(environment: Environment): Environment {
  for (const [name, fn] of Object.entries(one))
    for (const a of numeric)
      environment.registerFunction(`${name}(${a}): double`, (x: Numeric) => fn(Number(x)), sync);
  for (const a of numeric)
    for (const b of numeric) {
      for (const [name, fn] of Object.entries(two))
        environment.registerFunction(
          `${name}(${a}, ${b}): double`,
          (x: Numeric, y: Numeric) => fn(Number(x), Number(y)),
          sync,
        );
      const mixed = a !== b;
      for (const [sign, fn] of Object.entries(operators))
        if (mixed)
          environment.registerOperator(`${a} ${sign} ${b}: double`, (x: Numeric, y: Numeric) =>
            fn(Number(x), Number(y)),
          );
      if (mixed || a === "double")
        environment.registerOperator(
          `${a} % ${b}: double`,
          (x: Numeric, y: Numeric) => Number(x) % Number(y),
        );
    }
  return registerPlaces(environment);
}

/** Places in a text and times may be decimal numbers too, since all numbers of a message are. */
function registerPlaces(environment: Environment): Environment {
  const cut = (text: string, from: Numeric, to: Numeric = text.length) => {
    if (from < 0 || to > text.length || from > to) throw new RangeError("substring reaches beyond the text");
    return text.substring(Number(from), Number(to));
  };
  environment.registerFunction("string.substring(double): string", cut, sync);
  for (const [a, b] of [
    ["double", "double"],
    ["int", "double"],
    ["double", "int"],
  ])
    environment.registerFunction(`string.substring(${a}, ${b}): string`, cut, sync);
  environment.registerFunction(
    "timestamp(double): google.protobuf.Timestamp",
    (seconds: number) => {
      const time = new Date(seconds * 1000);
      if (Number.isNaN(time.getTime())) throw new RangeError("timestamp takes seconds since 1970");
      return time;
    },
    sync,
  );
  return environment;
}
