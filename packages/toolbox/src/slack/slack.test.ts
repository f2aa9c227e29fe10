/** Slack over real HTTP against a small stand-in, written from Slack's public documents; the real one was not reached. */
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import {
  type Answer,
  connect,
  failure,
  fileOf,
  type Seen,
  type StandIn,
  startStandIn,
} from "../stand-in.test-kit.ts";
import { createSlackConnector } from "./slack.ts";

let slack: StandIn;
let override: ((request: Seen) => Answer) | undefined;
let uploaded: Map<string, string>;

/** What Slack's methods do, as its documents say. */
function answer(request: Seen): Answer {
  const { path, headers, query, json } = request;
  const overridden = override?.(request);
  if (overridden) return overridden;
  if (path.startsWith("/upload/")) {
    if (headers.authorization !== undefined) return { status: 400, body: "no token here" };
    uploaded.set(path, request.text);
    return { body: `OK - ${request.text.length}` };
  }
  if (path === "/hook/secret-path") return { body: "ok" };
  if (path === "/hook/gone") return { status: 404, body: "no_service" };
  if (headers.authorization !== "Bearer xoxb-1") return { body: { ok: false, error: "invalid_auth" } };
  const body = (json ?? {}) as Record<string, any>;
  switch (path) {
    case "/api/auth.test":
      return { body: { ok: true, team_id: "T1", team: "Acme", user_id: "U9", user: "greenroom" } };
    case "/api/chat.postMessage":
      if (body["channel"] === "C404" || body["channel"] === undefined)
        return { body: { ok: false, error: "channel_not_found" } };
      return { body: { ok: true, channel: "C1", ts: "1700000000.000100", message: body } };
    case "/api/users.lookupByEmail":
      if (query.get("email") !== "ada@acme.example") return { body: { ok: false, error: "users_not_found" } };
      return {
        body: {
          ok: true,
          user: { id: "U1", name: "ada", real_name: "Ada", profile: { email: "ada@acme.example" } },
        },
      };
    case "/api/conversations.list": {
      const from = Number(query.get("cursor") || 0);
      const channels = Array.from({ length: 3 }, (_, index) => ({
        id: `C${from + index}`,
        name: `c${from + index}`,
      }));
      return {
        body: { ok: true, channels, response_metadata: { next_cursor: from < 6 ? String(from + 3) : "" } },
      };
    }
    case "/api/files.getUploadURLExternal":
      if (!query.get("length")) return { body: { ok: false, error: "invalid_arguments" } };
      return {
        body: { ok: true, upload_url: `${slack.url}/upload/${query.get("filename")}`, file_id: "F1" },
      };
    case "/api/files.completeUploadExternal":
      return {
        body: {
          ok: true,
          files: [{ id: body["files"][0].id, permalink: "https://acme.slack.com/files/F1" }],
        },
      };
    default:
      return { body: { ok: false, error: "unknown_method" } };
  }
}

beforeEach(async () => {
  override = undefined;
  uploaded = new Map();
  slack = await startStandIn(answer);
});
afterEach(() => slack.close());

const connector = createSlackConnector({ allowPrivateNetworks: true });
const bot = (token = "xoxb-1") => connect(connector, "slack-bot", { token, api_url: `${slack.url}/api` });

