/** Jobs: read, run again, cancelled, answered; and the queues they wait in. */
import type { Engine, JobFilter } from "@greenroom/engine";
import { createRoute, z } from "@hono/zod-openapi";
import { text } from "./answer-parts.ts";
import * as answers from "./job-answers.ts";
import * as schemas from "./job-schemas.ts";
import { body, idParam, json, list, newRoutes, paging, refused } from "./route-parts.ts";
import { page } from "./schemas.ts";
import { jobState } from "./schema-parts.ts";

const jobFilter = z.object({
  recipeId: z.uuid().optional(),
  state: z
    .union([jobState, z.array(jobState)])
    .optional()
    .openapi({ description: "May be given more than once" }),
  cause: z.enum(["event", "rerun", "call", "test"]).optional(),
  /** Made at or after, and before. */
  from: z.iso.datetime({ offset: true }).optional(),
  to: z.iso.datetime({ offset: true }).optional(),
  errorKind: z.string().max(100).optional(),
  errorCode: z.string().max(200).optional(),
  errorText: z
    .string()
    .max(200)
    .optional()
    .openapi({ description: 'Words of the error; "in quotes" in this order, -word not' }),
  value: z
    .string()
    .max(600)
    .regex(/^[^:]+:/, "must be the name of a searchable value, a colon and the value, such as topic:Tour")
    .optional()
    .openapi({ description: "A searchable value, as name:value" }),
  ...paging,
});

/** Makes the routes of jobs. */
export function createJobRoutes(engine: Engine) {
  const { queries, jobs } = engine;
  const show = async (id: string) => answers.jobDetailAnswer(await queries.getJob(id));

  return newRoutes()
    .openapi(
      createRoute({
        ...{ method: "get", path: "/jobs" },
        request: { query: jobFilter },
        responses: { 200: json(page(schemas.job), "Newest first"), ...refused },
      }),
      async (c) => {
        const { items, nextCursor } = await queries.listJobs(filterOf(c.req.valid("query")));
        return c.json(
          { items: items.map(answers.jobAnswer), ...(nextCursor !== undefined && { nextCursor }) },
          200,
        );
      },
    )
    .openapi(
      createRoute({
        ...{ method: "post", path: "/jobs/rerun", request: body(schemas.rerunMany) },
        responses: { 200: json(schemas.manyDone, "Which run again, and which do not"), ...refused },
      }),
      async (c) => {
        const { jobIds, ...options } = c.req.valid("json");
        return c.json(manyAnswer(await jobs.rerunAll(jobIds, options)), 200);
      },
    )
    .openapi(
      createRoute({
        ...{ method: "post", path: "/jobs/cancel", request: body(schemas.cancelMany) },
        responses: { 200: json(schemas.manyDone, "Which are cancelled, and which are not"), ...refused },
      }),
      async (c) => c.json(manyAnswer(await jobs.cancelAll(c.req.valid("json").jobIds)), 200),
    )
    .openapi(
      createRoute({
        ...{ method: "get", path: "/jobs/{id}", request: idParam },
        responses: { 200: json(schemas.jobWithSteps, "One job"), ...refused },
      }),
      async (c) => c.json(await show(c.req.valid("param").id), 200),
    )
    .openapi(
      createRoute({
        ...{ method: "get", path: "/jobs/{id}/step-data" },
        request: { ...idParam, query: z.object({ path: z.string().min(1).max(2_000) }) },
        responses: {
          200: json(z.object({ input: z.unknown(), output: z.unknown() }), "A step's data, whole"),
          ...refused,
        },
      }),
      async (c) => {
        const { input, output } = await queries.stepData(c.req.valid("param").id, c.req.valid("query").path);
        return c.json({ input: input ?? null, output: output ?? null }, 200);
      },
    )
    .openapi(
      createRoute({
        ...{ method: "post", path: "/jobs/{id}/rerun" },
        request: { ...idParam, ...body(schemas.rerunOptions) },
        responses: { 201: json(schemas.jobWithSteps, "The job that runs it again"), ...refused },
      }),
      async (c) => {
        const { input, ...options } = c.req.valid("json");
        const id = await jobs.rerun(c.req.valid("param").id, { ...options, ...(input && { input }) });
        return c.json(await show(id), 201);
      },
    )
    .openapi(
      createRoute({
        ...{ method: "post", path: "/jobs/{id}/cancel", request: idParam },
        responses: { 200: json(schemas.jobWithSteps, "Cancelled, with the jobs that it called"), ...refused },
      }),
      async (c) => {
        await jobs.cancel(c.req.valid("param").id);
        return c.json(await show(c.req.valid("param").id), 200);
      },
    )
    .openapi(
      createRoute({
        ...{ method: "post", path: "/jobs/{id}/answer" },
        request: { ...idParam, ...body(schemas.stepAnswer) },
        responses: { 200: json(schemas.jobWithSteps, "Answered; the job goes on"), ...refused },
      }),
      async (c) => {
        const { path, question, choice, output } = c.req.valid("json");
        await jobs.answer(c.req.valid("param").id, path, { question, choice, output });
        return c.json(await show(c.req.valid("param").id), 200);
      },
    )
    .openapi(
      createRoute({
        ...{ method: "get", path: "/queues" },
        responses: { 200: json(list(schemas.jobQueue), "Queues that are held up or not empty"), ...refused },
      }),
      async (c) => {
        const items = (await jobs.queues()).map(({ pausedAt, ...queue }) => ({
          ...{ ...queue, ...(pausedAt && { pausedAt: text(pausedAt) }) },
        }));
        return c.json({ items }, 200);
      },
    )
    .openapi(
      createRoute({
        ...{ method: "post", path: "/recipes/{id}/queue/pause", request: idParam },
        responses: { 204: { description: "No further job begins; those under way go on" }, ...refused },
      }),
      async (c) => {
        await jobs.pause(c.req.valid("param").id);
        return c.body(null, 204);
      },
    )
    .openapi(
      createRoute({
        ...{ method: "post", path: "/recipes/{id}/queue/resume", request: idParam },
        responses: { 204: { description: "Jobs begin again" }, ...refused },
      }),
      async (c) => {
        await jobs.resume(c.req.valid("param").id);
        return c.body(null, 204);
      },
    );
}

function manyAnswer({ done, refused: not }: Awaited<ReturnType<Engine["jobs"]["rerunAll"]>>) {
  return { done: done.map((one) => ({ ...one })), refused: not.map((one) => ({ ...one })) };
}

function filterOf({ from, to, value, ...rest }: z.output<typeof jobFilter>): JobFilter & { limit: number } {
  const colon = value?.indexOf(":") ?? -1;
  return {
    ...rest,
    ...(from !== undefined && { from: new Date(from) }),
    ...(to !== undefined && { to: new Date(to) }),
    ...(value !== undefined && { value: { name: value.slice(0, colon), value: value.slice(colon + 1) } }),
  };
}
