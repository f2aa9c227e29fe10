/** The command `greenroom` as its users type it, against the real server and the sandbox. */
import { spawn } from "node:child_process";
import { cpSync, existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { Writable } from "node:stream";
import pg from "pg";
import { afterAll, beforeAll, describe, expect, it, vi } from "vitest";
import { runCommand } from "../apps/cli/src/program.ts";
import { Terminal } from "../apps/cli/src/terminal.ts";
import { openDatabase } from "../packages/engine/src/database/database.ts";
import { knownMigrations, migrateTo } from "../packages/engine/src/database/migrate.ts";
import { call } from "../tools/api-client.ts";
import { freePort, ready, root, start } from "../tools/processes.ts";
import { holdMeeting, onlookerToken } from "../tools/sandbox-people.ts";
import { setUpSandbox } from "../tools/setup-sandbox.ts";
import { type Stack, startStack } from "./stack.ts";

// Each test starts the command many times.
vi.setConfig({ testTimeout: 180_000 });

let stack: Stack;
let folder: string;
const recipes = () => join(folder, "recipes");

const logsRecordings = `name: Log recordings
trigger: { use: zoom/recording-completed, connection: zoom }
steps:
  - { use: logger/log-message, input: { message: "{{ trigger.object.topic }}" } }
`;

beforeAll(async () => {
  stack = await startStack();
  const { serverUrl, sandboxUrl } = stack;
  await setUpSandbox({ serverUrl, sandboxUrl, publicUrl: serverUrl });
  folder = mkdtempSync(join(tmpdir(), "greenroom-cli-"));
  mkdirSync(join(recipes(), "Archive"), { recursive: true });
  cpSync(join(root, "examples/recipes/follow-up.yaml"), join(recipes(), "follow-up.yaml"));
  writeFileSync(join(recipes(), "Archive/recordings.yaml"), logsRecordings);
  process.chdir(folder);
});
afterAll(async () => {
  await stack?.stop();
  process.chdir(root);
  rmSync(folder, { recursive: true, force: true });
});

interface Ran {
  readonly code: number;
  readonly out: string;
  readonly err: string;
}

const envOf = (env: Readonly<Record<string, string>>) => ({
  ...process.env,
  ...{ GREENROOM_URL: stack.serverUrl, GREENROOM_HOME: stack.home, NO_COLOR: "1" },
  ...env,
});

/** Runs it in the folder, in this process: a process for each would be most of these tests' time. `said` hears what it wrote to standard error so far. */
async function greenroom(
  args: readonly string[],
  env: Readonly<Record<string, string>> = {},
  said: (err: string) => void = () => {},
): Promise<Ran> {
  let [out, err] = ["", ""];
  const stream = (wrote: (text: string) => void) =>
    new Writable({
      write(chunk: Buffer, _encoding, done) {
        wrote(chunk.toString());
        done();
      },
    }) as NodeJS.WriteStream;
  const terminal = new Terminal(
    stream((text) => (out += text)),
    stream((text) => said((err += text))),
  );
  const stop = new AbortController().signal;
  const code = await runCommand(args, "0.0.0", { terminal, env: envOf(env), stop });
  return { code, out, err };
}

/** Runs it as a process of its own, as its users do. */
function typed(args: readonly string[], env: Readonly<Record<string, string>> = {}): Promise<Ran> {
  const child = spawn(process.execPath, [join(root, "apps/cli/src/main.ts"), ...args], {
    ...{ cwd: folder, env: envOf(env), stdio: ["ignore", "pipe", "pipe"] },
  });
  let [out, err] = ["", ""];
  child.stdout.setEncoding("utf8").on("data", (text: string) => (out += text));
  child.stderr.setEncoding("utf8").on("data", (text: string) => (err += text));
  return new Promise((resolve, reject) => {
    child.once("error", reject);
    child.once("close", (code) => resolve({ code: code ?? 1, out, err }));
  });
}

async function json<T>(...args: readonly string[]): Promise<T> {
  const { code, out, err } = await greenroom(["--json", ...args]);
  expect(code, err).toBe(0);
  return JSON.parse(out) as T;
}

/** A database of the running server's PostgreSQL. */
function databaseUrl(name: string): string {
  const socket = readFileSync(join(stack.home, "postgres/data/postmaster.pid"), "utf8").split("\n")[4] ?? "";
  return `postgresql://greenroom@localhost/${name}?host=${encodeURIComponent(socket)}`;
}

interface Listed {
  readonly id: string;
  readonly name: string;
  readonly state: string;
  readonly version: number;
  readonly source: string;
}

describe("a folder of recipes is the source of truth", () => {
  it("shows what a push would change, and changes nothing then", async () => {
    const { code, err } = await typed(["recipe", "push", "recipes", "--dry-run"]);
    expect({ code, err }).toEqual({
      code: 0,
      err: expect.stringContaining("would push Archive/recordings.yaml: only in the folder") as unknown,
    });
    expect(await json<Listed[]>("recipe", "list")).toHaveLength(1);
  });

  it("is pushed, into the server's folders, and then is the same", async () => {
    const { code, err } = await greenroom(["recipe", "push", "recipes", "-m", "from git", "--force"]);
    expect(code, err).toBe(0);
    const listed = await json<(Listed & { folder: string })[]>("recipe", "list");
    expect(listed.map(({ folder: where }) => where).toSorted()).toEqual(["", "Archive"]);
    expect((await greenroom(["recipe", "diff", "recipes", "--exit-code"])).code).toBe(0);
    expect((await greenroom(["recipe", "push", "recipes"])).err).toContain("Nothing to push");
  });

  it("tells of what somebody changed on the server, refuses to pass it over, and pulls it", async () => {
    const [archive] = await json<Listed[]>("recipe", "list", "--folder", "Archive");
    await call("PUT", `${stack.serverUrl}/api/v1/recipes/${archive?.id}`, {
      source: `${archive?.source}# by hand\n`,
    });
    writeFileSync(join(recipes(), "Archive/recordings.yaml"), `${archive?.source}# in git\n`);

    const diff = await greenroom(["recipe", "diff", "recipes", "--exit-code"]);
    expect(diff).toMatchObject({ code: 1, out: expect.stringContaining("-# by hand\n+# in git") as unknown });
    const refused = await greenroom(["recipe", "push", "recipes"]);
    expect(refused).toMatchObject({
      code: 1,
      err: expect.stringMatching(/changed on both sides \(version 2\)/) as unknown,
    });
    expect(await greenroom(["recipe", "pull", "recipes"])).toMatchObject({
      code: 1,
      err: expect.stringContaining("Nothing was written") as unknown,
    });
    expect((await greenroom(["recipe", "pull", "recipes", "--force"])).code).toBe(0);
    expect(readFileSync(join(recipes(), "Archive/recordings.yaml"), "utf8")).toContain("# by hand");
    expect((await greenroom(["recipe", "diff", "recipes", "--exit-code"])).code).toBe(0);
  });

  it("pushes nothing while a file is no recipe, and says its line", async () => {
    writeFileSync(
      join(recipes(), "broken.yaml"),
      "name: Broken\ntrigger: { use: zoom/meeting-ended }\nsteps:\n  - yuse: x/y\n",
    );
    const { code, err } = await greenroom(["recipe", "push", "recipes"]);
    rmSync(join(recipes(), "broken.yaml"));
    expect(code).toBe(1);
    expect(err).toContain("broken.yaml:4:5 error This step has no kind.");
  });
});

it("a recipe is started, its jobs are followed, shown and run again", async () => {
  expect((await greenroom(["recipe", "start", "follow up a week later"])).out).toContain("is running");
  const watching = Promise.withResolvers<void>();
  const tail = greenroom(["job", "tail", "--until-done", "1"], {}, (err) => {
    if (err.includes("Waiting for jobs")) watching.resolve();
  });
  await watching.promise;
  await holdMeeting(stack.sandboxUrl, await onlookerToken(stack.sandboxUrl), "Planning");
  const { code, out } = await tail;
  expect(code).toBe(0);
  const [, id = "", state] = /([\w-]{36}) +(\w+)/.exec(out.trim().split("\n").at(-1) ?? "") ?? [];
  expect(state).toBe("succeeded");

  const shown = await greenroom(["job", "show", id, "--data"]);
  expect(shown).toMatchObject({
    code: 0,
    out: expect.stringMatching(/List past meeting participants[\s\S]*Create meeting/) as unknown,
  });
  const events = await json<{ id: string; name: string; jobs: unknown[] }[]>(
    "event",
    "list",
    "--name",
    "meeting.ended",
  );
  expect(events).toMatchObject([{ jobs: [{ state: "succeeded" }] }]);
  const {
    done: [again],
  } = await json<{ done: { jobId: string }[] }>("event", "replay", events[0]?.id ?? "");
  expect(again?.jobId).toEqual(expect.not.stringContaining(id));
  const rerun = await json<{ id: string; state: string }[]>("job", "rerun", id, "--newest");
  expect(rerun).toHaveLength(1);
  expect((await greenroom(["job", "cancel", id])).code).toBe(1);
  const many = await greenroom(["job", "rerun", id, id, "--from", "failed-step"]);
  expect(many.err.match(/No step of this job failed/g)).toHaveLength(2);
  expect(many.code).not.toBe(0);
  const found = await json<object[]>("job", "list", "--kind", "invalid-input", "--error", '"no such words"');
  expect(found).toEqual([]);
  expect((await greenroom(["recipe", "stop", "Follow up a week later"])).out).toContain("is stopped");
});

it("answers a step that waits for a person, holds a queue up, and goes back to an earlier version", async () => {
  const name = "Follow up a week later";
  const listed = await json<Listed[]>("recipe", "list");
  const recipe = listed.find((one) => one.name === name);
  const trial = await call<{ id: string }>(
    "POST",
    `${stack.serverUrl}/api/v1/recipes/${recipe?.id}/test-runs`,
    {
      event: { from: "newest" },
    },
  );
  await vi.waitFor(
    async () => expect((await greenroom(["job", "show", trial.id])).out).toContain("waiting"),
    {
      ...{ timeout: 60_000, interval: 200 },
    },
  );
  expect((await greenroom(["job", "answer", trial.id, "perhaps"])).err).toContain("choice");
  writeFileSync(join(folder, "made.yaml"), "id: 1\ntopic: made by hand\n");
  await json("job", "answer", trial.id, "fail");
  await vi.waitFor(async () => expect((await greenroom(["job", "show", trial.id])).out).toContain("failed"), {
    ...{ timeout: 60_000, interval: 200 },
  });
  expect((await greenroom(["job", "answer", trial.id, "done", "--output", "made.yaml"])).err).toContain(
    "No step of this job waits for an answer.",
  );

  expect((await greenroom(["recipe", "pause", name])).out).toContain("held up");
  expect((await greenroom(["recipe", "resume", name])).out).toContain("moving");
  const versions = await json<{ number: number }[]>("recipe", "versions", name);
  const newest = versions[0]?.number ?? 0;
  await call("PUT", `${stack.serverUrl}/api/v1/recipes/${recipe?.id}`, {
    source: `${recipe?.source}\n# later\n`,
  });
  expect((await greenroom(["recipe", "versions", name, "--diff", `${newest}..`])).out).toContain("+# later");
  expect((await greenroom(["recipe", "restore", name, String(newest)])).out).toContain(
    `at version ${newest + 2}, as version ${newest} was`,
  );
});

describe("it says what is wrong, with an exit code for scripts", () => {
  it.each([
    [["recipe", "start", "Folow up"], 5, /There is no recipe “Folow up”.\nThere is “/],
    [["job", "show", "00000000-0000-7000-8000-000000000000"], 5, /no job|not found|There is no/i],
    [["recpie"], 2, /Did you mean recipe/],
    [["recipe", "lint", "nowhere"], 5, /There is no nowhere/],
    [["import", "package.json"], 1, /cannot be read/],
  ] as const)("%j", async (args, code, message) => {
    const ran = await (args[0] === "recpie" ? typed(args) : greenroom(args));
    expect(ran.err).toMatch(message);
    expect(ran.code).toBe(code);
  });

  it("no server, and a key that is none", async () => {
    expect(await greenroom(["recipe", "list"], { GREENROOM_URL: "http://127.0.0.1:9" })).toMatchObject({
      code: 3,
      err: expect.stringContaining("greenroom start") as unknown,
    });
    expect((await greenroom(["recipe", "list"], { GREENROOM_API_KEY: `gr_${"x".repeat(40)}` })).code).toBe(4);
  });
});

it("has tests of recipes, and completes itself in a shell", async () => {
  const yaml =
    "recipe: recipes/Archive/recordings.yaml\ntests:\n  - { name: logs, answers: { logger/log-message: { output: { message: x } } } }\n";
  writeFileSync(join(folder, "recordings.test.yaml"), yaml);
  expect(await typed(["test", "recordings.test.yaml"])).toMatchObject({
    code: 0,
    out: expect.stringContaining("✓") as unknown,
  });
  writeFileSync(
    join(folder, "recordings.test.yaml"),
    yaml.replace("name: logs,", "name: logs, expect: { outcome: failed },"),
  );
  expect(await greenroom(["test", "."])).toMatchObject({
    code: 1,
    out: expect.stringContaining("expect.outcome") as unknown,
  });
  const { out } = await typed(["completion", "bash"]);
  expect(out).toContain('"job") words="list show rerun answer cancel tail');
});

it("looks after connections and the whole", async () => {
  expect(await json<object[]>("connection", "list")).toMatchObject([{ name: "zoom", state: "connected" }]);
  const { page } = await json<{ page: string }>("connection", "connect", "zoom", "--no-wait");
  expect(page).toMatch(`${stack.serverUrl}/connections/`);
  const doctor = JSON.parse((await typed(["--json", "doctor"])).out) as {
    findings: { what: string; ok: boolean }[];
  };
  expect(doctor.findings).toContainEqual(expect.objectContaining({ what: "Connection “zoom”", ok: true }));
});

it("imports Workato's recipe as files and as a draft, and exports ours", async () => {
  const dp = (...path: string[]) =>
    `_dp('${JSON.stringify({ pill_type: "output", provider: "zoom", line: "ev", path })}')`;
  const block = [
    {
      number: 1,
      keyword: "action",
      provider: "zoom",
      name: "get_object",
      as: "meeting",
      input: { event: "Meeting", meeting_id: `#{${dp("object", "id")}}` },
    },
    {
      number: 2,
      keyword: "action",
      provider: "logger",
      name: "log_message",
      as: "log",
      input: { message: `=${dp("object", "topic")}.upcase` },
    },
  ];
  const code = {
    number: 0,
    keyword: "trigger",
    provider: "zoom",
    name: "new_object_events",
    as: "ev",
    input: { category: "meeting", event: "ended" },
    block,
  };
  writeFileSync(
    join(folder, "log_ended.recipe.json"),
    JSON.stringify({ name: "Log ended", version: 1, private: true, concurrency: 1, code, config: [] }),
  );

  const done = await greenroom(["import", "log_ended.recipe.json", "--out", "imported"]);
  expect(done.code, done.err).toBe(0);
  const text = readFileSync(join(folder, "imported/log-ended.yaml"), "utf8");
  expect(text).toContain("use: zoom/get-meeting");
  expect(text).toContain("{{ trigger.object.topic.upcase() }}");
  expect((await greenroom(["import", "log_ended.recipe.json", "--push"])).err).toContain(
    "is a draft on the server",
  );

  expect(
    (await greenroom(["export", "imported/log-ended.yaml", "--as", "workato", "-o", "out.recipe.json"])).code,
  ).toBe(0);
  expect(existsSync(join(folder, "out.recipe.json"))).toBe(true);
  const exported = JSON.parse(readFileSync(join(folder, "out.recipe.json"), "utf8")) as {
    code: { block: object[] };
  };
  expect(exported.code.block).toMatchObject([
    { name: "get_object" },
    { name: "log_message", input: { message: block[1]?.input.message } },
  ]);
});

it("backs up a server that works, restores it into a new data directory with its key, and starts it there", async () => {
  const home = join(folder, "restored");
  const made = await json<{ file: string; tables: number; rows: number }>("backup", "monday.backup");
  expect(made).toMatchObject({ file: join(folder, "monday.backup"), tables: expect.any(Number) as unknown });
  expect((await greenroom(["backup", "monday.backup"])).err).toMatch(/monday\.backup is there already/);

  const without = await greenroom(["--home", home, "restore", "monday.backup"]);
  expect(without).toMatchObject({
    code: 1,
    err: expect.stringContaining("Put that secret.key into") as unknown,
  });
  mkdirSync(home, { recursive: true });
  cpSync(join(stack.home, "secret.key"), join(home, "secret.key"));
  const restored = await greenroom(["--home", home, "restore", "monday.backup"]);
  expect(restored.code, restored.err).toBe(0);
  expect(restored.out).toMatch(new RegExp(`Restored as of .*: ${made.rows} rows of ${made.tables} tables`));
  const used = databaseUrl("greenroom");
  const other = join(folder, "other");
  mkdirSync(other);
  cpSync(join(stack.home, "secret.key"), join(other, "secret.key"));
  expect(
    await greenroom(["--home", other, "restore", "monday.backup", "--database-url", used]),
  ).toMatchObject({
    code: 1,
    err: expect.stringContaining("A Greenroom has used this database") as unknown,
  });

  const url = `http://127.0.0.1:${await freePort()}`;
  const server = start("restored", "apps/server/src/main.ts", {
    ...{ DATABASE_URL: "", PUBLIC_URL: "", GREENROOM_SECRET_KEY: "", GREENROOM_HOME: home },
    PORT: new URL(url).port,
  });
  try {
    await ready(server, `${url}/healthz`);
    expect((await greenroom(["--home", home, "upgrade", "--check"])).out).toContain("is of this version");
    const there = { GREENROOM_URL: url, GREENROOM_HOME: home };
    const [before, after] = await Promise.all(
      [{}, there].map(
        async (env) => JSON.parse((await greenroom(["--json", "recipe", "list"], env)).out) as Listed[],
      ),
    );
    expect(after?.map(({ name, source }) => ({ name, source }))).toEqual(
      before?.map(({ name, source }) => ({ name, source })),
    );
    expect(JSON.parse((await greenroom(["--json", "connection", "list"], there)).out)).toMatchObject([
      { name: "zoom" },
    ]);
  } finally {
    await server.stop();
  }
});

it("upgrades the database of an older version in one go, after a backup", async () => {
  const admin = new pg.Client({ connectionString: databaseUrl("greenroom") });
  await admin.connect();
  await admin.query("create database old");
  const old = await openDatabase(databaseUrl("old"), { warn: () => {} });
  await migrateTo(old, knownMigrations().length - 1);
  // As an older server left it, with the check of its key.
  await old.$client.query(
    "insert into greenroom.settings (key, value) values ('secret-key-check', 'sealed')",
  );
  await old.$client.end();
  await admin.end();
  const home = join(folder, "old");
  mkdirSync(home);
  const upgrade = async (...more: readonly string[]) =>
    JSON.parse(
      (await greenroom(["--json", "--home", home, "upgrade", "--database-url", databaseUrl("old"), ...more]))
        .out,
    ) as { done: boolean; migrations: string[]; backup?: string };
  const migrations = [knownMigrations().at(-1)?.name];
  expect(await upgrade("--check")).toEqual({ done: false, migrations });
  expect(existsSync(join(home, "backups"))).toBe(false);
  const { backup, ...done } = await upgrade();
  expect(done).toEqual({ done: true, migrations });
  expect(backup).toMatch(join(home, "backups", "before-upgrade-"));
  expect(existsSync(backup ?? "")).toBe(true);
  expect(await upgrade("--no-backup")).toEqual({ done: false, migrations: [] });
});

it("adds a piece of Activepieces to an installation, lists and removes it", async () => {
  const home = join(folder, "with-piece");
  mkdirSync(home);
  const added = await greenroom([
    "--home",
    home,
    "--json",
    "connector",
    "add",
    "@activepieces/piece-store@0.6.20",
  ]);
  expect(added.code, added.err).toBe(0);
  expect(JSON.parse(added.out)).toMatchObject({ id: "piece-store", version: "0.6.20" });
  expect((await greenroom(["--home", home, "connector", "list"])).out).toMatch(
    /piece-store +@activepieces\/piece-store +0\.6\.20/,
  );
  expect((await greenroom(["--home", home, "connector", "remove", "piece-store"])).code).toBe(0);
  expect(await greenroom(["--home", home, "connector", "remove", "piece-store"])).toMatchObject({ code: 5 });
  expect(await greenroom(["--home", home, "connector", "add", "no name"])).toMatchObject({
    code: 1,
    err: expect.stringMatching(/is no name of a package/) as unknown,
  });
});
