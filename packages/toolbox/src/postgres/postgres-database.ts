/** A connection's PostgreSQL, through the driver `pg`, loaded at its first use. */
import { Socket } from "node:net";
import {
  type AddressPolicy,
  type AppProfile,
  carryingClients,
  ConnectorError,
  type FormField,
  type Identity,
  guardedLookup,
  refuseAddress,
} from "@greenroom/connector-kit";
import type { Pool, PoolClient } from "pg";
import { authorityField, authorityOf } from "../certificates.ts";
import { portOf, textOf } from "../form-values.ts";
import { parserOf, plainRow } from "./plain-row.ts";
import { postgresError } from "./postgres-error.ts";

const field = (name: string, label: string, hint: string): FormField => ({
  ...{ name, label, hint, type: "text", required: true },
});

/** The form of a database. */
export const postgresFields: readonly FormField[] = [
  { ...field("host", "Server", "Such as db.example.com"), place: true },
  { ...field("port", "Port", "Usually 5432"), default: "5432" },
  field("database", "Database", "Its name"),
  field("user", "User", "One that may do no more than the recipes need"),
  { ...field("password", "Password", "Kept sealed"), type: "secret", required: false },
  {
    ...field(
      "encryption",
      "Encryption",
      "Whether the connection is encrypted, and the server's certificate checked",
    ),
    ...{ type: "select", default: "verify" },
    options: [
      { value: "verify", label: "TLS, certificate checked" },
      { value: "require", label: "TLS, any certificate" },
      { value: "none", label: "None (inside your own network alone)" },
    ],
  },
  authorityField,
];

/** What a statement gave. */
export interface Answer {
  readonly rows: Record<string, unknown>[];
  readonly rowCount: number;
}

/** One statement with its parameters. */
export interface Statement {
  readonly sql: string;
  readonly parameters?: readonly unknown[];
}

/** A session that statements run in. */
export type Run = (statement: Statement) => Promise<Answer>;

/** A connection's database. */
export interface PostgresDatabase {
  /** Runs what reads alone: the server itself refuses to write. @throws {ConnectorError} */
  reading<T>(work: (run: Run) => Promise<T>, options?: { readonly timeoutMs?: number }): Promise<T>;
  /** Runs what writes, all of it or none. @throws {ConnectorError} `outcome-unknown` when it broke off at its end */
  writing<T>(work: (run: Run) => Promise<T>, options?: { readonly timeoutMs?: number }): Promise<T>;
  identify(): Promise<Identity>;
}

/** Clients of databases. */
export const databases = carryingClients<PostgresDatabase>("a database");

const connectWithinMs = 15_000;
const usualTimeoutMs = 60_000;
const idleMs = 10_000;
/** Of one connection in one process. */
const mostSessions = 4;

/** Makes the database of a form. */
export function postgresDatabase(profile: AppProfile, policy: AddressPolicy): PostgresDatabase {
  const host = textOf(profile, "host");
  let pool: Promise<Pool> | undefined;

  async function opened(): Promise<Pool> {
    // A path would be a socket of this machine, such as that of Greenroom's own database.
    if (/[/\\\0]/.test(host) || host.startsWith("@"))
      throw new ConnectorError("forbidden", "address-refused", `“${host}” is no host.`, {
        fields: [{ field: "host", message: "must be a name or an address" }],
      });
    refuseAddress(host, policy);
    const port = portOf(profile, "port");
    const { default: pg } = await import("pg");
    const encryption = textOf(profile, "encryption");
    const made = new pg.Pool({
      ...{ host, port, database: textOf(profile, "database"), user: textOf(profile, "user") },
      ...{ password: textOf(profile, "password"), application_name: "Greenroom" },
      ssl:
        encryption === "none"
          ? false
          : { rejectUnauthorized: encryption === "verify", ca: authorityOf(profile) },
      ...{ max: mostSessions, idleTimeoutMillis: idleMs, connectionTimeoutMillis: connectWithinMs },
      ...{ allowExitOnIdle: true, keepAlive: true },
      types: {
        getTypeParser: (id: number, format?: "text" | "binary") =>
          // An id can be of any type that the database has, not only of those that pg names.
          // oxlint-disable-next-line typescript/no-unsafe-enum-assignment
          parserOf(id) ?? pg.types.getTypeParser(id, format),
      },
      stream: () => guarded(policy),
    });
    // A session that breaks while nobody uses it is replaced by the next.
    made.on("error", () => undefined);
    // One that breaks while it is used fails what uses it; without a listener it would end the server too.
    made.on("connect", (session) => session.on("error", () => undefined));
    return made;
  }

  async function inTransaction<T>(
    begin: string,
    work: (run: Run) => Promise<T>,
    { timeoutMs = usualTimeoutMs }: { readonly timeoutMs?: number } = {},
  ): Promise<T> {
    let committing = false;
    let session: PoolClient | undefined;
    let failed: Error | undefined;
    try {
      pool ??= opened();
      pool.catch(() => (pool = undefined));
      session = await (await pool).connect();
      await session.query(`${begin}; set local statement_timeout = ${Math.round(timeoutMs)}`);
      const result = await work(runOn(session));
      committing = true;
      await session.query("commit");
      return result;
    } catch (error) {
      failed = error instanceof Error ? error : new Error(String(error));
      if (session && !committing)
        await session.query("rollback").then(
          () => (failed = undefined),
          () => undefined,
        );
      throw postgresError(error, { host, mayBeDone: committing && !begin.includes("read only") });
    } finally {
      session?.release(failed);
    }
  }

  return {
    reading: (work, options) => inTransaction("begin transaction read only", work, options),
    writing: (work, options) => inTransaction("begin", work, options),
    async identify() {
      const { rows } = await this.reading((run) =>
        run({
          sql: "select current_user as user, current_database() as database, split_part(version(), ' ', 2) as version",
        }),
      );
      const { user, database, version } = rows[0] ?? {};
      return {
        ...{
          accountId: `${host}/${String(database)}`,
          accountName: `${String(database)} (PostgreSQL ${String(version)})`,
        },
        ...{ userId: String(user), email: "", displayName: String(user), roleName: undefined },
      };
    },
  };
}

function runOn(session: PoolClient): Run {
  return async ({ sql, parameters = [] }) => {
    const { rows, rowCount } = await session.query<Record<string, unknown>>({
      text: sql,
      // With parameters, even none, the server takes one statement and no more.
      ...{ values: [...parameters], queryMode: "extended" },
    } as { text: string; values: unknown[] });
    return { rows: rows.map(plainRow), rowCount: rowCount ?? rows.length };
  };
}

/** A socket that looks names up by the policy; the driver tells it where to. */
function guarded(policy: AddressPolicy): Socket {
  const socket = new Socket();
  const connect = socket.connect.bind(socket) as (options: object) => Socket;
  const lookup = guardedLookup(policy);
  socket.connect = ((port: number, host: string) => connect({ port, host, lookup })) as typeof socket.connect;
  return socket;
}
