/** The MCP server on the real stack, by the SDK's own client: tools, limits, approval, recipes, resources, the audit log. */
import { execFile } from "node:child_process";
import { join } from "node:path";
import { promisify } from "node:util";
import { Client } from "@modelcontextprotocol/sdk/client/index.js";
import { StdioClientTransport } from "@modelcontextprotocol/sdk/client/stdio.js";
import { StreamableHTTPClientTransport } from "@modelcontextprotocol/sdk/client/streamableHttp.js";
import type { Tool } from "@modelcontextprotocol/sdk/types.js";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { call } from "../tools/api-client.ts";
import { installed, root } from "../tools/processes.ts";
import { makeFirstAccount, signInLink } from "../tools/first-account.ts";
import { setUpSandbox } from "../tools/setup-sandbox.ts";
import { launchBrowser, signInBrowser } from "./browser.ts";
import { type Stack, startStack } from "./stack.ts";

let stack: Stack;
let cookie: string;
let api: string;
const clients: Client[] = [];

beforeAll(async () => {
  stack = await startStack();
  const { serverUrl, sandboxUrl, home } = stack;
  api = `${serverUrl}/api/v1`;
  await setUpSandbox({ serverUrl, sandboxUrl, publicUrl: serverUrl });
  await makeFirstAccount(serverUrl, home);
  const token = new URL((await signInLink(serverUrl)) ?? "").hash.slice("#link=".length);
  const signedIn = await fetch(`${api}/auth/sign-in/link`, {
    method: "POST",
    headers: { "content-type": "application/json", origin: serverUrl },
    body: JSON.stringify({ token }),
  });
  cookie = signedIn.headers
    .getSetCookie()
    .map((one) => one.split(";")[0])
    .join("; ");
});
afterAll(async () => {
  for (const client of clients) await client.close();
  await stack?.stop();
});

/** As the person in the browser. */
async function asPerson<T>(method: string, path: string, body?: object): Promise<T> {
  const response = await fetch(`${api}${path}`, {
    ...{ method, headers: { cookie, origin: stack.serverUrl, "content-type": "application/json" } },
    ...(body && { body: JSON.stringify(body) }),
  });
  if (!response.ok) throw new Error(await response.text());
  return (await response.json()) as T;
}

async function connected(key: object): Promise<Client> {
  const made = await asPerson<{ key: string }>("POST", "/api-keys", {
    name: "assistant",
    role: "operator",
    ...key,
  });
  const transport = new StreamableHTTPClientTransport(new URL(`${stack.serverUrl}/mcp`), {
    requestInit: { headers: { authorization: `Bearer ${made.key}` } },
  });
  const client = new Client({ name: "test", version: "1" });
  await client.connect(transport);
  clients.push(client);
  return client;
}

async function allTools(client: Client): Promise<readonly Tool[]> {
  const tools: Tool[] = [];
  let cursor: string | undefined;
  do {
    const page = await client.listTools({ cursor });
    tools.push(...page.tools);
    cursor = page.nextCursor;
  } while (cursor !== undefined);
  return tools;
}

async function use(client: Client, name: string, given: object): Promise<{ failed: boolean; value: any }> {
  const { isError, content } = await client.callTool({ name, arguments: { ...given } });
  const [first] = content as { text: string }[];
  return { failed: isError === true, value: JSON.parse(first?.text ?? "null") };
}

