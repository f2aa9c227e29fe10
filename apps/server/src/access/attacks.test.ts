/** Ways round the table of routes, the guards and the log that somebody would try. */
import { once } from "node:events";
import { connect } from "node:net";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { type OwnedServer, startOwnedServer } from "../owned-server.test-kit.ts";
import { routeAccess } from "./route-access.ts";
import { type Browser, firstAccount, newKey, newPerson } from "./signed-in.test-kit.ts";

let server: OwnedServer;
let browser: Browser;

beforeAll(async () => {
  server = await startOwnedServer();
  ({ browser } = await firstAccount(server));
});
afterAll(() => server?.stop());

/** Sends bytes as they are, which `fetch` would tidy up. @returns status and body */
async function raw(target: string, method = "GET", headers: Readonly<Record<string, string>> = {}) {
  const { hostname, port, host } = new URL(server.url);
  const socket = connect(Number(port), hostname);
  const lines = Object.entries({ host, connection: "close", ...headers }).map(([k, v]) => `${k}: ${v}`);
  socket.write(`${method} ${target} HTTP/1.1\r\n${lines.join("\r\n")}\r\n\r\n`);
  let text = "";
  for await (const chunk of socket) text += String(chunk);
  return { status: Number(text.split(" ")[1]), text };
}

describe("a route is not reached by another way to write it", () => {
  test.each([
    "/api/v1/people",
    "/api/people",
    "/api/v1/people/",
    "/api/v1/people?x=1",
    "/api/v1/%70eople",
    "/api/v1/people%2f",
    "/api/v1//people",
    "//api/v1/people",
    "/api/v1/./people",
    "/api/v1/x/../people",
    "/assets/../api/v1/people",
    "/docs/../api/v1/people",
    "/API/V1/PEOPLE",
    "/api/v1/people;x",
    "/api/v1/people%00",
    "http://127.0.0.1/api/v1/people",
  ])("GET %s", async (target) => {
    for (const method of ["GET", "HEAD"]) {
      const { status, text } = await raw(target, method);
      expect([method, status >= 400 || text.includes("<!doctype html>") || method === "HEAD"]).toEqual([
        method,
        true,
      ]);
      expect(text).not.toContain("ada@acme.example");
      expect(text).not.toMatch(/^HTTP\/1\.1 200[\s\S]*application\/json/);
    }
  });

  test("nor is a change made by another method's name", async () => {
    const { headers } = await newKey(browser, { role: "viewer" });
    for (const name of ["x-http-method-override", "x-method-override", "x-http-method"])
      expect((await server.api("GET", "/recipes", undefined, { ...headers, [name]: "DELETE" })).status).toBe(
        200,
      );
    for (const method of ["PROPFIND", "TRACE", "CONNECT", "OPTIONS"])
      expect((await raw("/api/v1/people", method)).text).not.toContain("ada@acme.example");
  });

  test("what is no text in an address is refused, and is no fault of ours", async () => {
    const { headers } = await newKey(browser, { role: "admin" });
    for (const path of ["%E0%A4%A", "%", "%ff", "a%00b", "..%2f..%2fetc%2fpasswd", "%00"])
      for (const of of ["recipes", "connections", "jobs", "connections/by-name"]) {
        const { status } = await raw(`/api/v1/${of}/${path}`, "GET", headers);
        expect([of, path, status >= 400 && status < 500]).toEqual([of, path, true]);
      }
  });
});

test("an id that is none, or a number beyond all bounds, is refused with its field's name, and is no fault of ours", async () => {
  const { headers } = await newKey(browser, { role: "admin" });
  const none = "01a22396-3b66-770c-86ab-ca376e6c1f20";
  const routes = Object.keys(routeAccess)
    .map((route) => route.split(" ") as [string, string])
    .filter(([, path]) => path.includes("{") && !/^\/(?:auth|webhooks|hooks|docs|\*)/.test(path));
  expect(routes.length).toBeGreaterThan(60);
  for (const given of ["x", none])
    for (const number of ["x", "99999999999", "1e400"])
      for (const [method, path] of routes) {
        const filled = path
          .replace("{id}", given)
          .replace(/\{(?:number|rowId)\}/, number)
          .replace(/\{\w+\}/g, "x");
        const { status } = await server.api(method, filled, method === "GET" ? undefined : {}, headers);
        expect([method, filled, status < 500]).toEqual([method, filled, true]);
      }
  const bodies = [
    ["/jobs/rerun", { jobIds: ["x"] }, "jobIds[0]"],
    ["/jobs/cancel", { jobIds: [none, "x"] }, "jobIds[1]"],
    ["/events/replay", { eventIds: ["x"] }, "eventIds[0]"],
    ["/connections", { name: "n", connector: "zoom", profileId: "x" }, "profileId"],
  ] as const;
  for (const [path, body, field] of bodies)
    expect(await server.api("POST", path, body, headers)).toMatchObject({
      status: 400,
      body: { error: { fields: [{ field, message: expect.stringMatching(/^must be an id, such as /) }] } },
    });
  for (const [query, message] of [
    ["state=nope", "state: must be one of queued, running, waiting, succeeded, failed, stopped, cancelled."],
    ["limit=many", "limit: must be a number."],
    ["from=yesterday", "from: must be a time, such as 2026-01-31T09:30:00Z."],
  ] as const)
    expect((await server.api("GET", `/jobs?${query}`, undefined, headers)).body.error?.message).toBe(message);
});

