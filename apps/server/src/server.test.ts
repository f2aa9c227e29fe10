/** The server over real HTTP, with the embedded PostgreSQL. What needs Zoom is in e2e. */
import { spawn } from "node:child_process";
import { createHmac } from "node:crypto";
import { existsSync, mkdtempSync, readFileSync, rmSync, statSync } from "node:fs";
import { request } from "node:http";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { readConfig } from "./config.ts";
import { type Server, startServer } from "./server.ts";

const secret = "webhook-secret";
let home: string;
let server: Server;
let profileId: string;

beforeAll(async () => {
  home = mkdtempSync(join(tmpdir(), "greenroom-server-"));
  server = await startServer(readConfig({ GREENROOM_HOME: home, PORT: "0" }));
  const fields = { client_id: "id", client_secret: "very-secret", webhook_secret_token: secret };
  const { body } = await api("POST", "/app-profiles", { connector: "zoom", name: "App", fields });
  profileId = body.id;
});
afterAll(async () => {
  await server?.stop();
  rmSync(home, { recursive: true, force: true });
});

// oxlint-disable-next-line typescript/no-explicit-any
async function api(
  method: string,
  path: string,
  body?: unknown,
  headers: Record<string, string> = {},
): Promise<{ status: number; body: any }> {
  const authorization = `Bearer ${readFileSync(join(home, "owner.key"), "utf8").trim()}`;
  const response = await fetch(`${server.url}/api${path}`, {
    ...{ method, headers: { "content-type": "application/json", authorization, ...headers } },
    ...(body === undefined ? {} : { body: typeof body === "string" ? body : JSON.stringify(body) }),
  });
  const text = await response.text();
  return { status: response.status, body: text === "" ? undefined : JSON.parse(text) };
}

async function deliver(
  text: string,
  change: { secret?: string; at?: number; headers?: Record<string, string> } = {},
): Promise<Response> {
  const timestamp = String(Math.floor((change.at ?? Date.now()) / 1000));
  const signature = `v0=${createHmac("sha256", change.secret ?? secret)
    .update(`v0:${timestamp}:${text}`)
    .digest("hex")}`;
  const headers = {
    "content-type": "application/json",
    "x-zm-request-timestamp": timestamp,
    "x-zm-signature": signature,
    ...change.headers,
  };
  return await fetch(`${server.url}/webhooks/zoom/${profileId}`, { method: "POST", body: text, headers });
}
const event = (uuid: string) =>
  JSON.stringify({
    event: "meeting.started",
    event_ts: Date.now(),
    payload: { account_id: "a", object: { id: "1", uuid } },
  });
const inbox = async () => (await api("GET", "/events")).body.items.length as number;

test("a webhook with a wrong signature, an old one and one without any are refused with 401 and leave nothing", async () => {
  const before = await inbox();
  const text = event("forged");
  expect((await deliver(text, { secret: "other" })).status).toBe(401);
  expect((await deliver(text, { at: Date.now() - 6 * 60_000 })).status).toBe(401);
  expect((await deliver(text, { at: Date.now() + 6 * 60_000 })).status).toBe(401);
  expect((await deliver(text, { headers: { "x-zm-signature": "" } })).status).toBe(401);
  expect(await inbox()).toBe(before);
});

test("the signature is of the raw bytes: the same JSON with another space is refused", async () => {
  const text = event("raw");
  const timestamp = String(Math.floor(Date.now() / 1000));
  const signature = `v0=${createHmac("sha256", secret).update(`v0:${timestamp}:${text}`).digest("hex")}`;
  const headers = { "x-zm-request-timestamp": timestamp, "x-zm-signature": signature };
  const url = `${server.url}/webhooks/zoom/${profileId}`;
  expect((await fetch(url, { method: "POST", body: `${text} `, headers })).status).toBe(401);
  expect((await fetch(url, { method: "POST", body: text, headers })).status).toBe(200);
});

test("a signed event is kept once, however often it is replayed", async () => {
  const before = await inbox();
  const text = event("replayed");
  const statuses = await Promise.all([deliver(text), deliver(text), deliver(text)]);
  expect(statuses.map(({ status }) => status)).toEqual([200, 200, 200]);
  expect(await inbox()).toBe(before + 1);
});

