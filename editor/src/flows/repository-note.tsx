import { useQuery } from "@tanstack/react-query";
import * as z from "zod";
import { get } from "../api.ts";
import { saidIn, t } from "../text/text.ts";
import { MajorIcon } from "../ui/icons.tsx";
import classes from "./repository-note.module.css";

const problemSchema = z.object({
  code: z.string(),
  path: z.string().nullable(),
  flow: z.string().nullable(),
  message: z.string(),
  /** What is wrong with a flow, one by one. */
  problems: z.array(z.object({ message: z.string() })).optional(),
});
const reportSchema = z.object({ problems: z.array(problemSchema) });
const shownProblems = 3;
type Problem = z.infer<typeof problemSchema>;

/** What was committed to the flows repository and could not be taken; nothing while all was. */
export function RepositoryNote() {
  const { data } = useQuery({
    queryKey: ["flows-repository"],
    refetchInterval: 30_000,
    queryFn: ({ signal }) => get("/api/flows-repository", reportSchema, {}, signal),
  });
  const problems = data?.problems ?? [];
  if (problems.length === 0) return null;
  return (
    <details className={classes.note}>
      <summary>
        <MajorIcon size={14} />
        {t("repository.title", { count: problems.length })}
      </summary>
      <ul>
        {problems.map((problem) => (
          <li key={`${problem.code} ${problem.path} ${problem.flow} ${problem.message}`}>
            <strong>{placeOf(problem)}</strong> {saidOf(problem)}
          </li>
        ))}
      </ul>
    </details>
  );
}

function placeOf({ path, flow }: Problem): string {
  if (path === "deployments.json") return [t("repository.deployments"), flow].filter(Boolean).join(": ");
  return path ?? "Git";
}

function saidOf({ code, path, message, problems }: Problem): string {
  if (code === "edited") return t("repository.edited", { path });
  const sentences = problems?.slice(0, shownProblems).map((problem) => problem.message);
  return (sentences ?? [message]).map(saidIn).join(" ");
}