test("those who begin a request and never end it hold nobody up", async () => {
  const { hostname, port, host } = new URL(server.url);
  const begun = (lines: string) => {
    const socket = connect(Number(port), hostname).on("error", () => {});
    socket.write(lines);
    return socket;
  };
  const path = "/webhooks/zoom/00000000-0000-7000-8000-000000000001";
  const begin = `POST ${path} HTTP/1.1\r\nhost: ${host}\r\ncontent-type: application/json\r\n`;
  const sockets = Array.from({ length: 300 }, (_, index) =>
    begun(index % 2 === 0 ? begin : `${begin}content-length: 900\r\n\r\n{"event":`),
  );
  try {
    await Promise.all(sockets.map((socket) => once(socket, "connect")));
    expect(
      (await server.api("GET", "/recipes", undefined, (await newKey(browser, { role: "viewer" })).headers))
        .status,
    ).toBe(200);
    const whole = await fetch(new URL(path, server.url), { method: "POST", body: "{}" });
    expect(whole.status).toBe(404);
  } finally {
    for (const socket of sockets) socket.destroy();
  }
});

test("a character that the database cannot keep is refused as what it is", async () => {
  const nul = String.fromCharCode(0);
  const bodies = {
    "/people": { name: `a${nul}`, email: "nul@acme.example" },
    "/lookup-tables": { name: `a${nul}`, columns: [{ name: "a", type: "text" }] },
    "/recipes": { source: `name: "a\\0"\ntrigger: { use: recipe/called }\nsteps: []\n` },
    "/auth/sign-in/email": { email: `a${nul}@acme.example`, password: "x" },
  };
  for (const [path, body] of Object.entries(bodies)) {
    const { status } = await browser.api("POST", path, body);
    expect([path, status >= 400 && status < 500]).toEqual([path, true]);
  }
  expect((await browser.api("GET", "/events?name=%00")).status).toBe(400);
});

test("no file but the pages' own is served, however its path is written", async () => {
  const { headers } = await newKey(browser, { role: "viewer" });
  for (const target of [
    "/../package.json",
    "/assets/../../package.json",
    "/assets/..%2f..%2fpackage.json",
    "/assets/%2e%2e/%2e%2e/package.json",
    "/assets/..%5c..%5cpackage.json",
    "/docs/..%2f..%2f..%2fpackage.json",
    "/docs/../../../package.json",
    "/docs//etc/passwd",
    "/api/docs/..%2fpackage.json",
    "/api/docs/swagger-ui-bundle.js/../package.json",
    "/api/docs/swagger-ui.css%00.json",
    `/${server.home}/owner.key`,
    `/assets/..%2f..%2f..%2f..%2f..%2f..%2f..${encodeURIComponent(`${server.home}/owner.key`)}`,
  ]) {
    const { text } = await raw(target, "GET", headers);
    expect([target, /"workspaces"|"dependencies"|"version":|root:|gr_owner_/.test(text)]).toEqual([
      target,
      false,
    ]);
  }
});

test("answers with data are kept by no cache, and pages may be looked at again", async () => {
  for (const path of ["/me", "/people", "/recipes", "/nothing-here"])
    expect((await browser.api("GET", path)).headers.get("cache-control")).toMatch(/no-store/);
  expect((await fetch(`${server.url}/`)).headers.get("cache-control") ?? "").not.toMatch(/no-store/);
});

describe("another site's page", () => {
  test.each<Readonly<Record<string, string>>>([
    { origin: "https://evil.example" },
    { origin: "null" },
    { origin: "" },
    { origin: "http://127.0.0.1.evil.example" },
    { origin: "http://127.0.0.1:1" },
    { "sec-fetch-site": "cross-site" },
    { "sec-fetch-site": "same-site" },
    { "sec-fetch-site": "none" },
    {},
  ])("with a person's cookie and %o changes nothing", async (given) => {
    const { cookie } = browser.headers() as { cookie: string };
    for (const type of ["application/json", "text/plain", "application/x-www-form-urlencoded"]) {
      const answer = await server.api("POST", "/lookup-tables", '{"name":"planted","columns":[]}', {
        ...{ cookie, "content-type": type, ...given },
      });
      expect([type, answer.status]).toEqual([type, 403]);
      const { hostname, port } = new URL(server.url);
      const mcp = await fetch(`http://${hostname}:${port}/mcp`, {
        ...{ method: "POST", body: '{"jsonrpc":"2.0","id":1,"method":"tools/list"}' },
        headers: { cookie, "content-type": type, accept: "application/json, text/event-stream", ...given },
      });
      expect([type, mcp.status]).toEqual([type, 403]);
    }
  });
});

