/** The API of recipes' versions and drafts, of properties and of lookup tables, over real HTTP. */
import { afterAll, beforeAll, expect, test } from "vitest";
import { type OwnedServer, startOwnedServer } from "./owned-server.test-kit.ts";

let server: OwnedServer;

beforeAll(async () => {
  server = await startOwnedServer({ GREENROOM_ENVIRONMENT: "staging" });
  const fields = { client_id: "id", client_secret: "very-secret", webhook_secret_token: "secret" };
  const { body } = await api("POST", "/app-profiles", { connector: "zoom", name: "App", fields });
  await api("POST", "/connections", { name: "zoom", connector: "zoom", profileId: body.id });
});
afterAll(() => server?.stop());

const api = (method: string, path: string, body?: unknown, type = "application/json") =>
  server.api(method, path, body, { authorization: `Bearer ${server.ownerKey}`, "content-type": type });

const recipe = (name: string, description = "As it was") => `name: ${name}
description: ${description}
trigger: { use: zoom/meeting-started, connection: zoom }
steps:
  - use: logger/log-message
    input: { message: "Started" }
`;

test("a recipe is drafted, saved, compared, restored, sorted, copied and deleted", async () => {
  const draft = await api("POST", "/drafts", { source: "name: half" });
  expect(draft.status).toBe(201);
  const { id } = draft.body;
  expect((await api("PUT", `/recipes/${id}/draft`, { source: recipe("A"), revision: 1 })).body.revision).toBe(
    2,
  );
  const stale = await api("PUT", `/recipes/${id}/draft`, { source: "x", revision: 1 });
  expect(stale).toMatchObject({ status: 409, body: { error: { code: "draft-changed" } } });
  const made = await api("POST", "/recipes", { source: recipe("A"), draftId: id, comment: "First" });
  expect(made).toMatchObject({ status: 201, body: { id, version: 1, folder: "", tags: [] } });
  expect((await api("GET", `/recipes/${id}/draft`)).body).toEqual({ draft: null });

  const saved = await api("PUT", `/recipes/${id}`, { source: recipe("A", "Better"), basedOn: 1 });
  expect(saved.body.version).toBe(2);
  expect((await api("PUT", `/recipes/${id}`, { source: recipe("A"), basedOn: 1 })).status).toBe(409);
  const { body: diff } = await api("GET", `/recipes/${id}/versions/diff?from=1&to=2`);
  expect(diff.hunks[0].lines).toEqual(
    expect.arrayContaining(["-description: As it was", "+description: Better"]),
  );
  expect((await api("POST", `/recipes/${id}/versions/1/restore`)).body.version).toBe(3);
  expect((await api("GET", `/recipes/${id}/versions`)).body.items).toMatchObject([
    { number: 3, comment: "Version 1, restored" },
    { number: 2 },
    { number: 1, comment: "First" },
  ]);
  expect((await api("GET", `/recipes/${id}/versions/9`)).status).toBe(404);
  expect((await api("GET", `/recipes/${id}/versions/diff?from=1&to=draft`)).status).toBe(404);

  await api("PATCH", `/recipes/${id}`, { folder: "Sales/EU", tags: ["a"] });
  expect((await api("PATCH", `/recipes/${id}`, { folder: "/x" })).body.error.fields[0].field).toBe("folder");
  expect((await api("GET", "/recipes?folder=Sales&tag=a&search=as+it+was")).body.items).toHaveLength(1);
  expect((await api("GET", "/recipes/labels")).body).toEqual({
    folders: [{ name: "Sales/EU", recipes: 1 }],
    tags: [{ name: "a", recipes: 1 }],
  });
  expect((await api("POST", `/recipes/${id}/duplicate`, {})).body.name).toBe("Copy of A");
  expect((await api("GET", "/recipes/recent-jobs")).body).toEqual({ items: [] });
  expect((await api("GET", `/recipes/${id}/waiting-events`)).body).toEqual({ count: 0, more: false });
  const start = await api("POST", `/recipes/${id}/start`, { events: "take" });
  expect(start).toMatchObject({ status: 409, body: { error: { code: "not-connected" } } });
  expect((await api("POST", `/recipes/${id}/start`)).status).toBe(409);
  expect((await api("POST", `/recipes/${id}/start`, { events: "maybe" })).body.error.fields[0].field).toBe(
    "events",
  );
  expect((await api("DELETE", `/recipes/${id}`)).status).toBe(204);
});

