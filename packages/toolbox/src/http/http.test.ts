import { createServer, type IncomingMessage, type Server, type ServerResponse } from "node:http";
import { BlockList } from "node:net";
import { addressRefusal, ConnectorError, runAction } from "@greenroom/connector-kit";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { createHttpConnector, type HttpConnectorOptions } from "./http.ts";
import { sendRequest } from "./send-request.ts";

let server: Server;
let origin: string;
let seen: {
  method: string | undefined;
  url: string | undefined;
  headers: IncomingMessage["headers"];
  text: string;
}[];
let answer: (response: ServerResponse) => void;

beforeEach(async () => {
  seen = [];
  answer = (response) => response.writeHead(200, { "content-type": "application/json" }).end('{"ok":true}');
  server = createServer((request, response) => {
    let text = "";
    request.on("data", (chunk: Buffer) => (text += chunk.toString()));
    request.on("end", () => {
      seen.push({ method: request.method, url: request.url, headers: request.headers, text });
      answer(response);
    });
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const address = server.address();
  origin = `http://127.0.0.1:${typeof address === "object" && address ? address.port : 0}`;
});

afterEach(async () => {
  server.closeAllConnections();
  await new Promise((resolve) => server.close(resolve));
});

async function send(input: object, options: HttpConnectorOptions = {}): Promise<unknown> {
  const connector = createHttpConnector(options);
  const client = connector.createClient({ profile: {}, accessToken: undefined });
  const action = connector.actions["send-request"];
  if (!action) throw new Error("no send-request");
  return await runAction(action, { client, input, idempotencyKey: "job:steps[0]" });
}

async function failure(promise: Promise<unknown>): Promise<ConnectorError> {
  const error: unknown = await promise.catch((reason: unknown) => reason);
  if (!(error instanceof ConnectorError)) throw new Error("expected a ConnectorError", { cause: error });
  return error;
}

describe("send-request", () => {
  it("gives status, headers and the decoded body", async () => {
    const result = await send({ url: `${origin}/a`, query: { page: 0, all: false } });
    expect(result).toMatchObject({
      status: 200,
      headers: { "content-type": "application/json" },
      body: { ok: true },
    });
    expect(seen[0]).toMatchObject({ method: "GET", url: "/a?page=0&all=false" });
    expect(seen[0]?.headers["idempotency-key"]).toBeUndefined();
  });

  it("sends an object as JSON, text as it is, and the step's key with whatever changes something", async () => {
    await send({ method: "POST", url: `${origin}/a`, body: { on: false } });
    await send({ method: "PUT", url: `${origin}/a`, body: "x=1", headers: { "Content-Type": "text/plain" } });
    expect(seen[0]).toMatchObject({
      text: '{"on":false}',
      headers: { "idempotency-key": "job:steps%5B0%5D" },
    });
    expect(seen[1]).toMatchObject({ text: "x=1", headers: { "content-type": "text/plain" } });
  });

  it("leaves braces in an address alone", async () => {
    await send({ url: `${origin}/odd/{id}` });
    expect(seen[0]?.url).toBe("/odd/%7Bid%7D");
  });

  it("fails by the status, without the query in the message", async () => {
    answer = (response) =>
      response.writeHead(404, { "content-type": "application/json" }).end('{"error":"gone"}');
    const error = await failure(send({ url: `${origin}/a?key=hidden` }));
    expect(error).toMatchObject({ kind: "not-found", code: "http.404" });
    expect(error.message).toBe(`GET ${origin}/a answered 404: {"error":"gone"}`);
  });

  it("takes an expected status as an answer", async () => {
    answer = (response) => response.writeHead(404).end();
    await expect(send({ url: origin, expectStatus: 404 })).resolves.toMatchObject({
      status: 404,
      body: null,
    });
    await expect(send({ url: origin, expectStatus: [404, 410] })).resolves.toMatchObject({ status: 404 });
  });

  it("does not know what became of a POST that a server error answered, and does not repeat it", async () => {
    answer = (response) => response.writeHead(502).end();
    expect((await failure(send({ method: "POST", url: origin }))).kind).toBe("outcome-unknown");
    expect(seen).toHaveLength(1);
  });

  it("repeats a POST that the recipe calls idempotent", async () => {
    answer = (response) => response.writeHead(seen.length === 1 ? 502 : 200).end();
    await expect(send({ method: "POST", url: origin, idempotent: true })).resolves.toMatchObject({
      status: 200,
    });
  });

  it("names where a redirect goes, and does not follow it", async () => {
    answer = (response) => response.writeHead(302, { location: "http://169.254.169.254/" }).end();
    const error = await failure(send({ url: origin }));
    expect(error.message).toContain("is redirected to http://169.254.169.254/");
    expect(seen).toHaveLength(1);
  });

  it.each([
    [{ url: "ftp://example.com" }, "url"],
    [{ url: "example.com" }, "url"],
    [{ url: "https://example.com", methd: "GET" }, "methd"],
    [{ url: "https://example.com", headers: { "bad name": "x" } }, "headers"],
    [{ url: "https://example.com", body: "x" }, "body"],
  ])("refuses %j before it sends anything, naming %s", async (input, field) => {
    const error = await failure(send(input));
    expect(error.kind).toBe("invalid-input");
    expect(error.fields[0]?.field).toContain(field);
  });

  it("is a read, an update or a creation by its method", () => {
    const effects = ["GET", "HEAD", "POST", "PUT", "PATCH", "DELETE"].map((method) =>
      sendRequest.effectOf?.({ method, url: "https://example.com" }),
    );
    expect(effects).toEqual(["read", "read", "create", "update", "update", "delete"]);
  });
});

describe("addresses", () => {
  it("refuses where clouds keep credentials, however it is written", async () => {
    for (const host of [
      "169.254.169.254",
      "[::ffff:169.254.169.254]",
      "2852039166",
      "0xa9.0xfe.0xa9.0xfe",
      "[fe80::1]",
    ]) {
      const error = await failure(send({ url: `http://${host}/latest/meta-data/` }));
      expect([host, error.kind, error.code]).toEqual([host, "forbidden", "address-refused"]);
    }
  });

  it("refuses private networks where the operator wants that, by address and by name", async () => {
    const closed = { allowPrivateNetworks: false };
    expect(await failure(send({ url: origin }, closed))).toMatchObject({ code: "address-refused" });
    const byName = origin.replace("127.0.0.1", "localhost");
    expect(await failure(send({ url: byName }, closed))).toMatchObject({ code: "address-refused" });
    expect(seen).toEqual([]);
  });

  it("calls those private networks that the operator named, and no others", async () => {
    const some = new BlockList();
    some.addSubnet("10.1.0.0", 16);
    expect(addressRefusal("10.1.2.3", { allowPrivateNetworks: some })).toBeUndefined();
    expect(addressRefusal("::ffff:10.1.2.3", { allowPrivateNetworks: some })).toBeUndefined();
    expect(addressRefusal("::ffff:10.2.2.3", { allowPrivateNetworks: some })).toBeDefined();
    expect(addressRefusal("10.2.2.3", { allowPrivateNetworks: some })).toMatch(/private network/);
    some.addAddress("169.254.169.254");
    expect(addressRefusal("169.254.169.254", { allowPrivateNetworks: some })).toMatch(/link-local/);
    expect(await failure(send({ url: origin }, { allowPrivateNetworks: some }))).toMatchObject({
      code: "address-refused",
    });
  });

  it("calls services on this machine by name where that is allowed", async () => {
    await expect(send({ url: origin.replace("127.0.0.1", "localhost") })).resolves.toMatchObject({
      status: 200,
    });
  });

  it.each([
    ["93.184.216.34", false],
    ["2606:2800:220:1::1", false],
    ["10.1.2.3", true],
    ["172.31.255.255", true],
    ["172.32.0.1", false],
    ["::1", true],
    ["fd12::1", true],
    ["64:ff9b::a01:203", true],
    ["0.0.0.0", true],
  ])("%s is private: %s", (address, isPrivate) => {
    expect(addressRefusal(address, { allowPrivateNetworks: false }) !== undefined).toBe(isPrivate);
    expect(addressRefusal(address, { allowPrivateNetworks: true })).toBeUndefined();
  });
});
