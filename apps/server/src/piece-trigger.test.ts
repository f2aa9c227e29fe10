/** A piece's webhook trigger in the whole server: its service is told the recipe's address, calls it, and is told to forget it. */
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { createServer, type Server as HttpServer } from "node:http";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { addPiece } from "@greenroom/activepieces";
import { afterAll, beforeAll, expect, test } from "vitest";
import { readConfig } from "./config.ts";
import { type Server, startServer } from "./server.ts";

const home = mkdtempSync(join(tmpdir(), "greenroom-piece-"));
const told: {
  method: string | undefined;
  path: string | undefined;
  authorization: string | undefined;
  body: any;
}[] = [];
let shop: HttpServer;
let shopUrl: string;
let server: Server;
let key: string;

beforeAll(async () => {
  shop = createServer((request, response) => {
    let text = "";
    request.on("data", (chunk: Buffer) => (text += chunk.toString()));
    request.on("end", () => {
      const { method, url: path, headers } = request;
      told.push({
        method,
        path,
        authorization: headers.authorization,
        body: text === "" ? undefined : JSON.parse(text),
      });
      response.writeHead(200, { "content-type": "application/json" }).end('{"id":"h-1"}');
    });
  });
  await new Promise<void>((resolve) => shop.listen(0, "127.0.0.1", resolve));
  shopUrl = `http://127.0.0.1:${(shop.address() as AddressInfo).port}`;
  const fixture = join(import.meta.dirname, "../../../packages/activepieces/src/fixtures/piece-shop");
  await addPiece({ home, spec: fixture });
  server = await startServer(readConfig({ GREENROOM_HOME: home, PORT: "0", PRIVATE_NETWORKS: "127.0.0.1" }));
  key = readFileSync(join(home, "owner.key"), "utf8").trim();
});
afterAll(async () => {
  await server.stop();
  shop.closeAllConnections();
  shop.close();
  rmSync(home, { recursive: true, force: true });
});

async function api(method: string, path: string, body?: object): Promise<{ status: number; body: any }> {
  const response = await fetch(`${server.url}/api/v1${path}`, {
    ...{ method, headers: { "content-type": "application/json", authorization: `Bearer ${key}` } },
    ...(body && { body: JSON.stringify(body) }),
  });
  const text = await response.text();
  return { status: response.status, body: text === "" ? undefined : JSON.parse(text) };
}

async function connected(name: string, secret: string) {
  const app = {
    connector: "piece-shop",
    kind: "piece-shop",
    name,
    fields: { base_url: shopUrl, key: secret },
  };
  const profile = await api("POST", "/app-profiles", app);
  expect(profile.status).toBe(201);
  const made = await api("POST", "/connections", {
    name,
    connector: "piece-shop",
    profileId: profile.body.id,
  });
  return await api("POST", `/connections/${made.body.id}/authorize`);
}

test("the piece itself tries the credentials", async () => {
  expect((await connected("shop", "right")).status).toBe(200);
  const wrong = await connected("wrong", "wrong");
  expect(wrong.body.error.message).toBe("The credentials were refused: the key is not right.");
});

test("the service is told the address when the recipe starts, starts jobs by it, and is told to forget it", async () => {
  const source = `name: Orders
trigger: { use: piece-shop/order-created, connection: shop, input: { store: main } }
steps:
  - use: logger/log-message
    input: { message: "Order {{ trigger.id }}" }
`;
  const recipe = await api("POST", "/recipes", { source });
  expect(recipe.status).toBe(201);
  expect((await api("POST", `/recipes/${recipe.body.id}/start`)).status).toBe(200);
  await expect.poll(() => told.length, { timeout: 25_000 }).toBe(1);
  expect(told[0]).toMatchObject({
    method: "POST",
    path: "/hooks",
    authorization: "Bearer right",
    body: { store: "main" },
  });
  const address = `${server.url}${new URL(told[0]?.body.url).pathname}`;
  const call = (body: object, delivery: string) =>
    fetch(address, {
      method: "POST",
      headers: { "content-type": "application/json", "x-shop-delivery": delivery },
      body: JSON.stringify(body),
    });
  expect((await call({ ping: true }, "d-0")).status).toBe(200);
  expect((await call({ id: 17 }, "d-1")).status).toBe(202);
  // Sent again, it is the same event.
  expect((await call({ id: 17 }, "d-1")).status).toBe(200);
  const messages = async () => {
    const { items } = (await api("GET", `/jobs?recipeId=${recipe.body.id}`)).body;
    const jobs = await Promise.all(
      items.map(async ({ id }: { id: string }) => (await api("GET", `/jobs/${id}`)).body),
    );
    return jobs.map(({ state, steps }) => [state, steps[0]?.output?.message]);
  };
  await expect.poll(messages, { timeout: 20_000 }).toEqual([["succeeded", "Order 17"]]);

  await api("POST", `/recipes/${recipe.body.id}/stop`);
  await expect
    .poll(() => told.at(-1), { timeout: 20_000 })
    .toMatchObject({ method: "DELETE", path: "/hooks/h-1", authorization: "Bearer right" });
  expect((await call({ id: 18 }, "d-2")).status).toBe(409);
}, 90_000);