describe("a key that says nothing of effects", () => {
  let client: Client;
  beforeAll(async () => {
    client = await connected({});
  });

  test("reads: its tools are those that read, with their schemas and what they do", async () => {
    const tools = await allTools(client);
    expect(tools.length).toBeGreaterThan(80);
    const get = tools.find(({ name }) => name === "zoom_get-user");
    expect(get).toMatchObject({
      annotations: { readOnlyHint: true, destructiveHint: false },
      inputSchema: { type: "object", properties: { userId: {}, connection: { enum: ["zoom"] } } },
    });
    expect(tools.find(({ name }) => name === "zoom_create-meeting")).toBeUndefined();
    const names = tools.map(({ name }) => name);
    expect(new Set(names).size).toBe(names.length);
    expect(names.filter((name) => !/^[\w-]{1,64}$/.test(name))).toEqual([]);
  });

  test("calls one at the sandbox's Zoom; the one connection need not be named", async () => {
    const { failed, value } = await use(client, "zoom_get-user", { userId: "me" });
    expect(failed).toBe(false);
    expect(value.email).toContain("@");
  });

  test("is told what is wrong with an input, and what it may not do", async () => {
    const wrong = await use(client, "zoom_get-user", { usrId: "me" });
    expect(wrong).toMatchObject({ failed: true, value: { code: "invalid-input" } });
    await expect(client.callTool({ name: "zoom_create-meeting", arguments: {} })).rejects.toThrow(/no tool/);
    const post = await use(client, "zoom_custom-action", {
      method: "POST",
      path: "/users/me/meetings",
      body: {},
    });
    expect(post).toMatchObject({ failed: true, value: { message: "You may read, and this would create." } });
    const get = await use(client, "zoom_custom-action", { method: "GET", path: "/users/me" });
    expect(get.failed).toBe(false);
  });

  test("finds operations by words, with the tool that calls them", async () => {
    const { value } = await use(client, "search_actions", { query: "phone call queues" });
    expect(value.total.operations).toBeGreaterThan(3);
    expect(value.operations[0]).toMatchObject({ callWith: "zoom_custom-action" });
    expect((await use(client, "search_actions", { query: "get user" })).value.tools.length).toBeGreaterThan(
      0,
    );
  });

  test("reads jobs, the inbox and recipes as resources", async () => {
    expect((await client.listResources()).resources).toHaveLength(3);
    const { contents } = await client.readResource({ uri: "greenroom://recipes" });
    expect(JSON.parse((contents[0] as { text: string }).text).items).toMatchObject([
      { name: "Follow up a week later" },
    ]);
    await expect(client.readResource({ uri: "greenroom://secrets" })).rejects.toThrow(/no resource/);
  });
});

test("a key of other connections, and one of a viewer, have no tools at the service", async () => {
  for (const key of [{ connections: ["another"] }, { role: "viewer" }]) {
    const tools = await allTools(await connected(key));
    expect(tools.filter(({ name }) => name.startsWith("zoom_"))).toEqual([]);
  }
});

test("a key may call so often a minute", async () => {
  const client = await connected({ callsPerMinute: 2 });
  const calls = [];
  for (let count = 0; count < 3; count += 1) calls.push(await use(client, "zoom_get-user", { userId: "me" }));
  expect(calls.map(({ failed }) => failed)).toEqual([false, false, true]);
  expect(calls[2]?.value).toMatchObject({
    code: "too-many-calls",
    hint: expect.stringContaining("Try again"),
  });
});

test("what a key creates waits for a person where it is so set; it is done once, and the key is told", async () => {
  const client = await connected({ effects: ["read", "create"], needsApproval: ["create"] });
  const meeting = { userId: "me", topic: "By an assistant" };
  const meetings = async () =>
    (await use(client, "zoom_list-meetings", { userId: "me" })).value.meetings.filter(
      ({ topic }: { topic: string }) => topic === meeting.topic,
    ).length as number;
  expect((await use(client, "zoom_create-meeting", { topic: 5 })).value).toMatchObject({
    code: "invalid-input",
  });
  const { value } = await use(client, "zoom_create-meeting", meeting);
  const id = value.waitsForApproval as string;
  expect(id).toMatch(/^[0-9a-f-]{36}$/);
  expect(await meetings()).toBe(0);
  expect((await use(client, "get_approval", { id })).value).toEqual({ state: "pending" });

  const both = await Promise.allSettled([1, 2].map(() => asPerson("POST", `/approvals/${id}/approve`)));
  expect(both.map(({ status }) => status).toSorted()).toEqual(["fulfilled", "rejected"]);
  expect(await meetings()).toBe(1);
  const done = (await use(client, "get_approval", { id })).value;
  expect(done).toMatchObject({
    state: "done",
    decidedBy: "admin@greenroom.example",
    output: { topic: meeting.topic },
  });

  const { value: other } = await use(client, "zoom_create-meeting", meeting);
  await asPerson("POST", `/approvals/${other.waitsForApproval}/decline`);
  expect((await use(client, "get_approval", { id: other.waitsForApproval })).value.state).toBe("declined");
  expect(await meetings()).toBe(1);
});

