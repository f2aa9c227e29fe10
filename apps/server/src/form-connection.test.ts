/** A connection whose form is all it takes, from the API to a step of a job, over real HTTP and the embedded PostgreSQL. */
import { createServer, type IncomingHttpHeaders, type Server as HttpServer } from "node:http";
import type { AddressInfo } from "node:net";
import { afterAll, beforeAll, expect, test } from "vitest";
import { type OwnedServer, startOwnedServer } from "./owned-server.test-kit.ts";

let server: OwnedServer;
let service: HttpServer;
let serviceUrl: string;
const seen: { url: string | undefined; headers: IncomingHttpHeaders }[] = [];

beforeAll(async () => {
  service = createServer(({ url, headers }, response) => {
    seen.push({ url, headers });
    const good = headers["x-api-key"] === "right";
    response.writeHead(good ? 200 : 401, { "content-type": "application/json" }).end('{"ok":true}');
  });
  await new Promise<void>((resolve) => service.listen(0, "127.0.0.1", resolve));
  serviceUrl = `http://127.0.0.1:${(service.address() as AddressInfo).port}`;
  server = await startOwnedServer({ PRIVATE_NETWORKS: "127.0.0.1" });
});
afterAll(async () => {
  await server.stop();
  service.close();
});

const api = (method: string, path: string, body?: object) => server.api(method, path, body);

async function connection(name: string, key: string): Promise<{ id: string; profileId: string }> {
  const fields = { base_url: serviceUrl, key_name: "X-API-Key", key, test_path: "/me" };
  const app = await api("POST", "/app-profiles", { connector: "http", kind: "http-api-key", name, fields });
  expect(app).toMatchObject({ status: 201, body: { kind: "http-api-key", secretsSet: ["key"] } });
  expect(app.body.fields).not.toHaveProperty("key");
  const made = await api("POST", "/connections", { name, connector: "http", profileId: app.body.id });
  expect(made.status).toBe(201);
  return made.body;
}

test("the catalogue tells that it is a form, and that the connector works without one too", async () => {
  const { body } = await api("GET", "/connectors");
  const http = body.items.find(({ id }: { id: string }) => id === "http");
  expect(http).toMatchObject({ connectionOptional: true });
  expect(http.connections.map(({ id, type }: { id: string; type: string }) => [id, type])).toContainEqual([
    "http-api-key",
    "form",
  ]);
});

test("it connects at once when the service takes the key, and says why when not", async () => {
  const { id } = await connection("right", "right");
  expect(await api("POST", `/connections/${id}/authorize`)).toMatchObject({ status: 200, body: {} });
  expect((await api("GET", `/connections/${id}`)).body).toMatchObject({
    state: "connected",
    identity: { accountId: new URL(serviceUrl).host, displayName: "X-API-Key" },
  });
  expect(seen.at(-1)).toMatchObject({ url: "/me", headers: { "x-api-key": "right" } });
  expect((await api("POST", `/connections/${id}/test`)).status).toBe(200);

  const wrong = await connection("wrong", "wrong");
  const refused = await api("POST", `/connections/${wrong.id}/authorize`);
  expect(refused.status).toBeGreaterThanOrEqual(400);
  expect(refused.body.error.message).toContain("/me answered 401");
  expect((await api("GET", `/connections/${wrong.id}`)).body.state).toBe("disconnected");
});

test("a key that is changed is used from the next call on", async () => {
  const { id, profileId } = await connection("changed", "right");
  await api("POST", `/connections/${id}/authorize`);
  await api("PATCH", `/app-profiles/${profileId}`, { fields: { key: "other" } });
  expect((await api("POST", `/connections/${id}/test`)).status).toBeGreaterThanOrEqual(400);
  expect(seen.at(-1)?.headers["x-api-key"]).toBe("other");
});

test("recipes name it, or leave it out", async () => {
  const recipe = (connectionLine: string) => `name: Call it
trigger: { use: zoom/meeting-ended, connection: none }
steps:
  - use: http/send-request
    ${connectionLine}
    input: { url: "${serviceUrl}/x" }
`;
  const problems = async (line: string) =>
    (await api("POST", "/recipes/lint", { source: recipe(line) })).body.problems
      .map(({ message }: { message: string }) => message)
      .filter((message: string) => message.includes("HTTP"));
  expect(await problems("connection: right")).toEqual([]);
  expect(await problems("")).toEqual([]);
  expect(await problems("connection: nobody")).toEqual(["There is no connection to HTTP named “nobody”."]);
});

test("it is disconnected and deleted like any other", async () => {
  const { id } = await connection("short", "right");
  await api("POST", `/connections/${id}/authorize`);
  expect((await api("POST", `/connections/${id}/disconnect`)).body).toMatchObject({ state: "disconnected" });
  expect((await api("DELETE", `/connections/${id}`)).status).toBe(204);
});
