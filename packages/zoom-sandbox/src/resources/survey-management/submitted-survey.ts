import { z } from "zod";

/** What somebody answers to a survey. */
export const submittedSurvey = z.object({
  instance_id: z.string(),
  name: z.string().default(""),
  email: z.string().default(""),
  answers: z.array(z.object({ question: z.string(), answer: z.union([z.string(), z.array(z.string())]) })),
});