test("Zoom's challenge is answered with the token's HMAC", async () => {
  const answer = await deliver(
    JSON.stringify({ event: "endpoint.url_validation", event_ts: 1, payload: { plainToken: "plain" } }),
  );
  expect(await answer.json()).toEqual({
    plainToken: "plain",
    encryptedToken: createHmac("sha256", secret).update("plain").digest("hex"),
  });
});

test("a signed body that is no event is refused with 400, an unknown receiver with 404, a huge body with 413", async () => {
  expect((await deliver("{")).status).toBe(400);
  expect((await deliver("[]")).status).toBe(400);
  expect((await fetch(`${server.url}/webhooks/zoom/nonsense`, { method: "POST", body: "{}" })).status).toBe(
    404,
  );
  expect(
    (await deliver(JSON.stringify({ event: "x", payload: { pad: "x".repeat(5 * 1024 * 1024) } }))).status,
  ).toBe(413);
});

test("secrets go in and never come back out", async () => {
  const { body } = await api("GET", "/app-profiles");
  expect(body.items[0]).toMatchObject({
    secretsSet: ["client_secret", "webhook_secret_token"],
    webhookUrl: expect.stringContaining(profileId),
  });
  expect(JSON.stringify(body)).not.toMatch(/very-secret|webhook-secret"/);
});

test("a recipe with mistakes is refused with the path, the line, what was expected and a hint; nothing is saved", async () => {
  const source =
    "name: Wrong\ntrigger:\n  use: zoom/meeting-ended\n  connection: none\nsteps:\n  - use: zoom/create-meeting\n    input: { topik: x, duration: soon }\n  - if: trigger.object.\n    then: []\n";
  const { status, body } = await api("POST", "/recipes", { source });
  expect(status).toBe(422);
  const found = Object.fromEntries(body.problems.map((problem: { path: string }) => [problem.path, problem]));
  expect(found["trigger.connection"]).toMatchObject({ line: 4 });
  expect(found["steps[0].input.topik"]).toMatchObject({ line: 7, hint: "Did you mean “topic”?" });
  expect(found["steps[0].input.duration"]).toBeDefined();
  expect(found["steps[1].if"]).toMatchObject({ line: 8 });
  expect((await api("GET", "/recipes")).body.items).toEqual([]);
});

test("a recipe that holds itself by an alias is refused as a cycle", async () => {
  const { status, body } = await api("POST", "/recipes", {
    source: "name: Loop\ntrigger: { use: zoom/meeting-ended }\nsteps: &all\n  - if: true\n    then: *all\n",
  });
  expect(status).toBe(422);
  expect(JSON.stringify(body.problems)).toMatch(/cycle/i);
});

test("bad requests name the field and what to do, without a stack", async () => {
  expect(await api("POST", "/connections", { name: "", connector: "zoom", profileId })).toMatchObject({
    status: 400,
    body: { error: { fields: [{ field: "name" }] } },
  });
  expect(await api("POST", "/connections", "{")).toMatchObject({ status: 400 });
  expect(await api("GET", "/jobs?limit=0")).toMatchObject({
    status: 400,
    body: { error: { code: "invalid-input" } },
  });
  expect(await api("GET", "/recipes/01a20a01-c538-75d8-8154-ea362d6b0d23")).toMatchObject({
    status: 404,
    body: { error: { hint: expect.any(String) } },
  });
  expect(await api("GET", "/nowhere")).toMatchObject({
    status: 404,
    body: { error: { hint: "See /api/docs." } },
  });
});

test("pages of other sites may change nothing, and other host names get nothing", async () => {
  expect(
    await api("POST", "/recipes/lint", { source: "" }, { origin: "https://evil.example" }),
  ).toMatchObject({ status: 403 });
  expect(await api("POST", "/recipes/lint", { source: "" }, { origin: server.url })).toMatchObject({
    status: 200,
  });
  const status = await new Promise((resolve) => {
    request(`${server.url}/api/recipes`, { headers: { host: "evil.example" } }, (response) =>
      resolve(response.resume().statusCode),
    ).end();
  });
  expect(status).toBe(421);
});

test("an OAuth answer that was not begun here is refused, and the browser is told why", async () => {
  const answer = await fetch(`${server.url}/oauth/callback?code=x&state=forged`, { redirect: "manual" });
  expect(answer.status).toBe(302);
  expect(decodeURIComponent(answer.headers.get("location") ?? "")).toMatch(
    /^\/connections\?error=This sign-in was not begun here/,
  );
});

test("the API describes itself", async () => {
  const { body } = await api("GET", "/openapi.json");
  expect(Object.keys(body.paths)).toEqual(
    expect.arrayContaining([
      "/connections/{id}/authorize",
      "/recipes/{id}/start",
      "/jobs/{id}",
      "/events/{id}",
    ]),
  );
  expect(body.components.securitySchemes).toMatchObject({ apiKey: { type: "http", scheme: "bearer" } });
  expect(body.security).toEqual([{ apiKey: [] }]);
});

test("the secret key is made in the home, for its owner's eyes only", () => {
  const path = join(home, "secret.key");
  expect(existsSync(path)).toBe(true);
  expect(statSync(path).mode & 0o777).toBe(0o600);
  expect(Buffer.from(readFileSync(path, "utf8"), "base64")).toHaveLength(32);
});

/** Starts the server's own process with settings that cannot work; @returns what it said and its exit code. */
async function refusedStart(
  env: Readonly<Record<string, string>>,
): Promise<{ code: number | null; said: string }> {
  const child = spawn(process.execPath, [join(import.meta.dirname, "main.ts")], {
    env: { PATH: process.env["PATH"], ...env },
    stdio: ["ignore", "ignore", "pipe"],
  });
  let said = "";
  child.stderr.setEncoding("utf8").on("data", (text: string) => (said += text));
  const code = await new Promise<number | null>((resolve) => child.once("exit", resolve));
  return {
    code,
    said: said
      .split("\n")
      .filter((line) => line !== "" && !line.startsWith("{"))
      .join("\n"),
  };
}

test("a busy port, an unreachable database and a wrong key end the start with one sentence and exit code 1", async () => {
  const busyHome = mkdtempSync(join(tmpdir(), "greenroom-busy-"));
  const { port } = new URL(server.url);
  const starts = await Promise.all([
    refusedStart({ GREENROOM_HOME: busyHome, PORT: port }),
    refusedStart({
      GREENROOM_HOME: busyHome,
      PORT: "0",
      DATABASE_URL: "postgresql://me:hunter2@127.0.0.1:1/none",
    }),
    refusedStart({
      GREENROOM_HOME: busyHome,
      PORT: "0",
      DATABASE_URL: "postgresql://127.0.0.1:1/none",
      GREENROOM_SECRET_KEY: "short",
    }),
  ]);
  expect(starts.map(({ code }) => code)).toEqual([1, 1, 1]);
  const [busy, away, key] = starts.map(({ said }) => said);
  expect(busy).toBe(
    `Port ${port} is in use by another program. Stop that program, or set PORT to a free port.`,
  );
  expect(away).toMatch(/^The database at postgresql:\/\/me:\*\*\*@127.0.0.1:1\/none cannot be reached: .*$/);
  expect(key).toMatch(/^GREENROOM_SECRET_KEY must be 32 random bytes in base64 or hex.*$/);
  rmSync(busyHome, { recursive: true, force: true });
}, 120_000);

test("settings that make no sense are told by name", () => {
  expect(() => readConfig({ GREENROOM_HOME: home, PORT: "http" })).toThrow(/PORT must be a number/);
  expect(() => readConfig({ GREENROOM_HOME: home, PUBLIC_URL: "greenroom" })).toThrow(
    /PUBLIC_URL must be a web address/,
  );
  expect(() => readConfig({ GREENROOM_HOME: "/dev/null/none" })).toThrow(
    /The data directory \/dev\/null\/none cannot be read and written/,
  );
});
