/** An app profile's addresses are somebody's input: a builder must not read the server's network through them. */
import { once } from "node:events";
import { createServer, type Server as HttpServer } from "node:http";
import type { AddressInfo } from "node:net";
import { Secret } from "@greenroom/connector-kit";
import { createZoomConnector } from "@greenroom/zoom";
import { afterAll, beforeAll, beforeEach, describe, expect, test } from "vitest";
import { firstAccount, newKey } from "./access/signed-in.test-kit.ts";
import { type OwnedServer, startOwnedServer } from "./owned-server.test-kit.ts";

let server: OwnedServer;
let builder: Readonly<Record<string, string>>;
let inside: HttpServer;
let port: number;
let reached = 0;

beforeAll(async () => {
  inside = createServer((_, response) => {
    reached += 1;
    response.writeHead(200, { "content-type": "application/json" }).end('{"id":"secret of the network"}');
  }).listen(0, "127.0.0.1");
  await once(inside, "listening");
  ({ port } = inside.address() as AddressInfo);
  server = await startOwnedServer();
  const { browser } = await firstAccount(server);
  ({ headers: builder } = await newKey(browser, { role: "builder" }));
});
beforeEach(() => {
  reached = 0;
});
afterAll(async () => {
  await server?.stop();
  inside.close();
});

const credentials = { client_id: "id", client_secret: "secret", webhook_secret_token: "token" };
const save = (name: string, fields: object) =>
  server.api(
    "POST",
    "/app-profiles",
    { connector: "zoom", name, fields: { ...credentials, ...fields } },
    builder,
  );

describe("an address inside the network is refused when it is saved, with the field's name", () => {
  test.each([
    ["api_url", "http://127.0.0.1:9100/v2"],
    ["api_url", "https://2130706433/v2"],
    ["api_url", "https://[::ffff:10.0.0.5]/v2"],
    ["oauth_url", "https://localhost"],
    ["oauth_url", "https://169.254.169.254"],
    ["websocket", "wss://192.168.1.10/ws?subscriptionId=x"],
    ["websocket", "ws://127.0.0.1:9/ws?subscriptionId=x"],
  ])("%s %s", async (field, address) => {
    const { status, body } = await save(`${field} ${address}`, { [field]: address });
    expect(status).toBe(403);
    expect(body.error).toMatchObject({
      code: "address-refused",
      fields: [{ field: `fields.${field}` }],
      hint: expect.stringContaining("PRIVATE_NETWORKS"),
    });
  });

  test("the sandbox of this machine, too, unless whoever runs the server allows it", async () => {
    expect(await save("sandbox", { environment: "sandbox" })).toMatchObject({ status: 403 });
  });

  test("and when a good one is changed", async () => {
    const { body } = await save("changed", { oauth_url: "https://nobody.invalid" });
    const changed = await server.api(
      "PATCH",
      `/app-profiles/${body.id}`,
      { fields: { ...credentials, oauth_url: "https://10.1.2.3" } },
      builder,
    );
    expect(changed).toMatchObject({ status: 403, body: { error: { code: "address-refused" } } });
    const { body: all } = await server.api("GET", "/app-profiles");
    expect(all.items.find(({ name }: { name: string }) => name === "changed").fields.oauth_url).toBe(
      "https://nobody.invalid",
    );
  });
});

