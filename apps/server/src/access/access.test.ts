/** Keys, folders, the audit log, and that no answer holds a secret; over real HTTP. */
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { type OwnedServer, startOwnedServer } from "../owned-server.test-kit.ts";
import { routeAccess } from "./route-access.ts";
import { firstAccount, newKey, newPerson } from "./signed-in.test-kit.ts";

let server: OwnedServer;
let ada: Awaited<ReturnType<typeof firstAccount>>;
let profileId: string;
const seeded = { client_secret: "seeded-client-secret", webhook_secret_token: "seeded-webhook-secret" };

beforeAll(async () => {
  server = await startOwnedServer({ SMTP_URL: "", OIDC_ISSUER: "" });
  ada = await firstAccount(server);
  const fields = { client_id: "id", ...seeded };
  const app = await ada.browser.api("POST", "/app-profiles", { connector: "zoom", name: "App", fields });
  profileId = app.body.id;
  for (const name of ["sales", "support"])
    await ada.browser.api("POST", "/connections", { name, connector: "zoom", profileId });
});
afterAll(() => server?.stop());

const source = (name: string) =>
  `name: ${name}\ntrigger: { use: zoom/meeting-ended, connection: sales }\nsteps:\n  - use: logger/log-message\n    input: { message: Hello }\n`;
async function newRecipe(name: string, folder: string): Promise<string> {
  const { status, body } = await ada.browser.api("POST", "/recipes", { source: source(name), folder });
  if (status !== 201) throw new Error(JSON.stringify(body));
  return body.id;
}

describe("an API key", () => {
  test("is shown once, kept hashed, and refused once it is removed", async () => {
    const { id, key, headers } = await newKey(ada.browser, { role: "builder" });
    expect(key).toMatch(/^gr_[\w-]{43}$/);
    const { body } = await server.api("GET", "/api-keys", undefined, headers);
    expect(body.items).toContainEqual(
      expect.objectContaining({ id, prefix: key.slice(0, 9), role: "builder" }),
    );
    expect(JSON.stringify(body)).not.toContain(key);
    expect((await ada.browser.api("DELETE", `/api-keys/${id}`)).status).toBe(204);
    expect(await server.api("GET", "/me", undefined, headers)).toMatchObject({
      status: 401,
      body: { error: { code: "wrong-key" } },
    });
  });

  test("ends when it expires, and cannot be made to have expired", async () => {
    const soon = new Date(Date.now() + 700).toISOString();
    const { headers } = await newKey(ada.browser, { role: "viewer", expiresAt: soon });
    expect((await server.api("GET", "/me", undefined, headers)).status).toBe(200);
    await expect
      .poll(async () => (await server.api("GET", "/me", undefined, headers)).status, { timeout: 5_000 })
      .toBe(401);
    const past = { name: "old", expiresAt: "2020-01-01T00:00:00Z" };
    expect(await ada.browser.api("POST", "/api-keys", past)).toMatchObject({
      status: 400,
      body: { error: { fields: [{ field: "expiresAt" }] } },
    });
  });

  test("that only reads changes nothing, whatever its role", async () => {
    const { headers } = await newKey(ada.browser, { role: "admin", effects: ["read"] });
    expect((await server.api("GET", "/recipes", undefined, headers)).status).toBe(200);
    expect((await server.api("POST", "/recipes/lint", { source: "" }, headers)).status).toBe(200);
    expect(await server.api("DELETE", `/app-profiles/${profileId}`, undefined, headers)).toMatchObject({
      status: 403,
      body: { error: { message: "This key may only read, and this would delete." } },
    });
  });

  test("of some connections does not reach the others", async () => {
    const { body } = await ada.browser.api("GET", "/connections");
    const idOf = (name: string) => body.items.find((one: { name: string }) => one.name === name).id as string;
    const { headers } = await newKey(ada.browser, { role: "builder", connections: ["sales"] });
    expect((await server.api("GET", `/connections/${idOf("sales")}`, undefined, headers)).status).toBe(200);
    expect((await server.api("GET", `/connections/${idOf("support")}`, undefined, headers)).status).toBe(403);
    const other = `/connections/${idOf("support")}/disconnect`;
    expect((await server.api("POST", other, undefined, headers)).status).toBe(403);
    const { items } = (await server.api("GET", "/connections", undefined, headers)).body;
    expect(items.map(({ name }: { name: string }) => name)).toEqual(["sales"]);
  });

  test("makes no other keys, and may never more than its person", async () => {
    const { headers } = await newKey(ada.browser, { role: "admin" });
    expect((await server.api("POST", "/api-keys", { name: "more" }, headers)).status).toBe(403);
    const bo = await newPerson(server, ada.browser, { role: "builder" }, "bo@acme.example");
    const key = await newKey(bo.browser, { role: "builder" });
    const start = () => server.api("POST", "/recipes/lint", { source: "" }, key.headers);
    expect((await start()).status).toBe(200);
    await ada.browser.api("PATCH", `/people/${bo.id}`, { role: "viewer" });
    expect((await start()).status).toBe(403);
  });

  test("of somebody else is neither listed nor removed, but by an admin", async () => {
    const cy = await newPerson(server, ada.browser, { role: "operator" }, "cy@acme.example");
    const own = await newKey(cy.browser, { role: "viewer" });
    const adas = await newKey(ada.browser, { role: "viewer" });
    const { items } = (await cy.browser.api("GET", "/api-keys")).body;
    expect(items.map(({ id }: { id: string }) => id)).toEqual([own.id]);
    expect((await cy.browser.api("DELETE", `/api-keys/${adas.id}`)).status).toBe(404);
    expect((await ada.browser.api("DELETE", `/api-keys/${own.id}`)).status).toBe(204);
  });
});