test("so do updates and deletes, each for itself; what the key does not name is done at once", async () => {
  const client = await connected({
    ...{ effects: ["read", "create", "update", "delete"], needsApproval: ["update", "delete"] },
  });
  const made = await use(client, "zoom_create-meeting", { userId: "me", topic: "To be changed" });
  const { id: meetingId } = made.value;
  expect(made.failed).toBe(false);
  const topic = async () => (await use(client, "zoom_get-meeting", { meetingId })).value.topic as string;

  const update = await use(client, "zoom_update-meeting", { meetingId, topic: "Changed" });
  const removal = await use(client, "zoom_delete-meeting", { meetingId });
  const custom = await use(client, "zoom_custom-action", {
    method: "DELETE",
    path: `/meetings/${meetingId}`,
  });
  const ids = [update, removal, custom].map(({ value }) => value.waitsForApproval as string);
  expect(await topic()).toBe("To be changed");
  const shown = await Promise.all(
    ids.map((id) => asPerson<{ use: string; effect: string }>("GET", `/approvals/${id}`)),
  );
  expect(shown.map(({ use: what, effect }) => [what, effect])).toEqual([
    ["zoom/update-meeting", "update"],
    ["zoom/delete-meeting", "delete"],
    // What it would do follows from its input.
    ["zoom/custom-action", "delete"],
  ]);

  await asPerson("POST", `/approvals/${ids[0]}/approve`);
  expect(await topic()).toBe("Changed");
  await asPerson("POST", `/approvals/${ids[2]}/decline`);
  expect(await topic()).toBe("Changed");
  await asPerson("POST", `/approvals/${ids[1]}/approve`);
  expect(await use(client, "zoom_get-meeting", { meetingId })).toMatchObject({ failed: true });
  // It is gone by now: a second removal is allowed and fails, and says so.
  const late = (await use(client, "zoom_delete-meeting", { meetingId })).value.waitsForApproval;
  expect(await asPerson("POST", `/approvals/${late}/approve`)).toMatchObject({ state: "failed" });
  expect((await use(client, "get_approval", { id: late })).value.error.message).toMatch(/./);
});

test("a key whose effects wait cannot go round it: by another key's approval, by itself, or by the rest of the API", async () => {
  const key = {
    role: "operator",
    effects: ["read", "create", "delete"],
    needsApproval: ["create", "delete"],
  };
  const made = await asPerson<{ key: string }>("POST", "/api-keys", { name: "round about", ...key });
  const headers = { authorization: `Bearer ${made.key}`, "content-type": "application/json" };
  const client = await connected(key);
  const { value } = await use(client, "zoom_create-meeting", { userId: "me", topic: "Waits" });
  const id = value.waitsForApproval as string;
  const post = async (path: string, body: object = {}) => {
    const answer = await fetch(`${api}${path}`, { method: "POST", headers, body: JSON.stringify(body) });
    return { status: answer.status, code: ((await answer.json()) as { error: { code: string } }).error.code };
  };
  for (const path of [`/approvals/${id}/approve`, `/approvals/${id}/decline`, "/jobs/rerun", "/jobs/cancel"])
    expect(await post(path, { ids: [] })).toMatchObject({ status: 403, code: "not-allowed" });
  // Another key does not learn what became of it.
  expect((await use(await connected(key), "get_approval", { id })).value.code).toBe("not-found");
  expect((await use(client, "get_approval", { id })).value).toEqual({ state: "pending" });
  await asPerson("POST", `/approvals/${id}/decline`);
});

test("a recipe that is there to be called is a tool, and gives what it returns", async () => {
  await call("POST", `${api}/recipes`, {
    source: `name: Greet somebody
description: Greets by name.
trigger: { use: recipe/called }
parameters: { type: object, properties: { who: { type: string } }, required: [who] }
result: { type: object, properties: { greeting: { type: string } } }
steps:
  - return: { greeting: "Hello {{ trigger.who }}" }
`,
  });
  const client = await connected({ effects: ["read", "create"] });
  const tool = (await allTools(client)).find(({ name }) => name === "recipe_greet_somebody");
  expect(tool).toMatchObject({ description: "Greets by name.", inputSchema: { required: ["who"] } });
  const { failed, value } = await use(client, "recipe_greet_somebody", { who: "Ada" });
  expect({ failed, value }).toMatchObject({ failed: false, value: { result: { greeting: "Hello Ada" } } });

  // It waits like what an action creates, and counts among a key's calls.
  const careful = await connected({
    ...{ effects: ["read", "create"], needsApproval: ["create"], callsPerMinute: 1 },
  });
  const asked = (await use(careful, "recipe_greet_somebody", { who: "Ben" })).value.waitsForApproval;
  expect(await asPerson("POST", `/approvals/${asked}/approve`)).toMatchObject({
    ...{ use: "recipe/Greet somebody", effect: "create", state: "done" },
    output: { result: { greeting: "Hello Ben" } },
  });
  expect((await use(careful, "recipe_greet_somebody", { who: "Ben" })).value.code).toBe("too-many-calls");
});

