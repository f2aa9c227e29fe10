/**
 * Notices: that jobs began to fail, that one waits for a person, that a recipe stopped by itself, that a connection was
 * lost. The first of a kind is told, those that follow are counted. What is to be told is in the database before it is sent.
 */
import { and, desc, eq, isNotNull, lte, sql } from "drizzle-orm";
import { v7 as uuidv7 } from "uuid";
import { z } from "zod";
import type { Database, Transaction } from "../database/database.ts";
import { noticeChannels, noticeDeliveries, type NoticeKind, notices } from "../database/notice-tables.ts";
import { unlessLocked } from "../database/session-lock.ts";
import { recipes } from "../database/schema.ts";
import type { Preferences } from "../store/preferences.ts";
import type { NoticeChannels } from "./notice-channels.ts";

/** What people chose of notices. */
export const noticeSettings = z.object({
  /** What is told. */
  kinds: z
    .array(z.enum(["job-failed", "job-asks", "recipe-stopped", "connection-lost", "past-unread"]))
    .default(["job-failed", "job-asks", "recipe-stopped", "connection-lost", "past-unread"]),
  /** The same is told again only after so long. */
  everyMinutes: z.number().int().min(1).max(10_080).default(60),
});

/** What people chose of notices. */
export type NoticeSettings = z.output<typeof noticeSettings>;

/** What is told, as its senders get it. It holds nothing of an event's data. */
export interface Notice {
  readonly id: string;
  readonly kind: NoticeKind;
  readonly subject: string;
  readonly lines: readonly string[];
  /** The page that shows more, below the installation's address. */
  readonly path: string;
  readonly createdAt: Date;
}

/** What sends; it throws when it did not arrive. */
export interface NoticeSenders {
  readonly email?: ((to: string, notice: Notice) => Promise<void>) | undefined;
  readonly webhook?: ((url: string, secret: string, notice: Notice) => Promise<void>) | undefined;
}

/** What is to be told. */
export interface News extends Omit<Notice, "id" | "createdAt"> {
  /** Equal for what is told only once in a while. */
  readonly key: string;
  readonly recipeId?: string | undefined;
  /** When the last of it happened; what is older than the notice before is no news. */
  readonly latest?: Date | undefined;
}

/** A notice and what became of it. */
export interface SentNotice extends Notice {
  readonly deliveries: readonly {
    readonly target: string;
    readonly attempts: number;
    readonly sentAt: Date | undefined;
    readonly error: string | undefined;
  }[];
}

/** Notices. */
export interface Notices {
  readonly channels: NoticeChannels;
  settings(): Promise<NoticeSettings>;
  setSettings(settings: NoticeSettings): Promise<void>;
  /** The last ones, newest first. */
  list(): Promise<readonly SentNotice[]>;
  /** Tells it, unless the same was told lately; in the transaction in which it happens, where there is one. */
  tell(news: News, on?: Database | Transaction): Promise<void>;
  /** Looks for failed jobs to tell of, and sends what is due. */
  turn(): Promise<void>;
}
const tellLock = 711_033;
/** Failures are looked for from a little before the last look: another worker's clock may be behind. */
const overlapMs = 60_000;
const retryAfterMs = [60_000, 300_000, 1_800_000, 7_200_000, 21_600_000];
const keptDays = 30;

const failures = `
  select recipe.id as "recipeId", recipe.name, error.kind, count(*)::int as count, max(job.id::text) as "jobId",
    max(job.finished_at) as latest,
    (array_agg(case when job.error->>'message' not like 'greenroom-sealed:%' then job.error->>'message' end
      order by job.finished_at))[1] as message
  from greenroom.jobs job
  join greenroom.recipes recipe on recipe.id = job.recipe_id
  cross join lateral (select job.error->>'kind' as kind) error
  where job.state = 'failed' and job.finished_at > $1 and job.cause <> 'test'
  group by recipe.id, recipe.name, error.kind`;

