import { ConnectorError } from "@greenroom/connector-kit";
import type { Engine, JobDetail } from "@greenroom/engine";
import { bounded } from "../access/audit.ts";
import type { Principal } from "../access/principal.ts";

const ended = new Set(["succeeded", "failed", "cancelled"]);
/** An assistant waits no longer; the job goes on. */
const waitMs = 50_000;
const lookEveryMs = 1_000;

/** Runs a recipe that is there to be called, for somebody who may. @returns what it returned, or where to look when it takes longer */
export async function callRecipe(
  { jobs, queries, changes, access, recipes }: Engine,
  { kind, id, name }: Principal,
  ipAddress: string,
  recipeId: string,
  input: Readonly<Record<string, unknown>>,
): Promise<unknown> {
  const recipe = await recipes.get(recipeId);
  const jobId = await jobs.call(recipeId, input);
  await access.audit.write({
    ...{ actor: { kind, id, name }, ipAddress, action: "called a recipe" },
    subject: { type: "recipes", id: recipeId, name: recipe.name },
    after: bounded({ input, jobId }),
  });
  const job = await endOf(jobId, queries, changes);
  if (!ended.has(job.state)) {
    return {
      jobId,
      state: job.state,
      message: `It goes on; read greenroom://jobs/${jobId} for what becomes of it.`,
    };
  }
  if (job.state === "succeeded") return { jobId, result: job.result ?? null };
  const why = job.error?.message ?? job.reason ?? job.state;
  throw new ConnectorError("conflict", job.state, `“${recipe.name}” ${job.state}: ${why}`, {
    hint: `Read greenroom://jobs/${jobId} for its steps.`,
  });
}

/** The job when it has ended, or as it is when that takes too long. */
async function endOf(id: string, queries: Engine["queries"], changes: Engine["changes"]): Promise<JobDetail> {
  const deadline = Date.now() + waitMs;
  let told = () => {};
  const unsubscribe = changes.subscribe((change) => {
    if (change.type === "job" && change.id === id) told();
  });
  try {
    for (;;) {
      // Woken by a change; looks by itself too, because a change of another process can be missed.
      const next = new Promise<void>((resolve) => {
        told = resolve;
        setTimeout(resolve, lookEveryMs).unref();
      });
      const job = await queries.getJob(id);
      if (ended.has(job.state) || Date.now() > deadline) return job;
      await next;
    }
  } finally {
    unsubscribe();
  }
}
