/** What pages and programs read of the inbox. */
import { and, desc, eq, inArray, lt, or, sql } from "drizzle-orm";
import type { Database } from "../database/database.ts";
import { type JobState, jobs } from "../database/job-tables.ts";
import { events, recipes } from "../database/schema.ts";
import { type StoredEvent, storedEventOf } from "../inbox/inbox.ts";
import type { Matcher } from "../inbox/matcher.ts";
import { createJobMask, type JobMask } from "./job-masks.ts";
import { type Page, pageOf } from "./page.ts";
import { notFound } from "./refusals.ts";

/** An event in a list. */
export interface EventSummary {
  readonly id: string;
  readonly name: string;
  readonly connector: string;
  readonly profileId: string;
  readonly accountId: string;
  readonly occurredAt: Date;
  readonly receivedAt: Date;
  /** Found by looking, as no webhook had told it. */
  readonly reconciled: boolean;
  readonly jobs: readonly { id: string; recipeId: string; recipeName: string; state: JobState }[];
}

/** An event whole. */
export interface EventDetail extends EventSummary {
  readonly payload: Readonly<Record<string, unknown>>;
  readonly dedupeKey: string;
  /** False when its payload was deleted. */
  readonly dataKept: boolean;
}

/** The reads of the inbox, newest first. */
export interface EventQueries {
  listEvents(filter: {
    name?: string | undefined;
    cursor?: string | undefined;
    limit: number;
  }): Promise<Page<EventSummary>>;
  getEvent(id: string): Promise<EventDetail>;
  storedEvent(id: string): Promise<StoredEvent>;
  payload(id: string): Promise<Readonly<Record<string, unknown>>>;
}

/** Makes the reads; `maskOf` says what a recipe version hides, `masking` which recipes hide something of such an event. */
export function createEventQueries(
  database: Database,
  maskOf: (versionId: string) => Promise<JobMask>,
  masking: Matcher["masking"],
): EventQueries {
  async function jobsOf(eventIds: readonly string[]) {
    if (eventIds.length === 0) return new Map<string, EventSummary["jobs"]>();
    const mine = inArray(jobs.eventId, [...eventIds]);
    // Two indexes, one for the many jobs that events start and one for the few others.
    const rows = await database
      .select({ job: jobs, recipeName: recipes.name })
      .from(jobs)
      .leftJoin(recipes, eq(recipes.id, jobs.recipeId))
      .where(or(and(mine, sql`cause = 'event'`), and(mine, sql`cause <> 'event'`)));
    const grouped = Map.groupBy(rows, ({ job }) => job.eventId ?? "");
    return new Map(
      [...grouped].map(([eventId, group]) => [
        eventId,
        group.map(({ job, recipeName }) => ({
          id: job.id,
          recipeId: job.recipeId,
          recipeName: recipeName ?? "(deleted recipe)",
          state: job.state,
        })),
      ]),
    );
  }

  async function eventRow(id: string) {
    const [row] = await database.select().from(events).where(eq(events.id, id));
    if (!row) throw notFound("event", id);
    return row;
  }

  return {
    async listEvents({ name, cursor, limit }) {
      const rows = await database
        .select()
        .from(events)
        .where(
          and(
            name === undefined ? undefined : eq(events.name, name),
            cursor === undefined ? undefined : lt(events.id, cursor),
          ),
        )
        .orderBy(desc(events.id))
        .limit(limit + 1);
      const started = await jobsOf(rows.map(({ id }) => id));
      return pageOf(
        rows.map((row) => ({ ...eventSummaryOf(row), jobs: started.get(row.id) ?? [] })),
        limit,
      );
    },

    async getEvent(id) {
      const row = await eventRow(id);
      const started = await jobsOf([id]);
      const { dedupeKey, wipedAt } = row;
      const versions = await database
        .selectDistinct({ id: jobs.versionId })
        .from(jobs)
        .where(
          or(
            and(eq(jobs.eventId, id), sql`cause = 'event'`),
            and(eq(jobs.eventId, id), sql`cause <> 'event'`),
          ),
        );
      // What any recipe hides that it started, or that listens to such events, is hidden.
      let { payload } = row;
      for (const program of masking(storedEventOf(row))) payload = createJobMask(program).trigger(payload);
      for (const version of versions) payload = (await maskOf(version.id)).trigger(payload);
      const kept = { payload, dedupeKey, dataKept: wipedAt === null };
      return { ...eventSummaryOf(row), jobs: started.get(id) ?? [], ...kept };
    },

    async storedEvent(id) {
      return storedEventOf(await eventRow(id));
    },

    payload: async (id) => (await eventRow(id)).payload,
  };
}

function eventSummaryOf(row: typeof events.$inferSelect): Omit<EventSummary, "jobs"> {
  const { id, name, connector, profileId, accountId, occurredAt, receivedAt, reconciled } = row;
  return { id, name, connector, profileId, accountId, occurredAt, receivedAt, reconciled };
}