/** Makes the notices of a worker. */
export function createNotices(context: {
  readonly database: Database;
  readonly channels: NoticeChannels;
  readonly preferences: Preferences;
  readonly senders: NoticeSenders;
  readonly now: () => Date;
}): Notices {
  const { database, channels, preferences, senders, now } = context;
  const settings = () => preferences.get("notices", noticeSettings);
  const mark = z.object({ at: z.coerce.date().optional() });

  async function lookForFailures(): Promise<void> {
    const at = now();
    const { at: last } = await preferences.get("notices-looked", mark);
    // At the first look there is nothing to look back to.
    const since = last ? new Date(last.getTime() - overlapMs) : at;
    const { rows } = await database.$client.query<{
      recipeId: string;
      name: string;
      kind: string | null;
      count: number;
      jobId: string;
      message: string | null;
      latest: Date;
    }>(failures, [since]);
    for (const { recipeId, name, kind, count, jobId, message, latest } of rows) {
      await told.tell({
        ...{ kind: "job-failed", latest, recipeId, key: `job-failed ${recipeId} ${kind}` },
        subject: `“${name}” failed (${kind ?? "unknown"})`,
        lines: [
          `${count === 1 ? "A job" : `${count} jobs`} of the recipe “${name}” failed.`,
          ...(message === null ? [] : [`The first one: ${message}`]),
        ],
        path: count === 1 ? `/jobs/${jobId}` : `/jobs?recipeId=${recipeId}&state=failed`,
      });
    }
    await preferences.set("notices-looked", { at: at.toISOString() });
  }

  async function sendDue(): Promise<void> {
    const due = await database
      .select({ notice: notices, channel: noticeChannels, delivery: noticeDeliveries })
      .from(noticeDeliveries)
      .innerJoin(notices, eq(notices.id, noticeDeliveries.noticeId))
      .innerJoin(noticeChannels, eq(noticeChannels.id, noticeDeliveries.channelId))
      .where(and(isNotNull(noticeDeliveries.dueAt), lte(noticeDeliveries.dueAt, now())))
      .orderBy(noticeDeliveries.dueAt)
      .limit(20);
    for (const { notice, channel, delivery } of due) {
      const attempts = delivery.attempts + 1;
      const waitMs = retryAfterMs[delivery.attempts];
      let result: { sentAt: Date; error: null; dueAt: null } | { error: string; dueAt: Date | null };
      try {
        await send(channel, noticeOf(notice));
        result = { sentAt: now(), error: null, dueAt: null };
      } catch (error) {
        const message = error instanceof Error ? error.message : String(error);
        const dueAt = waitMs === undefined ? null : new Date(now().getTime() + waitMs);
        result = { error: message.slice(0, 500), dueAt };
      }
      await database
        .update(noticeDeliveries)
        .set({ attempts, ...result })
        .where(and(eq(noticeDeliveries.noticeId, notice.id), eq(noticeDeliveries.channelId, channel.id)));
    }
  }

  async function send(channel: typeof noticeChannels.$inferSelect, notice: Notice): Promise<void> {
    if (!channel.enabled) throw new Error("It is switched off.");
    if (channel.kind === "email") {
      if (!senders.email) throw new Error("E-mail is not set up: set SMTP_URL and MAIL_FROM.");
      return await senders.email(channel.target, notice);
    }
    if (!senders.webhook) throw new Error("This process sends no requests.");
    await senders.webhook(channel.target, await channels.secretOf(channel.id), notice);
  }

  let turning: Promise<void> = Promise.resolve();
  const told: Notices = {
    channels,
    settings,
    setSettings: (chosen) => preferences.set("notices", chosen),

    async list() {
      const rows = await database.select().from(notices).orderBy(desc(notices.createdAt)).limit(100);
      const sent = await database
        .select({ delivery: noticeDeliveries, target: noticeChannels.target })
        .from(noticeDeliveries)
        .innerJoin(noticeChannels, eq(noticeChannels.id, noticeDeliveries.channelId));
      return rows.map((row) => ({
        ...noticeOf(row),
        deliveries: sent
          .filter(({ delivery }) => delivery.noticeId === row.id)
          .map(({ delivery: { attempts, sentAt, error }, target }) => ({
            ...{ target, attempts, sentAt: sentAt ?? undefined, error: error ?? undefined },
          })),
      }));
    },

    async tell({ key, kind, recipeId, latest, subject, lines, path }, on = database) {
      const { kinds, everyMinutes } = await preferences.get("notices", noticeSettings, on);
      if (!kinds.includes(kind)) return;
      const at = now();
      await on.transaction(async (tx) => {
        // Of two workers with the same news, one tells it.
        await tx.execute(sql`select pg_advisory_xact_lock(${tellLock}::int, hashtext(${key}))`);
        const [last] = await tx
          .select({ at: notices.createdAt })
          .from(notices)
          .where(eq(notices.key, key))
          .orderBy(desc(notices.createdAt))
          .limit(1);
        if (last && at.getTime() - last.at.getTime() < everyMinutes * 60_000) return;
        // A look back overlaps the one before it.
        if (last && latest && latest.getTime() <= last.at.getTime()) return;
        const id = uuidv7();
        const row = { id, key, kind, recipeId, subject, lines: [...lines], path, createdAt: at };
        await tx.insert(notices).values(row);
        const to = await tx
          .select({ id: noticeChannels.id })
          .from(noticeChannels)
          .where(and(eq(noticeChannels.enabled, true), toldOf(recipeId)));
        if (to.length === 0) return;
        await tx
          .insert(noticeDeliveries)
          .values(to.map((channel) => ({ noticeId: id, channelId: channel.id, dueAt: at })));
      });
    },

    turn() {
      // A turn of this process waits for the one before it; of two processes, one takes it.
      turning = turning.catch(() => {}).then(takeTurn);
      return turning;
    },
  };

  async function takeTurn(): Promise<void> {
    await unlessLocked(database.$client, "notices", async () => {
      await lookForFailures();
      await sendDue();
      const old = new Date(now().getTime() - keptDays * 86_400_000);
      await database.delete(notices).where(lte(notices.createdAt, old));
    });
  }
  return told;
}

/** The channels that are told of a recipe: those it chose, or all. */
function toldOf(recipeId: string | undefined) {
  if (recipeId === undefined) return undefined;
  return sql`not exists (select from ${recipes} where ${recipes.id} = ${recipeId}
    and ${noticeChannels.id} <> all(${recipes.noticeChannels}))`;
}

function noticeOf(row: typeof notices.$inferSelect): Notice {
  const { id, kind, subject, lines, path, createdAt } = row;
  return { id, kind, subject, lines, path, createdAt };
}
