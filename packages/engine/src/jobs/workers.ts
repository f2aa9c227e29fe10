/** Processes and their heartbeats: how the living find the dead, whose jobs go back to the queue for anybody to take. */
import { readlinkSync } from "node:fs";
import { hostname } from "node:os";
import { v7 as uuidv7 } from "uuid";
import type { Pool } from "../database/database.ts";
import { processExists } from "../process-exists.ts";

/** A process that said nothing for this long is dead. */
const deadAfterMs = 6_500;

/** How often a process says that it lives and looks for the dead. */
export const heartbeatMs = 2_500;

/** This process among the others. */
export interface Workers {
  /** Its id; another one after others took it for dead. */
  readonly id: string;
  /** How many processes run jobs, and how many there are; as of the last heartbeat. */
  readonly alive: { readonly runJobs: number; readonly all: number };
  join(): Promise<void>;
  /** @returns false when others took us for dead: what ran here is theirs now. */
  heartbeat(): Promise<boolean>;
  /** Gives the unfinished jobs of dead processes back. @returns the recipes they are of */
  releaseDead(): Promise<readonly string[]>;
  /** Gives back what it has and goes on under another id. @returns the recipes of what it gave back */
  renew(): Promise<readonly string[]>;
  /** Leaves at once, and gives back what it has not finished. */
  leave(): Promise<void>;
}

const join = `
  insert into greenroom.workers (id, runs_jobs, host, pid, settings, started_at, heartbeat_at)
  values ($1, $2, $3, $4, $5, now(), now())`;
const beat = `
  with beat as (update greenroom.workers set heartbeat_at = now() where id = $1 returning id)
  select (select count(*)::int from beat) as mine, count(*) filter (where runs_jobs)::int as "runJobs", count(*)::int as all
  from greenroom.workers`;
const others = `
  select id, pid, host = $2 as "sameHost", heartbeat_at < now() - make_interval(secs => $3) as silent
  from greenroom.workers where id <> $1`;
// Who is in the table no more has lost its jobs, whatever it may think.
const release = `
  with gone as (
    delete from greenroom.workers where id = any($1::uuid[]) returning id
  ), left_places as (
    delete from greenroom.places p where p.worker_id in (select id from gone)
      or not exists (select from greenroom.workers w where w.id = p.worker_id)
  ), left_connections as (
    delete from greenroom.connection_uses u where u.worker_id in (select id from gone)
  )
  update greenroom.jobs set state = 'queued', worker_id = null, signals = signals + 1
  where finished_at is null and worker_id is not null and (worker_id in (select id from gone)
    or not exists (select from greenroom.workers w where w.id = jobs.worker_id))
  returning recipe_id as "recipeId"`;

/**
 * Makes the process's membership.
 *
 * @param settings what all processes must have alike, for people to see where they have not
 */
export function createWorkers(
  pool: Pool,
  { runsJobs, settings }: { runsJobs: boolean; settings: Readonly<Record<string, string>> },
): Workers {
  const host = hostId();
  let id = uuidv7();
  let alive = { runJobs: 1, all: 1 };
  /** When the last heartbeat was answered. */
  let heardAtMs = Number.NEGATIVE_INFINITY;

  async function releaseFrom(ids: readonly string[]): Promise<readonly string[]> {
    const { rows } = await pool.query<{ recipeId: string }>(release, [ids]);
    return [...new Set(rows.map(({ recipeId }) => recipeId))];
  }

  return {
    get id() {
      return id;
    },
    get alive() {
      return alive;
    },
    join: async () => void (await pool.query(join, [id, runsJobs, host, process.pid, settings])),

    async heartbeat() {
      const { rows } = await pool.query<{ mine: number; runJobs: number; all: number }>(beat, [id]);
      const [{ mine = 0, runJobs = 1, all = 1 } = {}] = rows;
      alive = { runJobs, all };
      if (mine > 0) return true;
      // Another id, so that nothing which still runs under the old one can pass for ours.
      id = uuidv7();
      await this.join();
      return false;
    },

    async releaseDead() {
      const lastHeardMs = heardAtMs;
      heardAtMs = performance.now();
      const { rows } = await pool.query<{ id: string; pid: number; sameHost: boolean; silent: boolean }>(
        others,
        [...[id, host, deadAfterMs / 1000]],
      );
      // After the database, or we, were away, the others are given time to be heard again.
      const judges = heardAtMs - lastHeardMs < deadAfterMs;
      const dead = rows.filter(
        ({ pid, sameHost, silent }) => (silent && judges) || (sameHost && !processExists(pid)),
      );
      return await releaseFrom(dead.map((one) => one.id));
    },

    async renew() {
      const before = id;
      // At once, so that nothing more is taken under the old one.
      id = uuidv7();
      await this.join();
      return await releaseFrom([before]);
    },

    leave: async () => void (await releaseFrom([id])),
  };
}

/** The host and its process namespace: only there does a process id mean what it says. */
function hostId(): string {
  try {
    return `${hostname()} ${readlinkSync("/proc/self/ns/pid")}`;
  } catch {
    return hostname();
  }
}
