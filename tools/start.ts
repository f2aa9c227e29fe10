/** `npm start`: the sandbox and the server, set up to try, until Ctrl-C. */
import { closeSync, mkdirSync, openSync, renameSync, statSync } from "node:fs";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { homeOf } from "../apps/server/src/home.ts";
import { useOwnerKey } from "./api-client.ts";
import { buildWeb } from "./build-web.ts";
import { firstEmail, makeFirstAccount, signInLink } from "./first-account.ts";
import { freePort, isFree, lastSentence, type Running, ready, start } from "./processes.ts";
import { setUpSandbox } from "./setup-sandbox.ts";

const home = homeOf(process.env);
const serverPort = await chosenPort(process.env["PORT"] || "3000");
const sandboxPort = await chosenPort(process.env["SANDBOX_PORT"] || "3100");
const serverUrl = `http://127.0.0.1:${serverPort}`;
const sandboxUrl = `http://127.0.0.1:${sandboxPort}`;
const publicUrl = process.env["PUBLIC_URL"] || serverUrl;
const longestLogBytes = 10 * 1024 * 1024;
const freeWithinMs = 3_000;

const children: Running[] = [];
let stopping: Promise<void> | undefined;
for (const signal of ["SIGINT", "SIGTERM", "SIGHUP"] as const) process.on(signal, () => void end(0));

try {
  await buildWeb();
  await startBoth();
  if (!stopping) {
    useOwnerKey(serverUrl, home);
    const passwordFile = await makeFirstAccount(serverUrl, home);
    const { people } = await setUpSandbox({ serverUrl, sandboxUrl, publicUrl });
    if (!stopping) tellWhere(people, await howToSignIn(passwordFile));
    // Nobody waits for it: the guide can be read a little later.
    if (!stopping) children.push(start("guide", "tools/build-docs.ts", {}, join(home, "guide.log")));
  }
} catch (error) {
  if (!stopping) {
    console.error(error instanceof Error ? error.message : error);
    await end(1);
  }
}

async function startBoth(): Promise<void> {
  if (stopping) return;
  await mustBeFree(serverPort, "PORT");
  await mustBeFree(sandboxPort, "SANDBOX_PORT");
  const logFile = preparedLog();
  const server = start(
    "server",
    "apps/server/src/main.ts",
    // To try it on: recipes may call what else runs on this machine.
    {
      ...{ GREENROOM_HOME: home, PORT: serverPort },
      PRIVATE_NETWORKS: process.env["PRIVATE_NETWORKS"] ?? "127.0.0.0/8,::1",
    },
    logFile,
  );
  const sandbox = start("sandbox", "tools/sandbox.ts", {
    SANDBOX_PORT: sandboxPort,
    SANDBOX_STATE: join(home, "sandbox.json"),
  });
  children.push(sandbox, server);
  await Promise.all([
    ready(server, `${serverUrl}/healthz`),
    ready(sandbox, `${sandboxUrl}/_sandbox/healthz`),
  ]);
  void tellWhenEnded(server);
  void tellWhenEnded(sandbox);
}

/** Somebody else's answer on that port must not pass for ours. One who is just ending gets a moment. */
async function mustBeFree(port: string, setting: string): Promise<void> {
  const deadline = Date.now() + freeWithinMs;
  while (!(await isFree(Number(port)))) {
    if (Date.now() > deadline) {
      throw new Error(
        `Port ${port} is in use by another program. Stop that program, or set ${setting} to a free port.`,
      );
    }
    await sleep(100);
  }
}

/** Where the server writes its log. Undefined when there is no home to write to: the server says why, in its own words. */
function preparedLog(): string | undefined {
  const logFile = join(home, "server.log");
  try {
    mkdirSync(home, { recursive: true, mode: 0o700 });
    if ((statSync(logFile, { throwIfNoEntry: false })?.size ?? 0) > longestLogBytes)
      renameSync(logFile, `${logFile}.1`);
    closeSync(openSync(logFile, "a", 0o600));
    return logFile;
  } catch {
    return undefined;
  }
}

async function tellWhenEnded(child: Running): Promise<void> {
  const { code, signal } = await child.ended;
  if (stopping) return;
  console.error(
    `The ${child.name} ended by itself (${signal ?? `code ${code}`}). ${lastSentence(child)}`.trim(),
  );
  await end(1);
}

async function chosenPort(setting: string): Promise<string> {
  return setting === "0" ? String(await freePort()) : setting;
}

/** Stops the server before the sandbox it speaks to, and ends. */
function end(code: number): Promise<void> {
  stopping ??= (async () => {
    if (code === 0) console.log("\nStopping …");
    for (const child of children.toReversed()) await child.stop();
    process.exit(code);
  })();
  return stopping;
}

async function howToSignIn(passwordFile: string | undefined): Promise<string> {
  const link = await signInLink(serverUrl);
  const ways = [
    ...(link === undefined ? [] : [`Open this once within ten minutes, and you are signed in:\n    ${link}`]),
    ...(passwordFile === undefined
      ? []
      : [`Or sign in as ${firstEmail}; the password is in ${passwordFile}`]),
  ];
  return ways.join("\n  ");
}

function tellWhere(people: readonly string[], signIn: string): void {
  console.log(`
Greenroom is ready.

  ${signIn}

  Greenroom          ${serverUrl}
    Connections      ${serverUrl}/connections
    Recipes          ${serverUrl}/recipes
    Jobs             ${serverUrl}/jobs
    Guide            ${serverUrl}/docs
    API              ${serverUrl}/api/docs
  Zoom sandbox       ${sandboxUrl}
    Admin portal     ${sandboxUrl}/portal/users
    App Marketplace  ${sandboxUrl}/marketplace
    Control          ${sandboxUrl}/_sandbox

  Data, and the server's log in server.log    ${home}
  Sign in at the sandbox as ${people.join(" or ")}; the password is “sandbox”.

Ctrl-C stops both.`);
}
