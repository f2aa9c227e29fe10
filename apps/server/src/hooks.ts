/** The addresses of recipes: whatever is sent there is checked by the trigger, written to the inbox, then answered. */
import { type Engine, mostNesting, nestsTooDeep, type OpenHook } from "@greenroom/engine";
import {
  connectorOf,
  ConnectorError,
  type HookAnswer,
  type HookRequest,
  type HookSubscription,
} from "@greenroom/connector-kit";
import { Hono } from "hono";
import { bodyLimit } from "hono/body-limit";
import type { Visit } from "./access/principal.ts";
import { log } from "./log.ts";

/** The most that any recipe may take; its own limit is in its trigger. */
const maxBodyBytes = 10 * 1024 * 1024;
/** How often a job is looked after that another worker runs. */
const lookEveryMs = 1_000;
const ended: ReadonlySet<string> = new Set(["succeeded", "failed", "stopped", "cancelled"]);

const stoppedReason = "The recipe of this address is stopped.";
const tooDeepReason = `The data is nested more than ${mostNesting} levels deep.`;
const tooDeep: HookAnswer = { status: 400, body: { error: tooDeepReason }, refused: tooDeepReason };
const stopped: HookAnswer = { status: 409, body: { error: stoppedReason }, refused: stoppedReason };

/** Makes the routes `GET /{token}` and `POST /{token}`. */
export function createHookRoutes(engine: Engine, now: () => Date): Hono<Visit> {
  const { hooks, deliveries } = engine.triggers;
  const limit = bodyLimit({
    maxSize: maxBodyBytes,
    onError: (c) => c.json({ error: "The body is too large." }, 413),
  });

  return new Hono<Visit>().on(["GET", "POST"], "/:token", limit, async (c) => {
    const hook = await hooks.open(c.req.param("token"));
    if (hook === "unknown") return c.json({ error: "There is no recipe at this address." }, 404);
    const body = new Uint8Array(await c.req.arrayBuffer());
    if ("stopped" in hook) return refuse(hook.stopped, stopped, body.byteLength);
    const { recipeId, recipe, trigger, secret } = hook;
    const request: HookRequest = {
      ...{ config: recipe.listener.config, method: c.req.method, headers: c.req.raw.headers, body, secret },
      ...{ query: new URL(c.req.url).searchParams, now: now() },
    };
    const answer = trigger.subscription
      ? await subscribed(trigger.subscription, recipe, request)
      : trigger.receive(request);
    if (!answer.event) return refuse(recipeId, answer, body.byteLength);
    // Whoever waits for the job's result would wait for nothing.
    if (hook.isStopped && answer.waitMs !== undefined) return refuse(recipeId, stopped, body.byteLength);
    const { dedupeKey, payload } = answer.event;
    if (nestsTooDeep(payload)) return refuse(recipeId, tooDeep, body.byteLength);
    const receipt = await engine.receive({
      ...{
        profileId: recipe.profileId,
        connector: connectorOf(recipe.listener.use),
        source: recipeId,
      },
      event: {
        ...{ name: recipe.eventName, accountId: recipe.accountId, occurredAt: now(), payload },
        dedupeKey: `${recipeId} ${dedupeKey}`,
      },
    });
    deliveries.received(recipeId, receipt);
    const [jobId] = receipt.jobIds;
    if (receipt.duplicate) return answerJson({ duplicate: true }, 200);
    if (jobId === undefined) return answerJson({ accepted: true, jobs: 0 }, 202);
    if (answer.waitMs === undefined) return answerJson({ accepted: true, jobId }, answer.status);
    return await resultOf(jobId, answer.waitMs);
  });

  /** Of a trigger that told its service the address itself, and may have to ask it what a call means. */
  async function subscribed(
    subscription: HookSubscription,
    { recipeId, listener }: OpenHook["recipe"],
    request: HookRequest,
  ): Promise<HookAnswer> {
    const connector = engine.connectors.get(connectorOf(listener.use));
    if (!connector) throw new Error(`${listener.use} is not in the catalogue`);
    try {
      const client = await engine.connections.client(connector, listener.connection);
      const state = await engine.triggers.subscriptionState(recipeId);
      return await subscription.receive({ ...request, client, state });
    } catch (error) {
      if (!(error instanceof ConnectorError)) throw error;
      // The service sends it again.
      return { status: 503, body: { error: "It cannot be taken in now." }, refused: error.message };
    }
  }

  function refuse(recipeId: string, { status, body, refused = "" }: HookAnswer, bytes: number): Response {
    deliveries.refused(recipeId, { status, reason: refused, bytes });
    log.warn({ recipeId, reason: refused }, "a call of a recipe's address was refused");
    return answerJson(body, status);
  }

  /** What the job comes to, as its recipe returns it; its caller hears no more than that it failed. */
  async function resultOf(jobId: string, waitMs: number): Promise<Response> {
    const job = await jobEnd(engine, jobId, waitMs);
    if (!job) return answerJson({ accepted: true, jobId, state: "running" }, 202);
    if (job.state === "succeeded") return answerJson(job.result ?? null, 200);
    return answerJson({ error: job.reason ?? "The job did not succeed.", jobId, state: job.state }, 500);
  }
}

/** The job once it has ended; undefined when that takes longer. */
async function jobEnd(engine: Engine, jobId: string, waitMs: number) {
  const over = AbortSignal.timeout(waitMs);
  for (;;) {
    const changed = Promise.withResolvers<void>();
    const stop = engine.changes.subscribe((change) => {
      if (change.type === "job" && change.id === jobId) changed.resolve();
    });
    const timer = setTimeout(() => changed.resolve(), lookEveryMs);
    over.addEventListener("abort", () => changed.resolve(), { once: true });
    try {
      const job = await engine.queries.getJob(jobId);
      if (ended.has(job.state)) return job;
      if (over.aborted) return undefined;
      await changed.promise;
    } finally {
      clearTimeout(timer);
      stop();
    }
  }
}

function answerJson(body: unknown, status: number): Response {
  return Response.json(body, { status, headers: { "cache-control": "no-store" } });
}