test("properties are set by environment; a secret never comes back", async () => {
  expect((await api("GET", "/environments")).body).toEqual({ current: "staging", names: ["staging"] });
  const path = "/environments/staging/properties";
  expect((await api("PUT", `${path}/limit`, { type: "number", value: 5 })).body).toMatchObject({ value: 5 });
  const secret = await api("PUT", `${path}/apiKey`, { type: "secret", value: "s3cret" });
  expect(secret.status).toBe(200);
  expect(JSON.stringify([secret.body, (await api("GET", path)).body])).not.toContain("s3cret");
  expect((await api("PUT", `${path}/limit`, { type: "number", value: "5" })).body.error.fields).toEqual([
    { field: "value", message: "must be a number, but is text" },
  ]);
  expect((await api("PUT", `${path}/not-a-name`, { type: "text", value: "" })).status).toBe(400);
  expect((await api("DELETE", `${path}/limit`)).status).toBe(204);
  expect((await api("DELETE", `${path}/limit`)).status).toBe(404);
});

test("a lookup table is made from a file, searched, changed, and read out again", async () => {
  const csv = "email,seats\na@x.example,5\nb@x.example,6\n";
  const made = await api("POST", "/lookup-tables/import?name=People", csv, "text/csv");
  expect(made).toMatchObject({ status: 201, body: { name: "People", rows: 2 } });
  const path = `/lookup-tables/${made.body.id}`;
  expect((await api("POST", "/lookup-tables/import?name=People", csv, "text/csv")).status).toBe(409);
  expect((await api("POST", "/lookup-tables/import?name=Odd", "a,a\n1,2\n", "text/csv")).status).toBe(400);
  const where = (values: object) => encodeURIComponent(JSON.stringify(values));
  const found = await api("GET", `${path}/rows?where=${where({ email: "b@x.example" })}`);
  expect(found.body.items).toMatchObject([{ values: { email: "b@x.example", seats: "6" } }]);
  expect((await api("GET", `${path}/rows?where=nonsense`)).body.error.fields[0].field).toBe("where");
  const row = found.body.items[0].id;
  expect((await api("PATCH", `${path}/rows/${row}`, { values: { seats: "7" } })).body.values.seats).toBe("7");
  const page = (await api("GET", `${path}/rows?limit=1`)).body;
  expect(page.items).toHaveLength(1);
  expect((await api("GET", `${path}/rows?limit=1&cursor=${page.nextCursor}`)).body.items[0].id).toBe(row);
  expect((await api("POST", `${path}/rows`, { rows: [{ email: "c" }] })).status).toBe(201);
  expect((await api("POST", `${path}/rows/delete`, { where: { email: "c" } })).body).toEqual({ rows: 1 });
  expect((await api("GET", `${path}/export`)).body).toBe("email,seats\na@x.example,5\nb@x.example,7\n");
  expect((await api("POST", `${path}/import?mode=replace`, "email\nd\n", "text/csv")).body).toEqual({
    rows: 1,
  });
  expect((await api("DELETE", path)).status).toBe(204);
  expect((await api("GET", path)).status).toBe(404);
});