describe("a role in a folder", () => {
  test("holds there and below, and nowhere else: not in lists, not by id, not by moving", async () => {
    const [inside, below, outside] = [
      await newRecipe("Inside", "Marketing"),
      await newRecipe("Below", "Marketing/Webinars"),
      await newRecipe("Outside", "Marketing2"),
    ];
    const folders = { Marketing: "builder" };
    const { browser } = await newPerson(server, ada.browser, { role: null, folders }, "dee@acme.example");
    const { items } = (await browser.api("GET", "/recipes")).body;
    expect(items.map(({ id }: { id: string }) => id).toSorted()).toEqual([inside, below].toSorted());
    const status = async (method: string, path: string, body?: object) =>
      (await browser.api(method, path, body)).status;
    expect(await status("GET", `/recipes/${below}`)).toBe(200);
    expect(await status("GET", `/recipes/${outside}`)).toBe(403);
    expect(await status("PUT", `/recipes/${inside}`, { source: source("Inside") })).toBe(200);
    expect(await status("PUT", `/recipes/${outside}`, { source: source("Outside") })).toBe(403);
    expect(await status("PATCH", `/recipes/${inside}`, { folder: "Marketing2" })).toBe(403);
    expect(await status("PATCH", `/recipes/${inside}`, { folder: "Marketing/Old" })).toBe(200);
    expect(await status("POST", "/recipes", { source: source("Mine"), folder: "Marketing" })).toBe(201);
    expect(await status("POST", "/recipes", { source: source("Theirs") })).toBe(403);
    expect(await status("POST", "/connections", { name: "x", connector: "zoom", profileId })).toBe(403);
    expect(await status("GET", "/events")).toBe(403);
  });
});

describe("the audit log", () => {
  test("has every change with who, from where, before and after", async () => {
    const id = await newRecipe("Audited", "A");
    await ada.browser.api("PATCH", `/recipes/${id}`, { folder: "B" });
    await ada.browser.api("DELETE", `/recipes/${id}`);
    const { body } = await ada.browser.api("GET", `/audit?subjectId=${id}`);
    const actor = { kind: "person", id: ada.id, name: "Ada" };
    const subject = { type: "recipes", id, name: "Audited" };
    expect(body.items).toMatchObject([
      { action: "DELETE /recipes/{id}", actor, subject, before: { folder: "B" } },
      { action: "PATCH /recipes/{id}", actor, subject, before: { folder: "A" }, after: { folder: "B" } },
      { action: "POST /recipes", actor, subject, after: { folder: "A", name: "Audited" } },
    ]);
    expect(body.items[1].before).toEqual({ folder: "A" });
    expect(body.items[0].ipAddress).toBe("127.0.0.1");
    expect(body.items[0].after).toBeUndefined();
  });

  test("has before and after also of what is shown in a list alone, and by its name that a secret was replaced", async () => {
    const last = async () => (await ada.browser.api("GET", "/audit?limit=1")).body.items[0];
    const property = "/environments/default/properties/greeting";
    for (const value of ["Hello", "Goodbye"]) await ada.browser.api("PUT", property, { type: "text", value });
    expect(await last()).toMatchObject({ before: { value: "Hello" }, after: { value: "Goodbye" } });
    await ada.browser.api("DELETE", property);
    expect(await last()).toMatchObject({ subject: { name: "greeting" }, before: { value: "Goodbye" } });

    await ada.browser.api("PATCH", `/app-profiles/${profileId}`, { name: "Our app" });
    expect(await last()).toMatchObject({ before: { name: "App" }, after: { name: "Our app" } });
    await ada.browser.api("PATCH", `/app-profiles/${profileId}`, {
      fields: { client_secret: "another-secret" },
    });
    expect(await last()).toMatchObject({ before: {}, after: { set: ["fields.client_secret"] } });

    const channel = { kind: "email", target: "ops@acme.example" };
    const { id } = (await ada.browser.api("POST", "/notices/channels", channel)).body;
    await ada.browser.api("PATCH", `/notices/channels/${id}`, { enabled: false });
    expect(await last()).toMatchObject({
      ...{ subject: { id, name: channel.target }, before: { enabled: true }, after: { enabled: false } },
    });
    const key = await newKey(ada.browser, { role: "viewer", name: "Taken away" });
    await ada.browser.api("DELETE", `/api-keys/${key.id}`);
    expect(await last()).toMatchObject({
      subject: { id: key.id, name: "Taken away" },
      before: { role: "viewer" },
    });

    const table = { name: "Regions", columns: [{ name: "region", type: "text" }] };
    const path = `/lookup-tables/${(await ada.browser.api("POST", "/lookup-tables", table)).body.id}/rows`;
    const rows = (await ada.browser.api("POST", path, { rows: [{ region: "north" }, { region: "south" }] }))
      .body.items;
    await ada.browser.api("PATCH", `${path}/${rows[1].id}`, { values: { region: "east" } });
    expect(await last()).toMatchObject({
      ...{ before: { values: { region: "south" } }, after: { values: { region: "east" } } },
    });
  });

  test("is searched, filtered and paged; what was refused is not in it", async () => {
    await ada.browser.api("DELETE", "/recipes/00000000-0000-7000-8000-000000000000");
    expect((await ada.browser.api("GET", "/audit?search=00000000-0000")).body.items).toEqual([]);
    expect((await ada.browser.api("GET", "/audit?search=100%25")).body.items).toEqual([]);
    const first = (await ada.browser.api("GET", "/audit?limit=2&subjectType=people")).body;
    expect(first.items).toHaveLength(2);
    const next = await ada.browser.api("GET", `/audit?limit=2&subjectType=people&cursor=${first.nextCursor}`);
    expect(next.body.items[0].at <= first.items[1].at).toBe(true);
    const signIns = (await ada.browser.api("GET", "/audit?search=signed in")).body.items;
    expect(signIns.length).toBeGreaterThan(0);
  });

  test("never has a key, a password or a one-time link", async () => {
    const { key } = await newKey(ada.browser, { role: "viewer", name: "Once shown" });
    const { body } = await ada.browser.api("GET", "/audit?limit=200");
    const text = JSON.stringify(body);
    expect(text).toContain("Once shown");
    for (const secret of [key, ada.password, "#token=", seeded.client_secret])
      expect(text).not.toContain(secret);
  });
});

