/** Meetings and webinars that were scheduled or changed while no webhook came. */
import type { ReconciledEvent, Reconciler } from "@greenroom/connector-kit";
import { changedFields, eventKeys, scheduledFields } from "./event-keys.ts";
import {
  cursorOf,
  forEachOf,
  graceMs,
  hostsOf,
  lateMs,
  listed,
  type Row,
  slackMs,
  timeOf,
} from "./look-around.ts";

interface Cursor {
  readonly atMs: number;
  /** What was listed, by id: the fields of `scheduledFields`, then host and uuid. */
  readonly known: Readonly<Record<string, readonly unknown[]>>;
}

const keptFields = [...scheduledFields, "host_id", "uuid"] as const;
const hostAt = keptFields.indexOf("host_id");

/** Makes the reconciler of meetings, or of webinars. */
export function scheduledReconciler(kind: "meeting" | "webinar"): Reconciler {
  const [created, updated] = [`${kind}.created`, `${kind}.updated`];
  return {
    id: `${kind}s`,
    events: [created, updated],
    reads: ["GET /users", `GET /users/{userId}/${kind}s`],
    past: {
      events: [created],
      cursor: (since): Cursor => ({ atMs: since.getTime() + lateMs, known: {} }),
    },
    async look({ client, cursor, config: wanted, now, accountId }) {
      const before = cursorOf<Cursor>(cursor);
      const hosts = await hostsOf(client);
      const lists = await forEachOf(hosts, (userId) =>
        listed(client, `/users/{userId}/${kind}s`, `${kind}s`, {
          path: { userId },
          query: { type: "scheduled" },
        }),
      );
      // Zoom: a recurring meeting is listed once for each occurrence.
      const rows = new Map(lists.flatMap((list) => list ?? []).map((row) => [String(row["id"]), row]));
      // Of hosts that could not be listed this time, what is known stays.
      const missed = new Set<unknown>(hosts.filter((_, index) => lists[index] === undefined));
      const known: Record<string, readonly unknown[]> = Object.fromEntries(
        Object.entries(before?.known ?? {}).filter(([, kept]) => missed.has(kept[hostAt])),
      );
      const events: ReconciledEvent[] = [];
      for (const [id, row] of rows) {
        const old = before?.known[id];
        if (before && !old && isNew(row, now)) continue;
        known[id] = keptFields.map((name) => row[name] ?? null);
        if (!before) continue;
        const found = old ? changeOf(row, rowOf(old), before.atMs, now) : creationOf(row, before.atMs);
        if (found && wanted.has(found.name)) events.push(found);
      }
      const next: Cursor = { atMs: now.getTime(), known };
      return { events, cursor: next, more: false };

      function creationOf(row: Row, sinceMs: number): ReconciledEvent | undefined {
        const createdMs = timeOf(row["created_at"]);
        // Its host was added or made active: it is new to us, and not new.
        if (createdMs === undefined || createdMs < sinceMs - lateMs) return undefined;
        const { agenda: _, created_at: _at, ...object } = row;
        const payload = { account_id: accountId, operation: "all", object };
        const { dedupeKey = "" } = eventKeys(created, payload);
        return { name: created, dedupeKey, occurredAt: new Date(createdMs), payload };
      }

      function changeOf(row: Row, old: Row, sinceMs: number, at: Date): ReconciledEvent | undefined {
        const names = isRecurring(row)
          ? scheduledFields.filter((name) => name !== "start_time")
          : scheduledFields;
        const changed = changedFields(names, row, old).map(([name]) => name);
        if (changed.length === 0) return undefined;
        const ids = { id: row["id"], uuid: row["uuid"], host_id: row["host_id"] };
        const pick = (from: Row) => Object.fromEntries(changed.map((name) => [name, from[name]]));
        const payload = {
          ...{ account_id: accountId, scope: "all", time_stamp: at.getTime() },
          ...{ object: { ...ids, ...pick(row) }, old_object: { ...ids, ...pick(old) } },
        };
        const { stateKey: key = "" } = eventKeys(updated, payload);
        return {
          ...{ name: updated, dedupeKey: `${key} found ${sinceMs}`, occurredAt: at, payload },
          state: { key, since: new Date(sinceMs - slackMs) },
        };
      }
    },
  };
}

/** So young that its webhook may be under way. */
function isNew(row: Row, now: Date): boolean {
  const createdMs = timeOf(row["created_at"]);
  return createdMs !== undefined && createdMs > now.getTime() - graceMs;
}

const rowOf = (kept: readonly unknown[]): Row =>
  Object.fromEntries(keptFields.map((name, index) => [name, kept[index] ?? undefined]));

/** Zoom: each occurrence has a time of its own, and the list shows whichever. */
function isRecurring(row: Row): boolean {
  return [3, 6, 8, 9].includes(Number(row["type"]));
}
