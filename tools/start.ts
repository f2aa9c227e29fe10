/** `npm start`: the sandbox and the server, set up to try, until Ctrl-C. */
import { mkdirSync } from "node:fs";
import { join, resolve } from "node:path";
import { buildWeb } from "./build-web.ts";
import { lastSentence, type Running, ready, start } from "./processes.ts";
import { setUpSandbox } from "./setup-sandbox.ts";

const home = resolve(process.env["GREENROOM_HOME"] || ".greenroom");
const serverPort = process.env["PORT"] || "3000";
const sandboxPort = process.env["SANDBOX_PORT"] || "3100";
const serverUrl = `http://127.0.0.1:${serverPort}`;
const sandboxUrl = `http://127.0.0.1:${sandboxPort}`;

const children: Running[] = [];
let stopping: Promise<void> | undefined;
process.on("SIGINT", () => void end(0));
process.on("SIGTERM", () => void end(0));
process.on("SIGHUP", () => void end(0));

try {
  await buildWeb();
  prepare(home);
  const server = start("server", "apps/server/src/main.ts", { GREENROOM_HOME: home, PORT: serverPort });
  children.push(server);
  await ready(server, `${serverUrl}/healthz`);
  const sandbox = start("sandbox", "packages/zoom-sandbox/src/main.ts", { SANDBOX_PORT: sandboxPort, SANDBOX_STATE: join(home, "sandbox.json") });
  children.push(sandbox);
  await ready(sandbox, `${sandboxUrl}/_sandbox/healthz`);
  for (const child of [server, sandbox]) {
    void child.ended.then(({ code, signal }) => {
      if (stopping) return;
      console.error(`The ${child.name} ended by itself (${signal ?? `code ${code}`}). ${lastSentence(child)}`);
      void end(1);
    });
  }
  const { people } = await setUpSandbox({ serverUrl, sandboxUrl, publicUrl: process.env["PUBLIC_URL"] || serverUrl });
  console.log(`
Greenroom is ready.

  Greenroom          ${serverUrl}
    Connections      ${serverUrl}/connections
    Recipes          ${serverUrl}/recipes
    Jobs             ${serverUrl}/jobs
    API              ${serverUrl}/api/docs
  Zoom sandbox       ${sandboxUrl}
    Admin portal     ${sandboxUrl}/portal/users
    App Marketplace  ${sandboxUrl}/marketplace
    Control          ${sandboxUrl}/_sandbox

  Data               ${home}
  Sign in at the sandbox as ${people.join(" or ")}; the password is “sandbox”.

Ctrl-C stops both.`);
} catch (error) {
  if (!stopping) {
    console.error(error instanceof Error ? error.message : error);
    await end(1);
  }
}

/** Stops the children, the last started first, and ends. */
function end(code: number): Promise<void> {
  stopping ??= (async () => {
    if (code === 0) console.log("\nStopping …");
    for (const child of children.toReversed()) await child.stop();
    process.exit(code);
  })();
  return stopping;
}

function prepare(directory: string): void {
  try {
    mkdirSync(directory, { recursive: true, mode: 0o711 });
  } catch {
    // The server says what is wrong with it, in its own words.
  }
}
