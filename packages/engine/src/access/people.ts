import { ConnectorError } from "@greenroom/connector-kit";
import { and, asc, count, eq, isNull, ne, sql } from "drizzle-orm";
import { accounts, people, sessions } from "../database/access-schema.ts";
import type { Database } from "../database/database.ts";
import { alreadyNamed, notFound } from "../store/refusals.ts";
import type { FolderRoles, Permission, Role } from "./roles.ts";

/** A person as the settings show them. */
export interface PersonSummary extends Permission {
  readonly id: string;
  readonly name: string;
  readonly email: string;
  /** Invited until they have signed in by a password or an account elsewhere. */
  readonly state: "invited" | "active" | "disabled";
  readonly twoFactor: boolean;
  readonly createdAt: Date;
}

/** What an admin may change of a person. */
export interface PersonChange {
  readonly name?: string | undefined;
  readonly role?: Role | null | undefined;
  readonly folders?: FolderRoles | undefined;
  readonly disabled?: boolean | undefined;
}

/** A browser that is signed in. */
export interface SessionSummary {
  readonly id: string;
  readonly personId: string;
  readonly personName: string;
  readonly ipAddress: string | undefined;
  readonly userAgent: string | undefined;
  readonly createdAt: Date;
  readonly expiresAt: Date;
}

/** People, their roles and their sessions. */
export interface People {
  count(): Promise<number>;
  list(): Promise<readonly PersonSummary[]>;
  get(id: string): Promise<PersonSummary>;
  find(id: string): Promise<PersonSummary | undefined>;
  byEmail(email: string): Promise<PersonSummary | undefined>;
  /** Makes the first account, an admin. @returns undefined when there are people already */
  createFirst(person: {
    name: string;
    email: string;
    passwordHash: string;
  }): Promise<PersonSummary | undefined>;
  invite(person: { name: string; email: string } & Permission): Promise<PersonSummary>;
  /** Changes a person; one who is disabled is signed out everywhere. The last admin stays one. */
  update(id: string, change: PersonChange): Promise<PersonSummary>;
  remove(id: string): Promise<void>;
  sessions(personId?: string): Promise<readonly SessionSummary[]>;
  endSession(id: string): Promise<void>;
}

type Row = typeof people.$inferSelect;

const peopleLock = 7_110_310_115;

/** Makes the store of people. */
export function createPeople({ database, now }: { database: Database; now: () => Date }): People {
  const withAccounts = (where?: ReturnType<typeof eq>) =>
    database
      .select({
        person: people,
        accounts: sql<number>`(select count(*)::int from greenroom.accounts a where a.person_id = greenroom.people.id)`,
      })
      .from(people)
      .where(where)
      .orderBy(asc(people.name), asc(people.id));

  const summaryOf = ({ person, accounts: ways }: { person: Row; accounts: number }): PersonSummary => ({
    ...{ id: person.id, name: person.name, email: person.email, role: person.role, folders: person.folders },
    state: person.disabledAt ? "disabled" : ways === 0 ? "invited" : "active",
    twoFactor: person.twoFactorEnabled ?? false,
    createdAt: person.createdAt,
  });

  async function find(id: string): Promise<PersonSummary | undefined> {
    const [row] = await withAccounts(eq(people.id, id));
    return row && summaryOf(row);
  }
  async function get(id: string): Promise<PersonSummary> {
    const person = await find(id);
    if (!person) throw notFound("person", id);
    return person;
  }

  type Transaction = Parameters<Parameters<Database["transaction"]>[0]>[0];

  /** Does what takes an admin away, when somebody is left who can let others in. */
  async function takingAdminAway(
    id: string,
    work: (transaction: Transaction) => Promise<unknown>,
  ): Promise<void> {
    await database.transaction(async (transaction) => {
      // Of two admins who take it from each other at once, one stays.
      await transaction.execute(sql`select pg_advisory_xact_lock(${peopleLock})`);
      const [others] = await transaction
        .select({ count: count() })
        .from(people)
        .where(and(eq(people.role, "admin"), isNull(people.disabledAt), ne(people.id, id)));
      if ((others?.count ?? 0) === 0) {
        throw new ConnectorError("conflict", "last-admin", "This is the last admin.", {
          hint: "Make somebody else an admin first.",
        });
      }
      await work(transaction);
    });
  }

  return {
    find,
    get,
    async count() {
      const [row] = await database.select({ count: count() }).from(people);
      return row?.count ?? 0;
    },
    list: async () => (await withAccounts()).map(summaryOf),
    async byEmail(email) {
      const [row] = await withAccounts(eq(people.email, email.toLowerCase()));
      return row && summaryOf(row);
    },

    async createFirst({ name, email, passwordHash }) {
      const id = await database.transaction(async (transaction) => {
        // Of two who come at once, one is first.
        await transaction.execute(sql`select pg_advisory_xact_lock(${peopleLock})`);
        const [there] = await transaction.select({ count: count() }).from(people);
        if ((there?.count ?? 0) > 0) return undefined;
        const [person] = await transaction
          .insert(people)
          .values({ name, email: email.toLowerCase(), emailVerified: true, role: "admin" })
          .returning({ id: people.id });
        if (!person) return undefined;
        await transaction.insert(accounts).values({
          ...{ userId: person.id, providerId: "credential", accountId: person.id, password: passwordHash },
        });
        return person.id;
      });
      return id === undefined ? undefined : await get(id);
    },

    async invite({ name, email, role, folders }) {
      const [person] = await database
        .insert(people)
        .values({ name, email: email.toLowerCase(), role, folders })
        .onConflictDoNothing()
        .returning({ id: people.id });
      if (!person) throw alreadyNamed("person", email);
      return await get(person.id);
    },

    async update(id, { name, role, folders, disabled }) {
      const before = await get(id);
      const loses =
        before.role === "admin" && ((role !== undefined && role !== "admin") || disabled === true);
      const was = before.state === "disabled";
      const changed = {
        ...(name !== undefined && { name }),
        ...(role !== undefined && { role }),
        ...(folders !== undefined && { folders }),
        ...(disabled !== undefined && disabled !== was && { disabledAt: disabled ? now() : null }),
        updatedAt: now(),
      };
      const change = (on: Pick<Database, "update">) =>
        on.update(people).set(changed).where(eq(people.id, id));
      await (loses ? takingAdminAway(id, change) : change(database));
      if (disabled === true) await database.delete(sessions).where(eq(sessions.userId, id));
      return await get(id);
    },

    async remove(id) {
      const { role } = await get(id);
      const remove = (from: Pick<Database, "delete">) => from.delete(people).where(eq(people.id, id));
      await (role === "admin" ? takingAdminAway(id, remove) : remove(database));
    },

    async sessions(personId) {
      const rows = await database
        .select({ session: sessions, name: people.name })
        .from(sessions)
        .innerJoin(people, eq(people.id, sessions.userId))
        .where(
          and(
            sql`${sessions.expiresAt} > ${now()}`,
            personId === undefined ? undefined : eq(sessions.userId, personId),
          ),
        )
        .orderBy(asc(people.name), asc(sessions.createdAt));
      return rows.map(({ session, name }) => ({
        ...{ id: session.id, personId: session.userId, personName: name },
        ...{ ipAddress: session.ipAddress ?? undefined, userAgent: session.userAgent ?? undefined },
        ...{ createdAt: session.createdAt, expiresAt: session.expiresAt },
      }));
    },
    async endSession(id) {
      const ended = await database.delete(sessions).where(eq(sessions.id, id)).returning({ id: sessions.id });
      if (ended.length === 0) throw notFound("session", id);
    },
  };
}
