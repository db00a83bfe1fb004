import * as z from "zod";
import type { RepositoryReport } from "../model/repository.ts";
import { problemSchema } from "./problem-document.ts";
import { defineRoute } from "./route.ts";

const problem = z.object({
  code: z.enum(["not_taken", "edited", "remote"]).meta({
    description:
      "not_taken: what was committed cannot be a version, or cannot run. edited: a file has edits that nobody committed. remote: it is not as the remote has it",
  }),
  path: z.string().nullable().meta({ description: "Of the file in the repository; null: the whole of it" }),
  flow: z.string().nullable(),
  message: z.string(),
  problems: z.array(problemSchema).optional(),
});

export const repositoryRoutes = [
  defineRoute({
    method: "get",
    path: "/api/flows-repository",
    summary: "Show how the Git repository of flows stands: its newest commit, and what was not taken from it",
    group: "Flows",
    answers: {
      200: z.object({
        branch: z.string(),
        head: z.string().nullable().meta({ description: "The newest commit that was taken" }),
        pending: z.int().meta({ description: "Versions that are not there yet" }),
        problems: z.array(problem),
      }),
    },
    async handler(_, { repository }) {
      const report = await repository.report();
      return { body: { ...report, problems: report.problems.map(shown) } };
    },
  }),
];

const shown = ({ ran: _, ...problem }: RepositoryReport["problems"][number]) => problem;
