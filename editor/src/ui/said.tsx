import { refusalOf } from "./refusal.ts";

/** What went wrong, in the language of the page; the server's own words after it are marked as English. */
export function Said({ error }: { error: Error }) {
  const { said, english } = refusalOf(error);
  return (
    <>
      {said}
      {english && (
        <>
          {" "}
          <span lang="en">{english}</span>
        </>
      )}
    </>
  );
}
