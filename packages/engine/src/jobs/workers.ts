/** Workers and their heartbeats: how the living find the dead and take over their jobs. */
import { readlinkSync } from "node:fs";
import { hostname } from "node:os";
import { and, eq, lt, ne, notExists, or, sql } from "drizzle-orm";
import type { Database } from "../database/database.ts";
import { jobs, workers } from "../database/schema.ts";

/** A worker that said nothing for this long is dead. */
const deadAfterMs = 10_000;

/** How often a worker says that it lives and looks for the dead. */
export const heartbeatMs = 2_500;

/** A job taken over from a dead worker. */
export interface TakenJob {
  readonly jobId: string;
  readonly recipeId: string;
  readonly versionId: string;
  readonly eventId: string;
}

/** This worker among the others. */
export interface Workers {
  join(): Promise<void>;
  heartbeat(): Promise<void>;
  /** Takes over the unfinished jobs of dead workers; each goes to one taker only. */
  takeOver(): Promise<readonly TakenJob[]>;
  /** Leaves at once: others need not wait for the heartbeat to grow old. */
  leave(): Promise<void>;
}

/** Makes the worker's membership. */
export function createWorkers(database: Database, workerId: string): Workers {
  const host = hostId();
  const dbNow = sql`now()`;
  return {
    async join() {
      await database.insert(workers).values({
        ...{ id: workerId, host, pid: process.pid },
        ...{ startedAt: dbNow, heartbeatAt: dbNow },
      });
    },

    async heartbeat() {
      const { rowCount } = await database
        .update(workers)
        .set({ heartbeatAt: dbNow })
        .where(eq(workers.id, workerId));
      // Another worker took us for dead (we were paused, or cut off): our jobs are its jobs now; new ones are ours.
      if (rowCount === 0) await this.join();
    },

    async takeOver() {
      const silent = lt(workers.heartbeatAt, sql`now() - make_interval(secs => ${deadAfterMs / 1000})`);
      const suspects = await database
        .select({ id: workers.id, host: workers.host, pid: workers.pid })
        .from(workers)
        .where(and(ne(workers.id, workerId), or(silent, eq(workers.host, host))));
      const stillSilent = await database
        .select({ id: workers.id })
        .from(workers)
        .where(and(ne(workers.id, workerId), silent));
      const silentIds = new Set(stillSilent.map(({ id }) => id));
      const dead = suspects.filter(
        ({ id, host: at, pid }) => silentIds.has(id) || (at === host && !isAlive(pid)),
      );

      const taken: TakenJob[] = [];
      for (const { id } of dead) taken.push(...(await takeFrom(id)));
      // Jobs of workers that left before their last jobs could end.
      taken.push(...(await takeOrphans()));
      return taken;
    },

    async leave() {
      await database.delete(workers).where(eq(workers.id, workerId));
    },
  };

  async function takeFrom(deadId: string): Promise<readonly TakenJob[]> {
    return await database.transaction(async (tx) => {
      // Deleting the row is the claim: of two takers, one deletes it.
      const { rowCount } = await tx.delete(workers).where(eq(workers.id, deadId));
      if (rowCount === 0) return [];
      return await tx
        .update(jobs)
        .set({ workerId })
        .where(and(eq(jobs.workerId, deadId), sql`finished_at is null`))
        .returning(taking);
    });
  }

  async function takeOrphans(): Promise<readonly TakenJob[]> {
    // Of two takers the second waits for the first, looks again, and finds an owner.
    const owner = database.select({ id: workers.id }).from(workers).where(eq(workers.id, jobs.workerId));
    return await database
      .update(jobs)
      .set({ workerId })
      .where(and(sql`${jobs.finishedAt} is null`, notExists(owner)))
      .returning(taking);
  }
}

const taking = { jobId: jobs.id, recipeId: jobs.recipeId, versionId: jobs.versionId, eventId: jobs.eventId };

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === "EPERM";
  }
}

/** The host and its process namespace: only there does a process id mean what it says. */
function hostId(): string {
  try {
    return `${hostname()} ${readlinkSync("/proc/self/ns/pid")}`;
  } catch {
    return hostname();
  }
}
