/**
 * What operators do to an installation's data: `backup <file>`, `restore <file>`, `upgrade [--check] [--backup <file>]`. The
 * command `greenroom` runs it. Standard output has a line of JSON for each step, the last one with the result.
 * This is one of the places that catch.
 */
import {
  createReadStream,
  createWriteStream,
  existsSync,
  mkdirSync,
  readFileSync,
  renameSync,
  rmSync,
} from "node:fs";
import { dirname, join, resolve } from "node:path";
import { parseArgs } from "node:util";
import { Secret } from "@greenroom/connector-kit";
import {
  type BackupProgress,
  type BackupSummary,
  borrowEmbeddedPostgres,
  pendingUpgrade,
  type Restored,
  restoreBackup,
  StartError,
  startEmbeddedPostgres,
  upgradeDatabase,
  writeBackup,
} from "@greenroom/engine";
import { homeOf } from "./home.ts";
import { version } from "./version.ts";

const home = homeOf(process.env);
const databaseUrl = process.env["DATABASE_URL"] || undefined;
const say = (line: object) => process.stdout.write(`${JSON.stringify(line)}\n`);
const onProgress = (progress: BackupProgress) => say({ progress });

try {
  say({ result: await run() });
} catch (error) {
  console.error(error instanceof StartError || isOfFiles(error) ? error.message : error);
  process.exitCode = 1;
}

/** What an upgrade did, or would do. */
interface Upgrade {
  readonly done: boolean;
  /** The migrations that the database lacked. */
  readonly migrations: readonly string[];
  readonly backup?: BackupSummary & { readonly file: string };
}

async function run(): Promise<object> {
  const { positionals, values } = parseArgs({
    allowPositionals: true,
    options: { check: { type: "boolean" }, backup: { type: "string" } },
  });
  const [what, file = ""] = positionals;
  if (what === "backup") return await withDatabase(async (url) => await backUp(url, resolve(file)));
  if (what === "restore") return await restore(resolve(file));
  if (what === "upgrade") return await withDatabase((url) => upgrade(url, values));
  throw new StartError("Give one of: backup <file>, restore <file>, upgrade [--check] [--backup <file>].");
}

async function upgrade(
  url: string,
  { check = false, backup: file }: { check?: boolean | undefined; backup?: string | undefined },
): Promise<Upgrade> {
  const migrations = await pendingUpgrade(url);
  const done = !check && migrations.length > 0;
  const backup = done && file !== undefined ? await backUp(url, resolve(file)) : undefined;
  if (done) await upgradeDatabase(url);
  return { done, migrations, ...(backup && { backup }) };
}

async function withDatabase<T>(work: (databaseUrl: string) => Promise<T>): Promise<T> {
  if (databaseUrl !== undefined) return await work(databaseUrl);
  const postgres = await borrowEmbeddedPostgres({ home, log: (message) => console.error(message) });
  try {
    return await work(postgres.databaseUrl);
  } finally {
    await postgres.stop();
  }
}

async function backUp(url: string, file: string): Promise<BackupSummary & { readonly file: string }> {
  if (existsSync(file)) throw new StartError(`${file} is there already. Give another name, or delete it.`);
  mkdirSync(dirname(file), { recursive: true });
  // Aside until it is whole: what has the name can be restored.
  const aside = `${file}.part-${process.pid}`;
  try {
    const out = createWriteStream(aside, { mode: 0o600, flags: "wx" });
    const summary = await writeBackup({
      ...{ databaseUrl: url, home, out, onProgress, version: version(), now: new Date() },
    });
    renameSync(aside, file);
    return { file, ...summary };
  } finally {
    rmSync(aside, { force: true });
  }
}

async function restore(file: string): Promise<Restored> {
  if (!existsSync(file)) throw new StartError(`There is no file ${file}.`);
  const secretKey = new Secret(secretKeyText());
  const from = (url: string) =>
    restoreBackup({ databaseUrl: url, home, secretKey, input: createReadStream(file), onProgress });
  if (databaseUrl !== undefined) {
    mkdirSync(home, { recursive: true, mode: 0o700 });
    return await from(databaseUrl);
  }
  const postgres = await startEmbeddedPostgres({ home, log: (message) => console.error(message) });
  try {
    return await from(postgres.databaseUrl);
  } finally {
    await postgres.stop();
  }
}

function secretKeyText(): string {
  const given = process.env["GREENROOM_SECRET_KEY"];
  if (given) return given;
  const file = join(home, "secret.key");
  if (existsSync(file)) return readFileSync(file, "utf8").trim();
  throw new StartError(
    `A backup is of no use without the secret key of the installation it is of. Put that secret.key into ${home}, or set GREENROOM_SECRET_KEY to it.`,
  );
}

/** Of the system, such as a full disk: its message says what. */
function isOfFiles(error: unknown): error is NodeJS.ErrnoException {
  return error instanceof Error && "syscall" in error;
}
