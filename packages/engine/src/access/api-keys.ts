import { createHash, randomBytes } from "node:crypto";
import { ConnectorError, type Effect } from "@greenroom/connector-kit";
import { and, desc, eq, isNull, lt, or } from "drizzle-orm";
import { v7 as uuidv7 } from "uuid";
import { type ApprovableEffect, apiKeys, people } from "../database/access-schema.ts";
import type { Database } from "../database/database.ts";
import { notFound } from "../store/refusals.ts";
import { capped, type Permission, type Role } from "./roles.ts";

/** What a key may do less than its person. */
export interface KeyLimits {
  readonly role: Role;
  /** Names of the connections it may use; undefined for all. */
  readonly connections: readonly string[] | undefined;
  /** The effects it may have; undefined for all that its role allows. */
  readonly effects: readonly Effect[] | undefined;
  readonly callsPerMinute: number | undefined;
  /** The effects that wait for a person's approval, which tools can ask for. */
  readonly needsApproval: readonly ApprovableEffect[];
}

/** An API key as people see it: never the key. */
export interface ApiKeySummary extends KeyLimits {
  readonly id: string;
  readonly personId: string;
  readonly personName: string;
  readonly name: string;
  readonly prefix: string;
  readonly expiresAt: Date | undefined;
  readonly lastUsedAt: Date | undefined;
  readonly createdAt: Date;
}

/** A key that came with a request, with what it may do now. */
export interface KnownKey extends ApiKeySummary {
  readonly permission: Permission;
}

/** Keys of programs. */
export interface ApiKeys {
  list(personId?: string): Promise<readonly ApiKeySummary[]>;
  get(id: string): Promise<ApiKeySummary>;
  /** @returns the key itself too: the only time it is seen. */
  create(
    key: { personId: string; name: string; expiresAt: Date | undefined } & KeyLimits,
  ): Promise<{ key: string; summary: ApiKeySummary }>;
  remove(id: string): Promise<void>;
  /** The key that is this text; undefined when there is none, it has expired, or its person is disabled. */
  find(text: string): Promise<KnownKey | undefined>;
  /** The same by its id: what somebody asked for may be decided when their key is no more. */
  stillKnown(id: string): Promise<KnownKey | undefined>;
}

const lastUseEveryMs = 60_000;
const shownCharacters = 9;

/** Makes the store of API keys. */
export function createApiKeys({ database, now }: { database: Database; now: () => Date }): ApiKeys {
  const withPerson = () =>
    database
      .select({ key: apiKeys, person: people })
      .from(apiKeys)
      .innerJoin(people, eq(people.id, apiKeys.userId));

  async function get(id: string): Promise<ApiKeySummary> {
    const [row] = await withPerson().where(eq(apiKeys.id, id));
    if (!row) throw notFound("API key", id);
    return summaryOf(row);
  }

  /** What a key may do now; nothing when it has expired or its person is disabled. */
  function known(row: Parameters<typeof summaryOf>[0] | undefined): KnownKey | undefined {
    if (!row || row.person.disabledAt || (row.key.expiresAt && row.key.expiresAt <= now())) return undefined;
    return { ...summaryOf(row), permission: capped(row.person, row.key.role) };
  }

  return {
    get,
    async list(personId) {
      const rows = await withPerson()
        .where(personId === undefined ? undefined : eq(apiKeys.userId, personId))
        .orderBy(desc(apiKeys.id));
      return rows.map(summaryOf);
    },

    async create({ personId, name, expiresAt, role, connections, effects, callsPerMinute, needsApproval }) {
      if (expiresAt && expiresAt <= now()) {
        throw new ConnectorError("invalid-input", "invalid-input", "expiresAt: must be in the future.", {
          fields: [{ field: "expiresAt", message: "must be in the future" }],
        });
      }
      const key = `gr_${randomBytes(32).toString("base64url")}`;
      const id = uuidv7();
      await database.insert(apiKeys).values({
        ...{ id, userId: personId, name, prefix: key.slice(0, shownCharacters), hash: hashOf(key), role },
        ...{ connections: connections && [...connections], effects: effects && [...effects] },
        ...{ callsPerMinute, needsApproval: [...needsApproval], expiresAt, createdAt: now() },
      });
      return { key, summary: await get(id) };
    },

    async remove(id) {
      const removed = await database.delete(apiKeys).where(eq(apiKeys.id, id)).returning({ id: apiKeys.id });
      if (removed.length === 0) throw notFound("API key", id);
    },

    async find(text) {
      const [row] = await withPerson().where(eq(apiKeys.hash, hashOf(text)));
      const found = known(row);
      if (!row || !found) return undefined;
      const usedBefore = new Date(now().getTime() - lastUseEveryMs);
      if (!row.key.lastUsedAt || row.key.lastUsedAt < usedBefore) {
        await database
          .update(apiKeys)
          .set({ lastUsedAt: now() })
          .where(
            and(
              eq(apiKeys.id, row.key.id),
              or(isNull(apiKeys.lastUsedAt), lt(apiKeys.lastUsedAt, usedBefore)),
            ),
          );
      }
      return found;
    },

    async stillKnown(id) {
      const [row] = await withPerson().where(eq(apiKeys.id, id));
      return known(row);
    },
  };
}

function summaryOf({
  key,
  person,
}: {
  key: typeof apiKeys.$inferSelect;
  person: typeof people.$inferSelect;
}): ApiKeySummary {
  return {
    ...{ id: key.id, personId: person.id, personName: person.name, name: key.name, prefix: key.prefix },
    ...{ role: key.role, connections: key.connections ?? undefined, effects: key.effects ?? undefined },
    ...{ callsPerMinute: key.callsPerMinute ?? undefined, needsApproval: key.needsApproval },
    ...{ expiresAt: key.expiresAt ?? undefined, lastUsedAt: key.lastUsedAt ?? undefined },
    createdAt: key.createdAt,
  };
}

/** A key is random and long: one round of SHA-256 is enough, and lets it be found. */
function hashOf(key: string): string {
  return createHash("sha256").update(key).digest("hex");
}
