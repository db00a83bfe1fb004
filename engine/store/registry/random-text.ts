import { randomBytes } from "node:crypto";

// Without l, o, 0 and 1: they are mistaken for one another when read aloud.
const letters = "abcdefghijkmnpqrstuvwxyz23456789";

/** Random text of `length` letters and digits, five bits each. */
export function randomText(length: number): string {
  let text = "";
  for (const byte of randomBytes(length)) text += letters[byte & 31];
  return text;
}
