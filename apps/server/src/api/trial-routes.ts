/** The routes that try a recipe before it runs: previews of its trigger, test runs, and its tests. */
import { ConnectorError } from "@greenroom/connector-kit";
import {
  type Engine,
  includesRole,
  type RecipeTests,
  type RecipeTestsRun,
  type TestEvent,
} from "@greenroom/engine";
import { createRoute, z } from "@hono/zod-openapi";
import type { Principal } from "../access/principal.ts";
import { actorOf } from "./actor.ts";
import { some, text } from "./answer-parts.ts";
import { jobDetailAnswer } from "./job-answers.ts";
import { jobWithSteps } from "./job-schemas.ts";
import { body, idParam, json, list, newRoutes, refused } from "./route-parts.ts";
import { id, time } from "./schema-parts.ts";

const source = z.string().max(1_000_000);

const preview = z
  .object({
    /** How many of the events that came last would start it. */
    starts: z.number().int(),
    /** The last events of its name and account, a hundred at most, newest first. */
    events: z.array(
      z.object({
        id,
        occurredAt: time,
        /** `filtered`: the trigger's settings do not want it; `unmet`: the condition does not hold; `failed`: it failed. */
        outcome: z.enum(["starts", "filtered", "unmet", "failed"]),
        error: z.string().optional(),
      }),
    ),
  })
  .openapi("TriggerPreview");

const testRun = z
  .object({
    /** A text in place of the saved one. */
    source: source.optional(),
    event: z.discriminatedUnion("from", [
      z.object({ from: z.literal("newest") }).strict(),
      z.object({ from: z.literal("inbox"), eventId: z.uuid() }).strict(),
      z.object({ from: z.literal("sample") }).strict(),
      z.object({ from: z.literal("hand"), payload: z.record(z.string(), z.unknown()) }).strict(),
    ]),
    /** Outputs in place of the steps' own, by the steps' ids or paths. */
    mocks: z.record(z.string(), z.unknown()).optional(),
    /** Steps not to run, by id or path; their output is null. */
    skip: z.array(z.string().max(2_000)).max(1_000).optional(),
    /** Effects that need not ask first; a step that asks waits, and `POST /jobs/{id}/answer` answers it. */
    allow: z.array(z.enum(["create", "update", "delete"])).optional(),
  })
  .strict()
  .openapi("TestRun");

const testsName = z
  .string()
  .max(100)
  .regex(/^[\w][\w .-]*$/, "must be a name such as happy-path: letters, digits, spaces, . _ and -");
const testFile = z
  .object({ name: z.string(), source: z.string(), author: z.string().optional(), updatedAt: time })
  .openapi("RecipeTests");
const testsRun = z
  .object({
    name: z.string(),
    passed: z.boolean(),
    results: z.array(
      z.object({
        name: z.string(),
        passed: z.boolean(),
        problems: z.array(
          z.object({
            path: z.string(),
            message: z.string(),
            hint: z.string().optional(),
            expected: z.unknown().optional(),
            actual: z.unknown().optional(),
          }),
        ),
        steps: z.array(z.unknown()),
      }),
    ),
  })
  .openapi("RecipeTestsRun");
const testsParam = { params: z.object({ id: z.uuid(), name: testsName }) };

