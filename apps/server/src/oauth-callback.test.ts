/** Connecting from a browser that is at another of our names than the one services send people back to. */
import { Secret } from "@greenroom/connector-kit";
import { Hono } from "hono";
import { afterAll, beforeAll, expect, test } from "vitest";
import { type Browser, firstAccount } from "./access/signed-in.test-kit.ts";
import { createOAuthBrowsers } from "./oauth-browser.ts";
import { type OwnedServer, startOwnedServer } from "./owned-server.test-kit.ts";

const publicUrl = "http://localhost:9";
let server: OwnedServer;
let browser: Browser;
let connectionId: string;

beforeAll(async () => {
  // Reached at 127.0.0.1 all the same, as on the machine itself.
  server = await startOwnedServer({ PUBLIC_URL: publicUrl });
  ({ browser } = await firstAccount(server));
  const fields = { client_id: "id", client_secret: "secret", webhook_secret_token: "token" };
  const app = await server.api("POST", "/app-profiles", { connector: "zoom", name: "App", fields });
  const connection = { connector: "zoom", name: "zoom", profileId: app.body.id };
  connectionId = (await server.api("POST", "/connections", connection)).body.id;
});
afterAll(() => server?.stop());

test("a person is told at once that the sign-in could not come back to them, and where it can", async () => {
  const { status, body } = await browser.api("POST", `/connections/${connectionId}/authorize`);
  expect(status).toBe(409);
  expect(body.error).toMatchObject({
    code: "other-address",
    hint: expect.stringContaining(`Open Greenroom at ${publicUrl}`),
  });
});

test("a program is told the page where a person goes on", async () => {
  const { status, body } = await server.api("POST", `/connections/${connectionId}/authorize`);
  expect(status).toBe(200);
  expect(body.page).toBe(`${publicUrl}/connections/${connectionId}`);
});

test("where people come by https, so does the cookie", async () => {
  const browsers = createOAuthBrowsers(new Secret("key"), "https://greenroom.example");
  const app = new Hono().get("/", (c) => {
    browsers.tie(c, "a state");
    return c.text(String(browsers.began(c, "a state")));
  });
  const answer = await app.request("/");
  expect(answer.headers.getSetCookie()[0]).toMatch(/; Secure/);
  const [cookie = ""] = answer.headers.getSetCookie()[0]?.split(";") ?? [];
  expect(await (await app.request("/", { headers: { cookie } })).text()).toBe("true");
});