test("the MCP inspector's command line lists tools that any client can take, and calls one, over HTTP and standard input", async () => {
  const { key } = await asPerson<{ key: string }>("POST", "/api-keys", {
    name: "inspector",
    role: "operator",
  });
  const run = async (...args: string[]) => {
    const { stdout } = await promisify(execFile)(installed("mcp-inspector"), ["--cli", ...args], {
      maxBuffer: 64 * 1024 * 1024,
      // It keeps a list of servers, here as everywhere.
      env: { ...process.env, MCP_CATALOG_PATH: join(stack.home, "mcp-inspector.json") },
    });
    return JSON.parse(stdout);
  };
  const http = [`${stack.serverUrl}/mcp`, "--transport", "http"];
  const inspect = async (...args: string[]) =>
    await run(...http, ...args, "--header", `Authorization: Bearer ${key}`);
  // It ends with an error where a schema is one that some client refuses.
  const { tools } = await inspect("--method", "tools/list", "--strict");
  expect(tools.map(({ name }: Tool) => name)).toContain("search_actions");
  const ask = ["--method", "tools/call", "--tool-name", "zoom_get-user", "--tool-arg", "userId=me"];
  const { content, isError } = await inspect(...ask);
  expect(isError).not.toBe(true);
  expect(JSON.parse(content[0].text).email).toContain("@");
  const settings = [`GREENROOM_URL=${stack.serverUrl}`, `GREENROOM_API_KEY=${key}`].flatMap((set) => [
    "-e",
    set,
  ]);
  const server = [process.execPath, join(root, "apps/server/src/mcp-stdio.ts")];
  const { resources } = await run(...settings, ...server, "--method", "resources/list");
  expect(resources).toHaveLength(3);
}, 90_000);

test("an assistant that starts its servers itself reaches it over standard input and output", async () => {
  const { key } = await asPerson<{ key: string }>("POST", "/api-keys", { name: "stdio", role: "operator" });
  const client = new Client({ name: "test", version: "1" });
  clients.push(client);
  await client.connect(
    new StdioClientTransport({
      command: process.execPath,
      args: [join(root, "apps/server/src/mcp-stdio.ts")],
      env: { GREENROOM_URL: stack.serverUrl, GREENROOM_API_KEY: key },
    }),
  );
  expect((await use(client, "zoom_get-user", { userId: "me" })).value.email).toContain("@");
});

test("every call is in the audit log, with who and what came of it; nobody without a key comes in", async () => {
  const { items } = await asPerson<{ items: { actor: object; action: string; after: object }[] }>(
    "GET",
    "/audit?subjectType=actions&limit=100",
  );
  expect(items).toContainEqual(
    expect.objectContaining({
      ...{ action: "called an action", actor: expect.objectContaining({ kind: "key", name: "assistant" }) },
      subject: { type: "actions", id: "zoom/get-user", name: "zoom" },
      after: { input: { userId: "me" }, outcome: "done" },
    }),
  );
  expect(items.some(({ action }) => action === "approved an action")).toBe(true);
  const nobody = new StreamableHTTPClientTransport(new URL(`${stack.serverUrl}/mcp`));
  await expect(new Client({ name: "nobody", version: "1" }).connect(nobody)).rejects.toThrow();
});

test("a person sees in the browser what an assistant wants to create, and allows it", async () => {
  const client = await connected({ effects: ["read", "create"], needsApproval: ["create"] });
  const { value } = await use(client, "zoom_create-meeting", {
    userId: "me",
    topic: "Allowed in the browser",
  });
  const browser = await launchBrowser();
  try {
    const context = await browser.newContext({ baseURL: stack.serverUrl });
    await signInBrowser(context, stack);
    const page = await context.newPage();
    await page.goto("/settings/approvals");
    const card = page.getByRole("article", { name: "zoom/create-meeting by assistant" });
    await card.getByText("Allowed in the browser").waitFor();
    await card.getByText("create", { exact: true }).waitFor();
    await card.getByRole("button", { name: "Allow and do it" }).click();
    await page.getByText("Nothing waits for you").waitFor();
  } finally {
    await browser.close();
  }
  expect((await use(client, "get_approval", { id: value.waitsForApproval })).value.state).toBe("done");
}, 60_000);
