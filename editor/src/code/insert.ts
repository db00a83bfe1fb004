/** Puts a text in at the cursor of a code box, once it is there. */
export interface Insert {
  current: ((text: string) => void) | undefined;
}
