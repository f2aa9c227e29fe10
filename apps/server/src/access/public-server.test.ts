/** A server with a public address: what it does differently. */
import { expect, test } from "vitest";
import { startOwnedServer } from "../owned-server.test-kit.ts";
import { newPassword } from "./signed-in.test-kit.ts";

test("with a public address the first account needs the printed link or the owner's key, and cookies are secure", async () => {
  const server = await startOwnedServer({ PUBLIC_URL: "https://greenroom.example" });
  const account = { name: "Ada", email: "ada@acme.example", password: newPassword() };
  expect((await server.api("GET", "/sign-in-options")).body.setupTokenNeeded).toBe(true);
  expect((await server.api("POST", "/setup", account, {})).status).toBe(403);
  expect((await server.api("POST", "/setup", { ...account, token: "x".repeat(32) }, {})).status).toBe(403);
  const asOwner = { authorization: `Bearer ${server.ownerKey}`, origin: "https://greenroom.example" };
  const { status, headers } = await server.api("POST", "/setup", account, asOwner);
  expect(status).toBe(201);
  expect(headers.getSetCookie()[0]).toMatch(/^__Secure-greenroom\.session_token=.*; Secure/i);
  await server.stop();
}, 120_000);
