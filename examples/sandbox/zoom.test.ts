/** A Zoom client's test with vitest: a sandbox of its own, with a clock that stands until it is moved. */
import { createSandbox } from "@greenroom/zoom-sandbox";
import { afterAll, beforeAll, expect, it } from "vitest";

let zoom: Awaited<ReturnType<typeof createSandbox>>;
let token: string;

beforeAll(async () => {
  zoom = await createSandbox({ port: 0, company: "small", frozenAt: new Date("2026-11-23T12:00:00Z") });
  token = await newToken("user:read:user:admin meeting:write:meeting:admin meeting:read:meeting:admin");
});
afterAll(() => zoom.close());

/** Signs in as the account's owner, makes a server-to-server app in the Marketplace, and gets a token for it. */
async function newToken(scopes: string): Promise<string> {
  let cookie = "";
  const form = (path: string, fields: Record<string, string>) =>
    fetch(zoom.url + path, {
      ...{ method: "POST", redirect: "manual", headers: { cookie }, body: new URLSearchParams(fields) },
    });
  const signedIn = await form("/signin", { email: "olivia@acme.example", password: "sandbox" });
  cookie = signedIn.headers.get("set-cookie")?.split(";")[0] ?? "";
  const page = await (await fetch(`${zoom.url}/marketplace/apps`, { headers: { cookie } })).text();
  const csrf = /name="csrf" value="([^"]+)"/.exec(page)?.[1] ?? "";
  await form("/marketplace/apps", { csrf, name: "Test", kind: "server_to_server", scopes });
  const { account_id, apps } = (await (await fetch(`${zoom.url}/_sandbox/apps`)).json()) as {
    account_id: string;
    apps: { client_id: string; client_secret: string }[];
  };
  const app = apps.at(-1);
  const answer = await fetch(`${zoom.url}/oauth/token`, {
    method: "POST",
    headers: { authorization: `Basic ${btoa(`${app?.client_id}:${app?.client_secret}`)}` },
    body: new URLSearchParams({ grant_type: "account_credentials", account_id }),
  });
  return ((await answer.json()) as { access_token: string }).access_token;
}

const call = (method: string, path: string, body?: object) =>
  fetch(`${zoom.url}/v2${path}`, {
    method,
    headers: { authorization: `Bearer ${token}`, "content-type": "application/json" },
    ...(body && { body: JSON.stringify(body) }),
  });
const control = (path: string, body: object) =>
  fetch(`${zoom.url}/_sandbox/${path}`, { method: "POST", body: JSON.stringify(body) });

it("schedules a meeting that people hold", async () => {
  const made = await call("POST", "/users/me/meetings", { topic: "From vitest" });
  const { id } = (await made.json()) as { id: number };
  await control(`meetings/${id}/start`, {});
  await control(`meetings/${id}/join`, { name: "Guest", device: "mobile" });
  expect(await (await call("GET", `/meetings/${id}`)).json()).toMatchObject({ status: "started" });
});

it("meets a limit once, and then goes on", async () => {
  await control("faults", { kind: "status", status: 429, operation: "GET /users/{userId}" });
  expect((await call("GET", "/users/me")).status).toBe(429);
  expect((await call("GET", "/users/me")).status).toBe(200);
});

it("sees its token expire when an hour has passed", async () => {
  await zoom.clock.advance(3_600_000);
  expect((await call("GET", "/users/me")).status).toBe(401);
});
