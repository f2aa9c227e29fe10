/** The connection pool and its start: one PostgreSQL, one pool, every parameterised statement prepared once. */
import { drizzle, type NodePgDatabase } from "drizzle-orm/node-postgres";
import pg from "pg";
import { StartError } from "../start-error.ts";

/** More texts than this are not prepared: a statement built from data would fill the server's memory. */
const maxPreparedStatements = 400;
const statementNames = new Map<string, string>();

function statementName(text: string): string | undefined {
  const known = statementNames.get(text);
  if (known !== undefined || statementNames.size >= maxPreparedStatements) return known;
  const name = `greenroom_${statementNames.size}`;
  statementNames.set(text, name);
  return name;
}

/** Names each statement, so that PostgreSQL parses and plans it once a connection. */
class PreparingClient extends pg.Client {
  // node-postgres declares `query` with a dozen overloads; this passes every one of them on.
  // oxlint-disable-next-line typescript/no-explicit-any
  override query(...args: any[]): any {
    const [text, values, ...rest] = args;
    if (typeof text === "string" && Array.isArray(values)) {
      const name = statementName(text);
      if (name !== undefined) return Reflect.apply(super.query, this, [{ name, text, values }, ...rest]);
    }
    return Reflect.apply(super.query, this, args);
  }
}

/** The number of PostgreSQL's type `json`. */
const jsonType = 114;

/** A client that parses JSON columns by `parse`, also for those who bring parsers of their own, as Drizzle does. */
function clientParsing(parse: (json: string) => unknown): typeof pg.Client {
  return class extends PreparingClient {
    // oxlint-disable-next-line typescript/no-explicit-any
    override query(...args: any[]): any {
      const [config, ...rest] = args;
      const types: unknown = config?.types;
      if (typeof config !== "object" || typeof config?.submit === "function" || !hasParsers(types))
        return super.query(...args);
      return super.query({ ...config, types: parsersWith(parse, types) }, ...rest);
    }
  };
}

/** The usual parsers, or others, but for JSON. */
function parsersWith(
  parse: (json: string) => unknown,
  others: pg.CustomTypesConfig = pg.types,
): pg.CustomTypesConfig {
  return {
    getTypeParser: (type: number, format?: unknown) =>
      type === jsonType && format !== "binary"
        ? parse
        : Reflect.apply(others.getTypeParser, others, [type, format]),
  };
}

const hasParsers = (types: unknown): types is pg.CustomTypesConfig =>
  typeof types === "object" && types !== null && "getTypeParser" in types;

/** Drizzle over the pool, for everything that is not hot. */
export type Database = NodePgDatabase & { readonly $client: pg.Pool };

/** A transaction on it. */
export type Transaction = Parameters<Parameters<Database["transaction"]>[0]>[0];

/** A pool of connections. */
export type Pool = pg.Pool;

/** One of its connections. */
export type PoolClient = pg.PoolClient;

/** Enough to keep PostgreSQL busy; more would only queue inside it, and many processes share its connections. */
const poolSize = 10;
/** For the inbox and the history alone: a webhook's answer must not wait behind jobs for a connection. */
const hotPoolSize = 4;

/** A process that stands still in a transaction must not hold its locks: the others wait for them. Longer work says so. */
const pausedWithinMs = 5_000;

/** The connections for group commits. */
export function openHotPool(
  databaseUrl: string,
  log: { warn(fields: object, message: string): void },
  parseJson: (json: string) => unknown,
): pg.Pool {
  return makePool(databaseUrl, hotPoolSize, log, parseJson);
}

function makePool(
  connectionString: string,
  max: number,
  log: { warn(fields: object, message: string): void },
  parseJson: (json: string) => unknown,
): pg.Pool {
  const options = { connectionString, max, connectionTimeoutMillis: 10_000, application_name: "greenroom" };
  const pool = new pg.Pool({
    ...{ ...options, Client: clientParsing(parseJson), types: parsersWith(parseJson) },
    idle_in_transaction_session_timeout: pausedWithinMs,
  });
  // One that is lost between two statements of a transaction tells its next statement; nobody else need know.
  pool.on("connect", (client) => client.on("error", () => {}));
  pool.on("error", (error) => log.warn({ error: error.message }, "a database connection was lost"));
  return pool;
}

/** Opens the pool and proves that it answers. @throws {StartError} with one sentence when it does not. */
export async function openDatabase(
  databaseUrl: string,
  log: { warn(fields: object, message: string): void },
  parseJson: (json: string) => unknown = JSON.parse,
): Promise<Database> {
  const pool = makePool(databaseUrl, poolSize, log, parseJson);
  try {
    await pool.query("select 1");
  } catch (error) {
    await pool.end();
    throw new StartError(
      `The database at ${withoutPassword(databaseUrl)} cannot be reached: ${reasonOf(error)}. ${adviceOn(error)}`,
    );
  }
  return drizzle({ client: pool });
}

function withoutPassword(databaseUrl: string): string {
  try {
    const url = new URL(databaseUrl);
    if (url.password) url.password = "***";
    return url.href;
  } catch {
    return "DATABASE_URL";
  }
}

function reasonOf(error: unknown): string {
  if (error instanceof AggregateError && error.errors.length > 0) return reasonOf(error.errors[0]);
  if (!(error instanceof Error)) return String(error);
  // OpenSSL's second half is advice for programmers.
  return error.message.split("; if the root CA", 1)[0] ?? "";
}

function adviceOn(error: unknown): string {
  const reason = reasonOf(error);
  if (/altnames/i.test(reason))
    return "Name the server in DATABASE_URL as its certificate does, or have it issued for this name.";
  if (/certificate|self[- ]signed/i.test(reason) && !/expired/i.test(reason))
    return "Give the authority that signed its certificate: DATABASE_URL=…?sslmode=verify-full&sslrootcert=/path/to/ca.pem.";
  if (/no encryption/i.test(reason)) return "The server wants TLS: add ?sslmode=verify-full to DATABASE_URL.";
  if (/does not support SSL/i.test(reason))
    return "Set up TLS at the server, or leave sslmode out of DATABASE_URL where the network is your own.";
  return "Check DATABASE_URL, or unset it to use the embedded PostgreSQL.";
}
