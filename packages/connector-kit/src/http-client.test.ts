import { createServer, type IncomingMessage, type Server, type ServerResponse } from "node:http";
import { inspect } from "node:util";
import { gzipSync } from "node:zlib";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { answerText, biggestAnswerBytes } from "./answer-text.ts";
import { ConnectorError } from "./connector-error.ts";
import { createHttpClient, type HttpClientOptions } from "./http-client.ts";
import { createLimiter } from "./limiter.ts";
import { Secret } from "./secret.ts";

type Answer = (request: IncomingMessage & { text: string }, response: ServerResponse) => void;

let server: Server;
let baseUrl: string;
let answers: Answer[];
let requests: { method: string; url: string; headers: IncomingMessage["headers"]; text: string }[];

const json =
  (status: number, body: unknown, headers: Record<string, string> = {}): Answer =>
  (_, response) =>
    response.writeHead(status, { "content-type": "application/json", ...headers }).end(JSON.stringify(body));
const portOf = (of: Server) => {
  const address = of.address();
  return typeof address === "object" && address ? address.port : 0;
};
const hangUp: Answer = (request) => request.socket.destroy();

beforeEach(async () => {
  answers = [];
  requests = [];
  server = createServer((request, response) => {
    const chunks: Buffer[] = [];
    request.on("data", (chunk: Buffer) => chunks.push(chunk));
    request.on("end", () => {
      const text = Buffer.concat(chunks).toString();
      requests.push({ method: request.method ?? "", url: request.url ?? "", headers: request.headers, text });
      (answers.shift() ?? json(200, { ok: true }))(Object.assign(request, { text }), response);
    });
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  baseUrl = `http://127.0.0.1:${portOf(server)}/v2`;
});

afterEach(async () => {
  server.closeAllConnections();
  await new Promise((resolve) => server.close(resolve));
});

/** A client on a clock of its own, which sleeping moves. */
function clientOf(options: Partial<HttpClientOptions> = {}) {
  let nowMs = Date.parse("2026-01-01T00:00:00Z");
  const slept: number[] = [];
  const now = () => new Date(nowMs);
  const sleep = async (ms: number) => {
    slept.push(ms);
    nowMs += ms;
  };
  const client = createHttpClient({
    baseUrl,
    now,
    sleep,
    random: () => 1,
    decodeError: ({ status }) =>
      new ConnectorError(kinds[status] ?? "invalid-input", `http.${status}`, `HTTP ${status}`),
    ...options,
  });
  return { client, slept, now, sleep };
}

const kinds: Record<number, ConnectorError["kind"]> = {
  401: "reconnect",
  429: "rate-limited",
  503: "unavailable",
};

const failure = async (promise: Promise<unknown>): Promise<ConnectorError> => {
  const error: unknown = await promise.catch((reason: unknown) => reason);
  if (!(error instanceof ConnectorError)) throw new Error("expected a ConnectorError", { cause: error });
  return error;
};

describe("a request", () => {
  it("carries encoded ids, the query without undefined values, and everything falsy in the body", async () => {
    const { client } = clientOf();
    await client.request("PATCH", "/users/{userId}/things", {
      path: { userId: "a b/ü" },
      query: { page: 0, all: false, none: undefined },
      body: { off: false, zero: 0, empty: "" },
    });
    expect(requests[0]).toMatchObject({
      method: "PATCH",
      url: "/v2/users/a%20b%2F%C3%BC/things?page=0&all=false",
      text: '{"off":false,"zero":0,"empty":""}',
    });
    expect(requests[0]?.headers["content-type"]).toBe("application/json");
  });

  it("lets the connector encode its own ids", async () => {
    const { client } = clientOf({ encodeParameter: (value) => `<${value}>` });
    await client.request("GET", "/things/{id}", { path: { id: 7 } });
    expect(requests[0]?.url).toBe("/v2/things/%3C7%3E");
  });

  it.each(["", ".", ".."])("is not sent when an id is “%s”", async (id) => {
    const { client } = clientOf();
    const error = await failure(client.request("DELETE", "/things/{thingId}", { path: { thingId: id } }));
    expect(error).toMatchObject({ kind: "invalid-input", fields: [{ field: "thingId" }] });
    expect(requests).toEqual([]);
  });

  it("lets the caller's Content-Type take the place of ours", async () => {
    await clientOf().client.request("POST", "/", {
      headers: { "Content-Type": "text/plain" },
      body: "hello",
    });
    expect(requests[0]).toMatchObject({ text: "hello", headers: { "content-type": "text/plain" } });
  });

  it("gives undefined where the answer is empty", async () => {
    answers.push((_, response) => response.writeHead(204).end());
    await expect(clientOf().client.request("DELETE", "/x")).resolves.toBeUndefined();
  });

  it("is an unexpected response when the answer is not JSON", async () => {
    answers.push((_, response) =>
      response.writeHead(200, { "content-type": "text/html" }).end("<h1>Sign in</h1>"),
    );
    const error = await failure(clientOf().client.request("GET", "/x"));
    expect(error).toMatchObject({ kind: "unexpected-response", code: "not-json" });
    expect(error.message).toContain("text/html");
  });

  it("gives text out to who asks for the whole answer", async () => {
    answers.push((_, response) => response.writeHead(200, { "content-type": "text/csv" }).end("a,b"));
    await expect(clientOf().client.send("GET", "/x")).resolves.toMatchObject({ status: 200, body: "a,b" });
  });
});

describe("authorization", () => {
  it("asks for another token once when the service refuses the first", async () => {
    answers.push(json(401, {}));
    const asked: (string | undefined)[] = [];
    const { client } = clientOf({
      accessToken: async (options) => {
        asked.push(options?.after?.reveal());
        return { accessToken: new Secret(options?.after ? "new" : "old"), apiUrl: undefined };
      },
    });
    await client.request("POST", "/x", { body: {} });
    expect(asked).toEqual([undefined, "old"]);
    expect(requests.map(({ headers }) => headers.authorization)).toEqual(["Bearer old", "Bearer new"]);
  });

  it("gives up when the second token is refused too", async () => {
    answers.push(json(401, {}), json(401, {}));
    const { client } = clientOf({
      accessToken: async () => ({ accessToken: new Secret("t"), apiUrl: undefined }),
    });
    expect(await failure(client.request("GET", "/x"))).toMatchObject({ kind: "reconnect" });
    expect(requests).toHaveLength(2);
  });

  it("goes where the token says the API lives", async () => {
    const { client } = clientOf({
      baseUrl: "http://127.0.0.1:9/elsewhere",
      accessToken: async () => ({ accessToken: new Secret("t"), apiUrl: baseUrl }),
    });
    await expect(client.request("GET", "/x")).resolves.toEqual({ ok: true });
  });

  it("shows the token in no error, not even in its cause", async () => {
    const { client } = clientOf({
      accessToken: async () => ({ accessToken: new Secret("very-secret\n-token"), apiUrl: undefined }),
    });
    const error = await failure(client.request("GET", "/x"));
    expect(error).toMatchObject({ kind: "invalid-input", code: "malformed-request" });
    expect(inspect(error, { depth: 10 })).not.toContain("very-secret");
  });
});

describe("limits", () => {
  it("waits as the service asks, in seconds, and sends even a POST again: it was not carried out", async () => {
    answers.push(json(429, {}, { "retry-after": "2" }));
    const { client, slept } = clientOf();
    await client.request("POST", "/x", { body: {} });
    expect(slept).toEqual([2000]);
    expect(requests).toHaveLength(2);
  });

  it.each([
    ["an HTTP date", "Thu, 01 Jan 2026 00:00:01 GMT"],
    ["an ISO date-time", "2026-01-01T00:00:01Z"],
  ])("understands Retry-After as %s", async (_, value) => {
    answers.push(json(429, {}, { "retry-after": value }));
    const { client, slept } = clientOf();
    await client.request("GET", "/x");
    expect(slept).toEqual([1000]);
  });

  it("hands a long wait to the engine, with its end", async () => {
    answers.push(json(429, {}, { "retry-after": "2026-01-02T00:00:00Z" }));
    const { client, slept } = clientOf();
    const error = await failure(client.request("GET", "/x"));
    expect(error).toMatchObject({ kind: "rate-limited", retryAt: new Date("2026-01-02T00:00:00Z") });
    expect(slept).toEqual([]);
  });

  it("holds back all the clients of an account after one was refused", async () => {
    const { now, sleep, slept } = clientOf();
    const limiter = createLimiter({ now, sleep });
    const one = clientOf({ limiter, now, sleep }).client;
    const other = clientOf({ limiter, now, sleep }).client;
    answers.push(json(429, {}, { "retry-after": "30" }));
    await failure(one.request("GET", "/x"));
    expect(await failure(other.request("GET", "/x"))).toMatchObject({
      kind: "rate-limited",
      retryAt: new Date("2026-01-01T00:00:30Z"),
    });
    expect(requests).toHaveLength(1);
    await sleep(29_000);
    await other.request("GET", "/x");
    expect(slept).toEqual([29_000, 1000]);
  });

  it("lets other operations through when one has used up its day", async () => {
    const { now, sleep } = clientOf();
    const { client } = clientOf({ limiter: createLimiter({ now, sleep }), now, sleep });
    answers.push(json(429, {}, { "retry-after": "2026-01-02T00:00:00Z" }));
    await failure(client.request("POST", "/x"));
    await expect(client.request("GET", "/y")).resolves.toEqual({ ok: true });
  });
});

describe("failures", () => {
  it("tries a read again after the service was unavailable, with growing waits", async () => {
    answers.push(json(503, {}), hangUp);
    const { client, slept } = clientOf();
    await expect(client.request("GET", "/x")).resolves.toEqual({ ok: true });
    expect(slept).toEqual([200, 400]);
  });

  it("gives up after three attempts", async () => {
    answers.push(json(503, {}), json(503, {}), json(503, {}));
    expect(await failure(clientOf().client.request("GET", "/x"))).toMatchObject({ kind: "unavailable" });
    expect(requests).toHaveLength(3);
  });

  it("never repeats a POST whose answer was lost, and says that its outcome is unknown", async () => {
    answers.push(hangUp);
    const error = await failure(clientOf().client.request("POST", "/x", { body: {} }));
    expect(error.kind).toBe("outcome-unknown");
    expect(requests).toHaveLength(1);
  });

  it("repeats a POST that the caller calls idempotent", async () => {
    answers.push(hangUp);
    await expect(clientOf().client.request("POST", "/x", { idempotent: true })).resolves.toEqual({
      ok: true,
    });
    expect(requests).toHaveLength(2);
  });

  it("knows that a POST to a closed port was never sent", async () => {
    const port = portOf(server);
    server.closeAllConnections();
    await new Promise((resolve) => server.close(resolve));
    const { client, slept } = clientOf({ baseUrl: `http://127.0.0.1:${port}` });
    const error = await failure(client.request("POST", "/x"));
    expect(error).toMatchObject({ kind: "unavailable", code: "econnrefused" });
    expect(slept).toHaveLength(2);
    server.listen(0);
  });

  it("reads no more of an answer than fits into memory; errors are told by what they are", async () => {
    const endless =
      (status: number): Answer =>
      (_, response) =>
        response
          .writeHead(status, { "content-type": "application/json", "content-length": 2 * biggestAnswerBytes })
          .write("[");
    answers.push(endless(200), endless(404));
    const { client } = clientOf();
    expect(await failure(client.request("GET", "/x"))).toMatchObject({
      ...{ kind: "unexpected-response", code: "answer-too-large" },
      hint: expect.stringContaining("file"),
    });
    expect(await failure(client.request("GET", "/x"))).toMatchObject({ code: "http.404" });
    expect(requests).toHaveLength(2);
  });

  it("counts what an answer unpacks to, however little of it travels", async () => {
    const packed = gzipSync(Buffer.alloc(1_000_000, " "));
    expect(packed.length).toBeLessThan(2_000);
    const bomb: Answer = (_, response) => response.writeHead(200, { "content-encoding": "gzip" }).end(packed);
    answers.push(bomb, bomb);
    expect(await answerText(await fetch(baseUrl), 999_999)).toMatchObject({ isWhole: false });
    const { text, isWhole } = await answerText(await fetch(baseUrl), 1_000_000);
    expect([text.length, isWhole]).toEqual([1_000_000, true]);
  });

  it("ends an attempt at its time limit", async () => {
    answers.push(() => {});
    const error = await failure(clientOf().client.request("POST", "/x", { timeoutMs: 30 }));
    expect(error).toMatchObject({ kind: "outcome-unknown", code: "timeout" });
  });

  it("does not begin another attempt beyond the time limit of the whole call", async () => {
    answers.push(json(503, {}));
    const { client } = clientOf({ totalTimeoutMs: 150 });
    expect(await failure(client.request("GET", "/x"))).toMatchObject({ kind: "unavailable" });
    expect(requests).toHaveLength(1);
  });

  it("stops with the caller's reason when it is cancelled", async () => {
    const cancel = new AbortController();
    answers.push(() => cancel.abort(new Error("the server stops")));
    await expect(clientOf().client.request("GET", "/x", { signal: cancel.signal })).rejects.toThrow(
      "the server stops",
    );
  });
});