test("no answer of the API holds a secret, whoever asks", async () => {
  const { key } = await newKey(ada.browser, { role: "admin" });
  const session = [...ada.browser.cookies.values()].map(decodeURIComponent).join(" ").split(".")[0] ?? "";
  const secrets = [
    ...Object.values(seeded),
    ...[key, ada.password, session, server.ownerKey],
    readFileSync(join(server.home, "secret.key"), "utf8").trim(),
  ];
  expect(secrets.every((secret) => secret.length > 8)).toBe(true);
  const ids: Record<string, string[]> = {};
  for (const list of ["recipes", "connections", "people", "jobs", "events"]) {
    const { items } = (await ada.browser.api("GET", `/${list}`)).body;
    ids[list] = items.map(({ id }: { id: string }) => id);
  }
  const asked = Object.keys(routeAccess)
    .filter((route) => route.startsWith("GET /") && !/\*|\/stream|\/oauth|\/healthz|\/docs/.test(route))
    .flatMap((route) => {
      const path = route.slice(4).replace("{connector}", "zoom").replace("{name}", "create-meeting");
      const own = ids[path.split("/")[1] ?? ""] ?? [];
      return path.includes("{id}") ? own.map((id) => path.replace("{id}", id)) : [path];
    })
    .map((path) => path.replaceAll(/\{\w+\}/g, "1"));
  expect(asked.length).toBeGreaterThan(25);
  for (const path of asked) {
    const { body } = await ada.browser.api("GET", path);
    const text = JSON.stringify(body) ?? "";
    expect([path, secrets.filter((secret) => text.includes(secret))]).toEqual([path, []]);
  }
});

test("pages and answers come with strict headers", async () => {
  for (const path of ["/", "/api/v1/recipes"]) {
    const { headers } = await fetch(`${server.url}${path}`);
    const policy = headers.get("content-security-policy") ?? "";
    expect(policy).toContain("default-src 'self'");
    expect(policy).toContain("frame-ancestors 'none'");
    expect(policy).not.toMatch(/script-src[^;]*unsafe/);
    expect(headers.get("x-content-type-options")).toBe("nosniff");
    expect(headers.get("x-frame-options")).toBe("SAMEORIGIN");
    expect(headers.get("access-control-allow-origin")).toBeNull();
  }
});

test("a body larger than any recipe is refused before it fills memory", async () => {
  const answer = await ada.browser.api("POST", "/recipes/lint", { source: "x".repeat(17 * 1024 * 1024) });
  expect(answer).toMatchObject({ status: 413, body: { error: { code: "too-large" } } });
});