/** Makes the routes. */
export function createTrialRoutes({ previews, testRuns, tests, queries }: Engine) {
  const show = async (of: Parameters<typeof previews.preview>[0]) => {
    const { starts, events } = await previews.preview(of);
    return {
      starts,
      events: events.map(({ occurredAt, error, ...rest }) => ({
        ...rest,
        occurredAt: text(occurredAt),
        ...some({ error }),
      })),
    };
  };
  /** Who does not see the inbox tries a recipe with events that it would hear itself. */
  async function mustBeHeard(eventId: string, of: Parameters<typeof previews.preview>[0]): Promise<void> {
    const { events } = await previews.preview(of);
    if (events.some((one) => one.id === eventId)) return;
    throw new ConnectorError("not-found", "not-found", "This recipe heard no such event of late.", {
      hint: "Choose one of those that GET /recipes/{id}/preview lists.",
    });
  }
  return newRoutes()
    .openapi(
      createRoute({
        ...{ method: "post", path: "/recipes/preview" },
        request: body(z.object({ source, recipeId: z.uuid().optional() }).strict()),
        responses: { 200: json(preview, "Which of the last events this text would start for"), ...refused },
      }),
      async (c) => c.json(await show(c.req.valid("json")), 200),
    )
    .openapi(
      createRoute({
        ...{ method: "get", path: "/recipes/{id}/preview", request: idParam },
        responses: { 200: json(preview, "Which of the last events it would start for"), ...refused },
      }),
      async (c) => c.json(await show({ recipeId: c.req.valid("param").id }), 200),
    )
    .openapi(
      createRoute({
        ...{ method: "post", path: "/recipes/{id}/test-runs", request: { ...idParam, ...body(testRun) } },
        responses: { 201: json(jobWithSteps, "Begun; effects that are not allowed ask first"), ...refused },
      }),
      async (c) => {
        const { event, ...options } = c.req.valid("json");
        const { id: recipeId } = c.req.valid("param");
        const chosen: TestEvent = event;
        if (event.from === "inbox" && !seesInbox(c.get("principal")))
          await mustBeHeard(event.eventId, { recipeId, source: options.source });
        const jobId = await testRuns.start(recipeId, chosen, options);
        return c.json(jobDetailAnswer(await queries.getJob(jobId)), 201);
      },
    )
    .openapi(
      createRoute({
        ...{ method: "get", path: "/recipes/{id}/tests", request: idParam },
        responses: { 200: json(list(testFile), "Its files of tests"), ...refused },
      }),
      async (c) => c.json({ items: (await tests.list(c.req.valid("param").id)).map(fileAnswer) }, 200),
    )
    .openapi(
      createRoute({
        ...{ method: "post", path: "/recipes/{id}/tests/run" },
        request: {
          ...idParam,
          ...body(z.object({ name: testsName.optional(), source: source.optional() }).strict()),
        },
        responses: {
          200: json(list(testsRun), "What they came to, on the saved text or the given one"),
          ...refused,
        },
      }),
      async (c) => {
        const runs = await tests.run(c.req.valid("param").id, c.req.valid("json"));
        return c.json({ items: runs.map(runAnswer) }, 200);
      },
    )
    .openapi(
      createRoute({
        ...{ method: "put", path: "/recipes/{id}/tests/{name}" },
        request: { ...testsParam, ...body(z.object({ source }).strict()) },
        responses: { 200: json(testFile, "Kept"), ...refused },
      }),
      async (c) => {
        const { id: recipeId, name } = c.req.valid("param");
        const file = { ...c.req.valid("json"), author: actorOf(c) };
        return c.json(fileAnswer(await tests.put(recipeId, name, file)), 200);
      },
    )
    .openapi(
      createRoute({
        ...{ method: "delete", path: "/recipes/{id}/tests/{name}", request: testsParam },
        responses: { 204: { description: "Gone" }, ...refused },
      }),
      async (c) => {
        const { id: recipeId, name } = c.req.valid("param");
        await tests.remove(recipeId, name);
        return c.body(null, 204);
      },
    );
}

const seesInbox = ({ permission, limits }: Principal) =>
  includesRole(permission.role, "viewer") && limits?.connections === undefined;

function fileAnswer({ author, updatedAt, ...rest }: RecipeTests): z.output<typeof testFile> {
  return { ...rest, updatedAt: text(updatedAt), ...some({ author }) };
}

function runAnswer({ results, ...run }: RecipeTestsRun): z.output<typeof testsRun> {
  return {
    ...run,
    results: results.map(({ name, passed, problems, steps }) => ({
      ...{ name, passed, steps: [...steps] },
      problems: problems.map(({ path, message, hint, expected, actual }) => ({
        ...{ path, message, ...some({ hint }) },
        ...(expected !== undefined && { expected }),
        ...(actual !== undefined && { actual }),
      })),
    })),
  };
}
