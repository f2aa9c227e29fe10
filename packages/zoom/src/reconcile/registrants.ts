/** Registrations that were made, approved, denied or cancelled while no webhook came. */
import type { Client, ReconciledEvent, Reconciler } from "@greenroom/connector-kit";
import { eventKeys } from "./event-keys.ts";
import {
  cursorOf,
  dayMs,
  forEachOf,
  hostsOf,
  isRefused,
  lateMs,
  listed,
  type Row,
  slackMs,
  timeOf,
} from "./look-around.ts";

interface Cursor {
  readonly atMs: number;
  /** The registrants' statuses, by session and registrant. */
  readonly known: Readonly<Record<string, Readonly<Record<string, string>>>>;
  /** Sessions without registration, and when to ask again. */
  readonly closed: Readonly<Record<string, number>>;
}

const statuses = ["approved", "pending", "denied"] as const;
const askAgainMs = 60 * 60_000;

/** Makes the reconciler of registrations for meetings, or for webinars. */
export function registrantsReconciler(kind: "meeting" | "webinar"): Reconciler {
  const nameOf = (what: string) => `${kind}.registration_${what}`;
  const path = `/${kind}s/{id}/registrants`;
  return {
    id: `${kind}-registrants`,
    events: ["created", "approved", "denied", "cancelled"].map(nameOf),
    reads: [...["GET /users", `GET /users/{userId}/${kind}s`], `GET /${kind}s/{${kind}Id}/registrants`],
    past: {
      events: ["created", "approved"].map(nameOf),
      cursor: (since): Cursor => ({ atMs: since.getTime() + lateMs, known: {}, closed: {} }),
    },
    async look({ client, cursor, config: wanted, now, accountId }) {
      const before = cursorOf<Cursor>(cursor);
      const nowMs = now.getTime();
      const hosts = await hostsOf(client);
      const lists = await forEachOf(hosts, (userId) =>
        listed(client, `/users/{userId}/${kind}s`, `${kind}s`, {
          path: { userId },
          query: { type: kind === "meeting" ? "scheduled" : "upcoming" },
        }),
      );
      const sessions = new Map(
        lists
          .flatMap((list) => list ?? [])
          .filter((row) => isToCome(row, nowMs))
          .map((row) => [String(row["id"]), row]),
      );
      const known: Record<string, Readonly<Record<string, string>>> = {};
      const closed: Record<string, number> = {};
      const events: ReconciledEvent[] = [];
      for (const [id, session] of sessions) {
        const openAt = before?.closed[id] ?? 0;
        const rows = openAt > nowMs ? undefined : await registrantsOf(client, path, id);
        if (!rows) {
          closed[id] = openAt > nowMs ? openAt : nowMs + askAgainMs;
          continue;
        }
        known[id] = Object.fromEntries(rows.map((row) => [String(row["id"]), String(row["status"])]));
        if (before)
          for (const found of changesOf(session, rows, before))
            if (wanted.has(found.name)) events.push(found);
      }
      const next: Cursor = { atMs: nowMs, known, closed };
      return { events, cursor: next, more: false };

      function* changesOf(session: Row, rows: readonly Row[], last: Cursor): Generator<ReconciledEvent> {
        const statusesThen = last.known[String(session["id"])];
        for (const row of rows) {
          const [then, status] = [statusesThen?.[String(row["id"])], row["status"]];
          const createdMs = timeOf(row["create_time"]);
          const isNew = then === undefined && createdMs !== undefined && createdMs >= last.atMs - lateMs;
          if (isNew) yield eventOf("created", session, row, createdMs, createdMs);
          if (then === status || (then === undefined && !isNew)) continue;
          // Zoom: who need not be approved by hand is told as approved too.
          if (status === "approved") yield eventOf("approved", session, row, createdMs ?? last.atMs, nowMs);
          if (status === "denied") yield eventOf("denied", session, row, last.atMs, nowMs);
        }
        const there = new Set(rows.map((row) => String(row["id"])));
        for (const id of Object.keys(statusesThen ?? {}))
          if (!there.has(id)) yield eventOf("cancelled", session, { id }, last.atMs, nowMs);
      }

      function eventOf(
        what: string,
        session: Row,
        row: Row,
        sinceMs: number,
        untilMs: number,
      ): ReconciledEvent {
        const name = nameOf(what);
        const { uuid, id, host_id, topic, type, start_time, duration, timezone } = session;
        const { create_time: _, ...registrant } = row;
        const payload = {
          account_id: accountId,
          object: { uuid, id, host_id, topic, type, start_time, duration, timezone, registrant },
        };
        const { stateKey: key = "" } = eventKeys(name, payload);
        return {
          ...{ name, dedupeKey: `${key} found ${sinceMs}`, occurredAt: new Date(untilMs), payload },
          state: { key, since: new Date(sinceMs - slackMs) },
        };
      }
    },
  };
}

// Zoom: its own list of upcoming meetings reaches six months ahead and no further (OpenAPI file).
/** True for what is not over for a day; what repeats is listed at one of its times. */
function isToCome({ type, start_time, duration }: Row, nowMs: number): boolean {
  if (type === 3 || type === 8) return true;
  const startMs = timeOf(start_time);
  return startMs === undefined || startMs + Number(duration ?? 0) * 60_000 > nowMs - dayMs;
}

/** All registrants of a session; undefined where it has no registration. */
async function registrantsOf(client: Client, path: string, id: string): Promise<readonly Row[] | undefined> {
  try {
    const lists: Row[][] = [];
    for (const status of statuses)
      lists.push(
        (await listed(client, path, "registrants", { path: { id }, query: { status } })).map((row) => ({
          ...row,
          status,
        })),
      );
    return lists.flat();
  } catch (error) {
    if (isRefused(error)) return undefined;
    throw error;
  }
}
