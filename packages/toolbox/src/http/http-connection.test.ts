/** Connections of the HTTP connector, pages and files, against a real HTTP server in this file. */
import { readFileRef } from "@greenroom/connector-kit";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import {
  type Answer,
  connect,
  failure,
  fileOf,
  type StandIn,
  type Seen,
  startStandIn,
} from "../stand-in.test-kit.ts";
import { createHttpConnector } from "./http.ts";

let service: StandIn;
let answer: (request: Seen) => Answer;
beforeEach(async () => {
  answer = () => ({ body: { ok: true } });
  service = await startStandIn((request) => answer(request));
});
afterEach(() => service.close());

const http = createHttpConnector();
const to = (kind: string | undefined, form: Record<string, string> = {}) =>
  connect(http, kind, { base_url: `${service.url}/v1`, ...form });

describe("credentials", () => {
  it.each([
    ["http-bearer", { token: "t-1" }, (seen: Seen) => seen.headers.authorization, "Bearer t-1"],
    [
      "http-basic",
      { username: "ada", password: "p:w" },
      (seen: Seen) => seen.headers.authorization,
      `Basic ${Buffer.from("ada:p:w").toString("base64")}`,
    ],
    ["http-api-key", { key_name: "X-Key", key: "k-1" }, (seen: Seen) => seen.headers["x-key"], "k-1"],
    [
      "http-api-key",
      { place: "query", key_name: "api_key", key: "k&2" },
      (seen: Seen) => seen.query.get("api_key"),
      "k&2",
    ],
  ] as const)("%s sends them with every request", async (kind, form, sent, value) => {
    const { run } = await to(kind, form);
    await run("send-request", { url: "/things", query: { page: 2 } });
    expect(service.seen[0]).toMatchObject({ path: "/v1/things" });
    expect(service.seen[0]?.query.get("page")).toBe("2");
    expect(sent(service.seen[0]!)).toBe(value);
  });

  it("go to the connection's host and to no other", async () => {
    const other = await startStandIn(() => ({ body: {} }));
    const { run } = await to("http-bearer", { token: "t-1" });
    const error = await failure(run("send-request", { url: `${other.url}/steal` }));
    expect(error).toMatchObject({
      kind: "invalid-input",
      code: "not-the-connections",
      fields: [{ field: "url" }],
    });
    expect(await failure(run("download-file", { url: `${other.url}/steal` }))).toMatchObject({
      code: "not-the-connections",
    });
    expect(other.seen).toEqual([]);
    await other.close();
  });

  it("a path needs a connection", async () => {
    const { run } = await to(undefined);
    expect(await failure(run("send-request", { url: "/things" }))).toMatchObject({ code: "no-base-url" });
  });

  it("are tried by the path that the form names", async () => {
    const kind = { token: "t-1", test_path: "/me" };
    expect(await (await to("http-bearer", kind)).identify()).toMatchObject({
      accountId: new URL(service.url).host,
    });
    expect(service.seen[0]).toMatchObject({ path: "/v1/me", headers: { authorization: "Bearer t-1" } });
    answer = () => ({ status: 401, body: { error: "bad token" } });
    const error = await failure((await to("http-bearer", kind)).identify());
    expect(error.kind).toBe("forbidden");
    expect(error.message).not.toContain("t-1");
  });
});

describe("OAuth 2.0 client credentials", () => {
  const form = () => ({
    token_url: `${service.url}/token`,
    client_id: "id",
    client_secret: "s/e",
    scope: "a b",
  });
  let issued = 0;
  const oauthServer = (request: Seen): Answer => {
    if (request.path === "/token") {
      issued += 1;
      return { body: { access_token: `token-${issued}`, token_type: "Bearer", expires_in: 60 } };
    }
    return request.headers.authorization === `Bearer token-${issued}`
      ? { body: { ok: true } }
      : { status: 401 };
  };

  it("fetches a token with the app's own secret, and sends it", async () => {
    issued = 0;
    answer = oauthServer;
    const { run } = await to("http-client-credentials", form());
    await run("send-request", { url: "/things" });
    const [asked, sent] = service.seen;
    expect(asked?.headers.authorization).toBe(`Basic ${Buffer.from("id:s%2Fe").toString("base64")}`);
    expect(Object.fromEntries(new URLSearchParams(asked?.text))).toEqual({
      grant_type: "client_credentials",
      scope: "a b",
    });
    expect(sent?.headers.authorization).toBe("Bearer token-1");
  });

  it("sends the secret in the body where the service wants that", async () => {
    answer = oauthServer;
    const { run } = await to("http-client-credentials", {
      ...form(),
      authentication: "post",
      audience: "api",
    });
    await run("send-request", { url: "/things" });
    expect(Object.fromEntries(new URLSearchParams(service.seen[0]?.text))).toMatchObject({
      ...{ client_id: "id", client_secret: "s/e", audience: "api" },
    });
  });

  it("says what the service has against the app, without its secret", async () => {
    answer = () => ({ status: 400, body: { error: "invalid_scope", error_description: "No such scope." } });
    const error = await failure(
      (await to("http-client-credentials", form())).run("send-request", { url: "/x" }),
    );
    expect(error).toMatchObject({ kind: "forbidden", code: "oauth.invalid_scope" });
    expect(error.message).toBe("The service refused the token: No such scope.");
    answer = () => ({
      status: 401,
      headers: { "www-authenticate": "Basic" },
      body: { error: "invalid_client" },
    });
    const unknown = await failure(
      (await to("http-client-credentials", form())).run("send-request", { url: "/x" }),
    );
    expect(unknown.kind).toBe("forbidden");
    answer = () => ({ status: 200, body: "<html>sign in</html>", headers: { "content-type": "text/html" } });
    const page = await failure(
      (await to("http-client-credentials", form())).run("send-request", { url: "/x" }),
    );
    expect(page.kind).toBe("unexpected-response");
    answer = () => ({ status: 503 });
    const away = await failure(
      (await to("http-client-credentials", form())).run("send-request", { url: "/x" }),
    );
    expect(away.kind).toBe("unavailable");
  });
});