test("retention and notices are set by admins; a webhook's secret is told once", async () => {
  expect((await api("GET", "/retention")).body).toEqual({
    ...{ jobs: { days: 30 }, events: { days: 30 }, dedupeDays: 30 },
  });
  const rules = { jobs: { days: 7, count: 1_000 }, events: { days: 3 }, dedupeDays: 14 };
  expect((await api("PUT", "/retention", rules)).body).toEqual(rules);
  const wrong = await api("PUT", "/retention", { ...rules, dedupeDays: 0 });
  expect(wrong.body.error.fields[0].field).toBe("dedupeDays");

  const hook = await api("POST", "/notices/channels", {
    kind: "webhook",
    target: "https://hooks.example/greenroom",
  });
  expect(hook).toMatchObject({ status: 201, body: { kind: "webhook", enabled: true } });
  expect(hook.body.secret).toMatch(/^[\w-]{43}$/);
  const all = await api("GET", "/notices/channels");
  expect(JSON.stringify(all.body)).not.toContain(hook.body.secret);
  expect((await api("POST", "/notices/channels", { kind: "email", target: "nobody" })).status).toBe(400);
  expect(
    (await api("POST", "/notices/channels", { kind: "webhook", target: "file:///etc/passwd" })).status,
  ).toBe(400);
  const path = `/notices/channels/${hook.body.id}`;
  expect((await api("PATCH", path, { enabled: false })).body.enabled).toBe(false);
  expect((await api("DELETE", path)).status).toBe(204);
  const settings = { kinds: ["job-failed"], everyMinutes: 30 };
  expect((await api("PUT", "/notices/settings", settings)).body).toEqual(settings);
  expect((await api("GET", "/notices")).body).toEqual({ items: [] });
});

test("jobs are searched by state, time, error and value; nonsense is refused by its field", async () => {
  const query =
    "state=failed&state=running&from=2026-01-01T00:00:00Z&errorKind=conflict&errorText=%22sold+out%22&value=topic:a:b";
  expect((await api("GET", `/jobs?${query}`)).body).toEqual({ items: [] });
  for (const [field, value] of [
    ["state", "odd"],
    ["from", "yesterday"],
    ["value", "nothing"],
  ] as const)
    expect((await api("GET", `/jobs?${field}=${value}`)).body.error.fields[0].field).toMatch(field);
});

test("a recipe goes out as Workato's JSON and comes back; what is no JSON is refused", async () => {
  const { body: made } = await api("POST", "/recipes", { source: recipe("Travels") });
  const out = await api("GET", `/recipes/${made.id}/export/workato`);
  expect(out.body.json).toMatchObject({ name: "Travels" });
  const back = await api("POST", "/recipes/import/workato", { source: JSON.stringify(out.body.json) });
  expect(back.body).toMatchObject({ name: "Travels" });
  expect(back.body.source).toContain("zoom/meeting-started");
  expect((await api("POST", "/recipes/import/workato", { source: "{" })).status).toBe(422);
});

test("a recipe is previewed, its tests are kept and run, and a test run answers with its job", async () => {
  const { body: made } = await api("POST", "/recipes", { source: recipe("Tried") });
  expect((await api("GET", `/recipes/${made.id}/preview`)).body.error.code).toBe("not-connected");
  expect((await api("POST", "/recipes/preview", { source: "name: half" })).status).toBe(422);
  const source =
    "tests:\n  - name: starts\n    answers: { logger/log-message: { output: { message: Started } } }\n";
  expect((await api("PUT", `/recipes/${made.id}/tests/happy`, { source })).status).toBe(200);
  const run = await api("POST", `/recipes/${made.id}/tests/run`, {});
  expect(run.body.items).toMatchObject([{ name: "happy", passed: true }]);
  expect((await api("PUT", `/recipes/${made.id}/tests/bad`, { source: "tests: 1" })).status).toBe(422);
  const job = await api("POST", `/recipes/${made.id}/test-runs`, { event: { from: "sample" } });
  expect(job).toMatchObject({ status: 201, body: { cause: "test", recipeId: made.id } });
  expect((await api("DELETE", `/recipes/${made.id}/tests/happy`)).status).toBe(204);
});