describe("who changes where secrets go, but never saw them", () => {
  const change = (id: string, fields: object) =>
    server.api("PATCH", `/app-profiles/${id}`, { fields }, builder);

  test("must enter them anew: they are not sent to another server", async () => {
    const { body } = await save("moved", {});
    for (const fields of [
      { oauth_url: "https://zoom.us.evil.example" },
      { api_url: "https://evilzoom.us/v2" },
      { environment: "custom", api_url: "https://evil.example/v2" },
      { websocket: "wss://evil.example/ws?subscriptionId=x" },
      { oauth_url: "https://zoom.us:8443" },
      { oauth_url: "https://evil.example", client_secret: "entered anew" },
    ]) {
      const { status, body: refused } = await change(body.id, fields);
      expect([fields, status, refused.error.code]).toEqual([fields, 400, "secret-needed"]);
      expect(refused.error.fields).toContainEqual(
        expect.objectContaining({ field: "fields.webhook_secret_token" }),
      );
    }
    expect((await change(body.id, { ...credentials, oauth_url: "https://nobody.invalid" })).status).toBe(200);
  });

  test("need not where the service stays the same", async () => {
    const { body } = await save("stays", {});
    const socket = "wss://ws.zoom.us/ws?subscriptionId=x";
    for (const fields of [{ plan: "pro" }, { websocket: "x" }, { websocket: socket }, { client_id: "other" }])
      expect((await change(body.id, fields)).status).toBe(200);
  });

  test("neither at a mail server, whose host is no address", async () => {
    const fields = { host: "smtp.example.com", username: "a", password: "p", from: "a@example.com" };
    const app = { connector: "email", kind: "smtp", name: "mail", fields };
    const { body } = await server.api("POST", "/app-profiles", app, builder);
    const refused = await change(body.id, { host: "smtp.evil.example" });
    expect(refused.body.error).toMatchObject({
      code: "secret-needed",
      fields: [{ field: "fields.password" }],
    });
    expect((await change(body.id, { from: "b@example.com" })).status).toBe(200);
  });
});

describe("an address that was saved all the same, or whose name has changed its mind, is refused at the call", () => {
  const zoom = createZoomConnector({ allowPrivateNetworks: false });
  const profile = () => ({
    ...{ account_id: "a", client_id: "id", client_secret: new Secret("secret") },
    ...{ oauth_url: `http://localhost:${port}`, api_url: `http://localhost:${port}/v2` },
    ...{ webhook_secret_token: new Secret("t"), websocket: `ws://localhost:${port}/ws?subscriptionId=x` },
  });
  const token = { accessToken: new Secret("token"), apiUrl: undefined };
  const client = () => zoom.createClient({ profile: profile(), accessToken: () => Promise.resolve(token) });
  const refused = { code: "address-refused" };

  test("tokens", async () => {
    const kind = zoom.connections?.find(({ type }) => type === "credentials");
    if (kind?.type !== "credentials") throw new Error("there is no such kind");
    await expect(kind.obtain({ profile: profile(), now: new Date() })).rejects.toMatchObject(refused);
    expect(reached).toBe(0);
  });

  test("calls", async () => {
    await expect(client().request("GET", "/users/me")).rejects.toMatchObject(refused);
    expect(reached).toBe(0);
  });

  test("files", async () => {
    const { openFile } = client();
    const url = `http://localhost:${port}/rec/download/x`;
    const ref = { type: "file", connection: "zoom", url, name: "x", mediaType: "video/mp4" } as const;
    await expect(openFile?.(ref as never, 0)).rejects.toMatchObject(refused);
    expect(reached).toBe(0);
  });

  test("the socket of events", async () => {
    const socket = await zoom.socket?.open(new Secret(`ws://localhost:${port}/ws?subscriptionId=x`));
    await new Promise((resolve) => socket?.addEventListener("error", resolve, { once: true }));
    expect(reached).toBe(0);
  });
});

test("with the operator's word, the same address is called", async () => {
  const zoom = createZoomConnector({ allowPrivateNetworks: true });
  const client = zoom.createClient({
    profile: {
      ...{ client_id: "id", oauth_url: `http://localhost:${port}`, api_url: `http://localhost:${port}/v2` },
    },
    accessToken: () => Promise.resolve({ accessToken: new Secret("token"), apiUrl: undefined }),
  });
  expect(await client.request("GET", "/users/me")).toEqual({ id: "secret of the network" });
  expect(reached).toBe(1);
});