test("secrets that a tool is called with are not in the audit log", async () => {
  const { headers } = await newKey(browser, { role: "operator", effects: ["read"] });
  const secret = "s3cr3t-of-a-service";
  const input = {
    ...{ method: "GET", url: "https://nobody.invalid/" },
    headers: { Authorization: `Bearer ${secret}`, "X-API-Key": secret, Cookie: `a=${secret}` },
    query: { api_key: secret, access_token: secret, client_secret: secret, apiKey: secret },
  };
  await fetch(`${server.url}/mcp`, {
    method: "POST",
    headers: {
      ...{ "content-type": "application/json", accept: "application/json, text/event-stream", ...headers },
    },
    body: JSON.stringify({
      ...{ jsonrpc: "2.0", id: 1, method: "tools/call" },
      params: { name: "http_send-request", arguments: input },
    }),
  });
  const { body } = await browser.api("GET", "/audit?limit=20");
  const entries = JSON.stringify(body.items);
  expect(entries).toContain("http/send-request");
  expect(entries).toContain("https://nobody.invalid/");
  expect(entries).not.toContain(secret);
});

describe("a key of some connections", () => {
  const source = (connection: string) =>
    `name: By ${connection}\ntrigger: { use: recipe/called }\nsteps:\n  - use: zoom/delete-meeting\n    connection: ${connection}\n    input: { meetingId: 1 }\n`;

  const caller = `name: By another\ntrigger: { use: recipe/called }\nsteps:\n  - call: By theirs\n`;

  test("neither writes, tries, starts nor calls a recipe that uses another, by what it calls, was or is tried with either", async () => {
    const fields = { client_id: "id", client_secret: "s", webhook_secret_token: "t" };
    const app = await browser.api("POST", "/app-profiles", { connector: "zoom", name: "Limits", fields });
    for (const name of ["mine", "theirs"])
      await browser.api("POST", "/connections", { name, connector: "zoom", profileId: app.body.id });
    const made = await browser.api("POST", "/recipes", { source: source("theirs") });
    expect(made.status).toBe(201);
    // Its first version used the other connection, and so does what somebody tries now.
    const changed = await browser.api("POST", "/recipes", {
      source: source("theirs").replace("By theirs", "Changed"),
    });
    const own = source("mine").replace("By mine", "Changed");
    await browser.api("PUT", `/recipes/${changed.body.id}`, { source: own });
    const tried = await browser.api("POST", `/recipes/${changed.body.id}/test-runs`, {
      source: source("theirs"),
      event: { from: "sample" },
    });
    expect([tried.status, tried.body.recipeId]).toEqual([201, changed.body.id]);
    const { headers } = await newKey(browser, { role: "builder", connections: ["mine"] });
    const tries = [
      ["POST", "/recipes", { source: caller }],
      ["POST", `/recipes/${changed.body.id}/versions/1/restore`, {}],
      ["POST", `/jobs/${tried.body.id}/answer`, { path: "0", choice: "try-again" }],
      ["POST", `/jobs/${tried.body.id}/rerun`, { from: "start", version: "same" }],
      // The address alone would let it start jobs.
      ["GET", `/recipes/${made.body.id}/hook`, undefined],
      ["POST", "/recipes", { source: source("theirs") }],
      ["PUT", `/recipes/${made.body.id}`, { source: source("theirs") }],
      ["PUT", `/recipes/${made.body.id}`, { source: source("mine") }],
      ["POST", `/recipes/${made.body.id}/start`, {}],
      ["POST", `/recipes/${made.body.id}/test-runs`, { source: source("theirs"), trigger: {} }],
      ["PATCH", `/app-profiles/${app.body.id}`, { name: "Taken" }],
      ["DELETE", `/app-profiles/${app.body.id}`, undefined],
      ["POST", "/events/replay", { eventIds: [made.body.id], recipeIds: [made.body.id] }],
    ] as const;
    for (const [method, path, body] of tries) {
      const { status, body: answer } = await server.api(method, path, body, headers);
      expect([method, path, status, answer?.error?.code]).toEqual([method, path, 403, "not-allowed"]);
    }
    expect((await server.api("POST", "/recipes", { source: source("mine") }, headers)).status).toBe(201);
    const trial = { source: own, event: { from: "sample" } };
    const ownRun = await server.api("POST", `/recipes/${changed.body.id}/test-runs`, trial, headers);
    expect(ownRun.status).toBe(201);
    expect((await server.api("POST", `/jobs/${ownRun.body.id}/cancel`, {}, headers)).status).not.toBe(403);
  });
});

test("who is in one folder alone hears nothing of the others' jobs, events and connections by the stream or lists", async () => {
  const { browser: folderOnly } = await newPerson(
    server,
    browser,
    { role: null, folders: { Sales: "viewer" } },
    "sam@acme.example",
  );
  for (const path of [
    "/events",
    "/inbox/health",
    "/inbox/refusals",
    "/people",
    "/audit",
    "/system",
    "/approvals",
  ])
    expect([path, (await folderOnly.api("GET", path)).status]).toEqual([path, 403]);
});