describe("a bot", () => {
  it("says who it is, and when its token is dead", async () => {
    expect(await (await bot()).identify()).toMatchObject({
      accountId: "T1",
      accountName: "Acme",
      displayName: "greenroom",
    });
    expect(await failure((await bot("xoxb-dead")).identify())).toMatchObject({
      kind: "reconnect",
      code: "slack.invalid_auth",
    });
  });

  it("posts text and blocks into a channel or a thread", async () => {
    const { run } = await bot();
    const blocks = [{ type: "divider" }];
    const posted = await run("post-message", {
      channel: "#events",
      text: "Hi",
      blocks,
      threadTs: "1.2",
      unfurlLinks: false,
    });
    expect(posted).toEqual({ channel: "C1", ts: "1700000000.000100" });
    expect(slack.seen[0]?.json).toEqual({
      channel: "#events",
      text: "Hi",
      blocks,
      thread_ts: "1.2",
      unfurl_links: false,
    });
  });

  it("says which channel it does not find, and that one is needed", async () => {
    const { run } = await bot();
    expect(await failure(run("post-message", { channel: "C404", text: "Hi" }))).toMatchObject({
      kind: "not-found",
      hint: expect.stringContaining("ID"),
    });
    expect((await failure(run("post-message", { text: "Hi" }))).fields[0]?.field).toBe("channel");
  });

  it("finds a person by the address, or nobody", async () => {
    const { run } = await bot();
    expect((await run("find-user", { email: "ada@acme.example" })).user).toMatchObject({
      id: "U1",
      real_name: "Ada",
    });
    expect(await run("find-user", { email: "x@acme.example" })).toEqual({ user: null });
  });

  it("lists all channels, page by page, up to the limit", async () => {
    const { run } = await bot();
    const { channels, more } = await run("list-channels", {});
    expect([channels.length, more]).toEqual([9, false]);
    expect(slack.seen[0]?.query.get("types")).toBe("public_channel");
    expect(await run("list-channels", { limit: 4 })).toMatchObject({ channels: { length: 4 }, more: true });
  });

  it("streams a file to the place that Slack names, without its token, and shares it", async () => {
    const { run } = await bot();
    const { file, openFile } = fileOf(Buffer.from("x".repeat(100_000)), "report.csv", "text/csv");
    const shared = await run(
      "upload-file",
      { file, channelId: "C1", comment: "Here", title: "Report" },
      { openFile },
    );
    expect(shared).toEqual({ fileId: "F1", permalink: "https://acme.slack.com/files/F1" });
    expect(uploaded.get("/upload/report.csv")?.length).toBe(100_000);
    expect(slack.seen.at(-1)?.json).toEqual({
      files: [{ id: "F1", title: "Report" }],
      channel_id: "C1",
      initial_comment: "Here",
    });
    const unsized = { ...file, size: undefined };
    expect((await failure(run("upload-file", { file: unsized }, { openFile }))).hint).toContain(
      "files/save-file",
    );
  });

  it("waits as long as Slack says, and names the scope that is missing", async () => {
    const { run } = await bot();
    override = () => ({
      status: 429,
      headers: { "retry-after": "30" },
      body: { ok: false, error: "ratelimited" },
    });
    const limited = await failure(run("post-message", { channel: "C1", text: "Hi" }));
    expect(limited.kind).toBe("rate-limited");
    expect(limited.retryAt!.getTime() - Date.now()).toBeGreaterThan(25_000);
    override = () => ({ body: { ok: false, error: "missing_scope", needed: "users:read.email" } });
    const scope = await failure(run("find-user", { email: "ada@acme.example" }));
    expect([scope.kind, scope.message]).toEqual([
      "forbidden",
      "Slack refused: missing scope. It needs the scope users:read.email.",
    ]);
    override = () => ({ status: 502 });
    expect((await failure(run("post-message", { channel: "C1", text: "Hi" }))).kind).toBe("outcome-unknown");
    override = () => ({ body: "<html>", headers: { "content-type": "text/html" } });
    expect((await failure(run("post-message", { channel: "C1", text: "Hi" }))).code).toBe("slack.no-answer");
  });
});

describe("an incoming webhook", () => {
  const hook = (path: string) =>
    connect(connector, "slack-webhook", { webhook_url: `${slack.url}/hook/${path}` });

  it("posts into its own channel, and cannot do more", async () => {
    const { run, identify } = await hook("secret-path");
    expect(await run("post-message", { text: "Hi" })).toEqual({ channel: null, ts: null });
    expect(slack.seen[0]).toMatchObject({ path: "/hook/secret-path", json: { text: "Hi" } });
    expect(await failure(run("find-user", { email: "a@acme.example" }))).toMatchObject({
      kind: "forbidden",
      code: "slack.webhook",
    });
    expect(await identify()).toMatchObject({ accountId: new URL(slack.url).host });
  });

  it("that is gone says so, without its address, which is its permission", async () => {
    const error = await failure((await hook("gone")).run("post-message", { text: "Hi" }));
    expect(error).toMatchObject({ kind: "not-found", code: "slack.no_service" });
    expect(JSON.stringify([error.message, error.hint])).not.toContain("/hook/");
    const bad = await connect(connector, "slack-webhook", { webhook_url: "nothing" });
    expect((await failure(bad.identify())).fields[0]?.field).toBe("webhook_url");
  });
});
