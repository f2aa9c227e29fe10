/** People who were added, changed, activated or deactivated while no webhook came. Who is gone cannot be told from who was unlinked. */
import type { ReconciledEvent, Reconciler } from "@greenroom/connector-kit";
import { changedFields, eventKeys, userFields } from "./event-keys.ts";
import { cursorOf, lateMs, listed, type Row, slackMs, timeOf } from "./look-around.ts";

interface Cursor {
  readonly atMs: number;
  /** The status and the fields of `userFields`, by the person's id. */
  readonly known: Readonly<Record<string, readonly unknown[]>>;
}

const statuses = ["active", "inactive", "pending"] as const;
const keptFields = ["status", ...userFields] as const;

/** Finds them in the list of people. */
export const usersReconciler: Reconciler = {
  id: "users",
  events: ["user.created", "user.updated", "user.activated", "user.deactivated"],
  reads: ["GET /users"],
  past: {
    events: ["user.created"],
    cursor: (since): Cursor => ({ atMs: since.getTime() + lateMs, known: {} }),
  },
  async look({ client, cursor, config: wanted, now, accountId }) {
    const before = cursorOf<Cursor>(cursor);
    const known: Record<string, readonly unknown[]> = {};
    const events: ReconciledEvent[] = [];
    for (const status of statuses) {
      for (const listedRow of await listed(client, "/users", "users", { query: { status } })) {
        const row = { ...listedRow, status };
        const id = String(listedRow["id"]);
        known[id] = keptFields.map((name) => (row as Row)[name] ?? null);
        if (!before) continue;
        const kept = before.known[id];
        const old =
          kept && Object.fromEntries(keptFields.map((name, index) => [name, kept[index] ?? undefined]));
        for (const found of changesOf(row, old, before.atMs)) if (wanted.has(found.name)) events.push(found);
      }
    }
    const next: Cursor = { atMs: now.getTime(), known };
    return { events, cursor: next, more: false };

    function* changesOf(row: Row, old: Row | undefined, lastMs: number): Generator<ReconciledEvent> {
      const { id, first_name, last_name, display_name, email, type } = row;
      const person = { id, first_name, last_name, display_name, email, type };
      if (!old) {
        const createdMs = timeOf(row["user_created_at"]) ?? timeOf(row["created_at"]);
        if (createdMs !== undefined && createdMs >= lastMs - lateMs)
          yield eventOf("user.created", { object: person }, createdMs, new Date(createdMs));
        return;
      }
      if (old["status"] === "active" && row["status"] === "inactive")
        yield eventOf("user.deactivated", { object: person }, lastMs, now);
      if (old["status"] === "inactive" && row["status"] === "active")
        yield eventOf("user.activated", { object: person }, lastMs, now);
      // Zoom: who has not yet come has no profile.
      if (old["status"] === "pending" || row["status"] === "pending") return;
      const changed = changedFields(userFields, row, old).map(([name]) => name);
      if (changed.length === 0) return;
      const pick = (from: Row) => ({ id, ...Object.fromEntries(changed.map((name) => [name, from[name]])) });
      yield eventOf("user.updated", { object: pick(row), old_object: pick(old) }, lastMs, now);
    }

    function eventOf(name: string, told: object, sinceMs: number, occurredAt: Date): ReconciledEvent {
      const payload = { account_id: accountId, ...told };
      const { stateKey: key = "" } = eventKeys(name, payload);
      return {
        ...{ name, dedupeKey: `${key} found ${sinceMs}`, occurredAt, payload },
        state: { key, since: new Date(sinceMs - slackMs) },
      };
    }
  },
};