describe("read-pages", () => {
  const all = Array.from({ length: 25 }, (_, index) => ({ id: index + 1 }));
  const slice = (from: number) => all.slice(from, from + 10);

  it("follows the header Link", async () => {
    answer = ({ query }) => {
      const page = Number(query.get("page") ?? 1);
      const next = `<${service.url}/v1/list?page=${page + 1}>; rel="next", <${service.url}/v1/list?page=1>; rel="first"`;
      return { body: slice((page - 1) * 10), headers: { link: page < 3 ? next : "" } };
    };
    const { run } = await to("http-bearer", { token: "t" });
    expect(await run("read-pages", { url: "/list", paging: { by: "link" } })).toEqual({
      items: all,
      pages: 3,
      more: false,
    });
    expect(service.seen.every(({ headers }) => headers.authorization === "Bearer t")).toBe(true);
  });

  it("follows an address in the body, also a relative one", async () => {
    answer = ({ query }) => {
      const at = Number(query.get("at") ?? 0);
      return { body: { data: { items: slice(at) }, next: at < 20 ? `/v1/list?at=${at + 10}` : null } };
    };
    const { run } = await to(undefined);
    const paging = { by: "link", nextAt: "next" };
    const input = { url: `${service.url}/v1/list`, itemsAt: "data.items", paging };
    expect(await run("read-pages", input)).toEqual({ items: all, pages: 3, more: false });
  });

  it("counts pages, and items passed over", async () => {
    answer = ({ query }) => ({
      body: {
        items: slice(query.has("offset") ? Number(query.get("offset")) : (Number(query.get("p")) - 1) * 10),
      },
    });
    const { run } = await to(undefined);
    const input = { url: `${service.url}/list`, itemsAt: "items" };
    expect((await run("read-pages", { ...input, paging: { by: "page", parameter: "p" } })).items).toEqual(
      all,
    );
    const byOffset = await run("read-pages", { ...input, query: { offset: 5 }, paging: { by: "offset" } });
    expect(byOffset.items).toEqual(all.slice(5));
  });

  it("says so where a page's cursor is none", async () => {
    answer = () => ({ body: { items: slice(0), next: { page: 2 } } });
    const { run } = await to(undefined);
    const paging = { by: "cursor", parameter: "next", nextAt: "next" };
    const error = await failure(run("read-pages", { url: `${service.url}/list`, itemsAt: "items", paging }));
    expect(error.fields).toMatchObject([{ field: "paging.nextAt" }]);
  });

  it("hands cursors back, keeps the query, and stops at the limit", async () => {
    answer = ({ query }) => {
      const at = Number(query.get("next_page_token") ?? 0);
      return { body: { items: slice(at), next_page_token: at < 20 ? String(at + 10) : "" } };
    };
    const { run } = await to(undefined);
    const paging = { by: "cursor", parameter: "next_page_token", nextAt: "next_page_token" };
    const input = { url: `${service.url}/list`, query: { size: 10 }, itemsAt: "items", paging };
    expect(await run("read-pages", input)).toMatchObject({ items: all, more: false });
    expect(await run("read-pages", { ...input, limit: 15 })).toEqual({
      items: all.slice(0, 15),
      pages: 2,
      more: true,
    });
    expect(service.seen.every(({ query }) => query.get("size") === "10")).toBe(true);
  });

  it("ends where a service sends it round in circles, and says where the list is not", async () => {
    answer = () => ({ body: { items: [1], next: "/list" } });
    const { run } = await to(undefined);
    const input = { url: `${service.url}/list`, itemsAt: "items", paging: { by: "link", nextAt: "next" } };
    expect(await failure(run("read-pages", input))).toMatchObject({ code: "endless-pages" });
    const wrong = await failure(run("read-pages", { ...input, itemsAt: "data" }));
    expect(wrong.message).toBe("“data” of the body is no list; the body has items, next.");
  });
});

describe("files", () => {
  const bytes = Buffer.from(Array.from({ length: 70_000 }, (_, index) => index % 251));

  it("sends a file that an earlier step gave as the body, with its type and size", async () => {
    const { run } = await to("http-bearer", { token: "t" });
    const { file, openFile } = fileOf(bytes, "a.bin", "application/x-bin");
    await run("send-request", { method: "PUT", url: "/up", file }, { openFile });
    expect(service.seen[0]).toMatchObject({
      headers: { "content-type": "application/x-bin", "content-length": "70000" },
    });
  });

  it("sends it as a form does", async () => {
    let form: FormData | undefined;
    answer = ({ text, headers }) => {
      void new Response(text, { headers: { "content-type": headers["content-type"] ?? "" } })
        .formData()
        .then((parsed) => (form = parsed));
      return { body: {} };
    };
    const { run } = await to(undefined);
    const { file, openFile } = fileOf(Buffer.from("hello"), 'a "b".txt', "text/plain");
    const input = { method: "POST", url: `${service.url}/up`, file, form: { fields: { title: "Hi" } } };
    await run("send-request", input, { openFile });
    expect(form?.get("title")).toBe("Hi");
    const sent = form?.get("file");
    expect(sent instanceof File && [sent.type, await sent.text()]).toEqual(["text/plain", "hello"]);
  });

  it("opens the file anew when it is sent again", async () => {
    answer = () =>
      service.seen.length === 1 ? { status: 503, headers: { "retry-after": "0" } } : { body: {} };
    const { run } = await to(undefined);
    const { file, openFile } = fileOf(Buffer.from("hello"), "a.txt", "text/plain");
    await run("send-request", { method: "PUT", url: `${service.url}/up`, file }, { openFile });
    expect(service.seen.map(({ text }) => text)).toEqual(["hello", "hello"]);
  });

  it("gives an answer as a file that a later step streams, from any place in it", async () => {
    answer = ({ headers }) => {
      const from = Number(/\d+/.exec(headers.range ?? "")?.[0] ?? 0);
      const part = bytes.subarray(from);
      return {
        status: from > 0 ? 206 : 200,
        headers: {
          ...{ "content-type": "video/mp4", "content-length": String(part.length) },
          ...(from > 0 && { "content-range": `bytes ${from}-${bytes.length - 1}/${bytes.length}` }),
        },
        body: part,
      };
    };
    const { run, client } = await to("http-bearer", { token: "t" });
    const { file } = await run("download-file", { url: "/files/a%20b.mp4", query: { v: 1 } });
    expect(file).toEqual({
      ...{ connector: "http", connection: "mine", url: `${service.url}/v1/files/a%20b.mp4?v=1` },
      ...{ name: "a b.mp4", mediaType: "video/mp4", size: 70_000 },
    });
    const chunks: Uint8Array[] = [];
    for await (const chunk of readFileRef(client.openFile!, file)) chunks.push(chunk);
    expect(Buffer.concat(chunks).equals(bytes)).toBe(true);
    const { body } = await client.openFile!(file, 69_990);
    expect((await new Response(body).arrayBuffer()).byteLength).toBe(10);
    expect(service.seen.every(({ headers }) => headers.authorization === "Bearer t")).toBe(true);
  });

  it("follows a redirect to a storage, without the credentials", async () => {
    const storage = await startStandIn(() => ({ body: "stored" }));
    answer = () => ({ status: 302, headers: { location: `${storage.url}/signed` } });
    const { run } = await to("http-bearer", { token: "t" });
    expect((await run("download-file", { url: "/f", fileName: "f" })).file).toMatchObject({ name: "f" });
    expect(storage.seen[0]?.headers.authorization).toBeUndefined();
    await storage.close();
  });

  it("says that it is not there", async () => {
    answer = () => ({ status: 404 });
    const { run } = await to(undefined);
    const error = await failure(run("download-file", { url: `${service.url}/f?key=hidden` }));
    expect(error.kind).toBe("not-found");
    expect(error.message).not.toContain("hidden");
  });

  it.each([
    [{ method: "GET", file: fileOf(bytes, "a", "b/c").file }, "file"],
    [{ method: "POST", body: "x", file: fileOf(bytes, "a", "b/c").file }, "file"],
    [{ method: "POST", form: {} }, "form"],
  ])("refuses %j", async (input, field) => {
    const { run } = await to(undefined);
    const error = await failure(run("send-request", { url: service.url, ...input }));
    expect(error.fields[0]?.field).toBe(field);
  });
});
