/** Signing in over real HTTP: accounts, sessions, second factors, mail, throttling. */
import { createHmac } from "node:crypto";
import { existsSync, readFileSync, statSync } from "node:fs";
import { join } from "node:path";
import { SMTPServer } from "smtp-server";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { type OwnedServer, startOwnedServer } from "../owned-server.test-kit.ts";
import { firstAccount, newKey, newPassword, newPerson, openBrowser } from "./signed-in.test-kit.ts";

let server: OwnedServer;
let ada: Awaited<ReturnType<typeof firstAccount>>;
const mails: string[] = [];
const smtp = new SMTPServer({
  ...{ authOptional: true, disabledCommands: ["STARTTLS"] },
  onData(stream, _session, done) {
    let text = "";
    stream.setEncoding("utf8").on("data", (chunk: string) => (text += chunk));
    stream.on("end", () => {
      mails.push(text.replaceAll("=\r\n", "").replaceAll("=3D", "="));
      done();
    });
  },
});

beforeAll(async () => {
  await new Promise<void>((resolve) => smtp.listen(0, "127.0.0.1", resolve));
  const address = smtp.server.address();
  const port = typeof address === "object" && address ? address.port : 0;
  server = await startOwnedServer({
    SMTP_URL: `smtp://127.0.0.1:${port}`,
    MAIL_FROM: "greenroom@acme.example",
  });
});
afterAll(async () => {
  await server?.stop();
  await new Promise<void>((resolve) => smtp.close(resolve));
});

const signIn = (email: string, password: string, browser = openBrowser(server)) =>
  browser.api("POST", "/auth/sign-in/email", { email, password });

describe("the first account", () => {
  test("is asked for while there is none", async () => {
    const { body } = await server.api("GET", "/sign-in-options");
    expect(body).toMatchObject({ setupNeeded: true, setupTokenNeeded: false, resetByMail: true });
  });

  test("is not made through a proxy, nor with a short password", async () => {
    const account = { name: "Eve", email: "eve@evil.example", password: newPassword() };
    const proxied = { "x-forwarded-for": "203.0.113.9" };
    expect(await server.api("POST", "/setup", account, proxied)).toMatchObject({
      status: 403,
      body: { error: { code: "setup-token-needed", hint: expect.stringContaining("log") } },
    });
    expect(await server.api("POST", "/setup", { ...account, password: "short" })).toMatchObject({
      status: 400,
      body: { error: { fields: [{ field: "password" }] } },
    });
  });

  test("of two at once, one is made; it is an admin and signed in", async () => {
    const both = await Promise.all([firstAccount(server), firstAccount(server, "Eve")]);
    expect(both.map(({ status }) => status).toSorted()).toEqual([201, 409]);
    const made = both.find(({ status }) => status === 201);
    if (!made) throw new Error("none was made");
    ada = made;
    expect(await ada.browser.api("GET", "/me")).toMatchObject({
      status: 200,
      body: { kind: "person", name: ada.name, role: "admin" },
    });
    expect((await server.api("GET", "/sign-in-options")).body.setupNeeded).toBe(false);
  });
});

describe("a session", () => {
  test("is a cookie that scripts and other sites do not get; the answer holds no token", async () => {
    const answer = await signIn(ada.email, ada.password);
    expect(answer.status).toBe(200);
    const [cookie = ""] = answer.headers.getSetCookie();
    expect(cookie).toMatch(/^greenroom\.session_token=/);
    for (const flag of [/HttpOnly/i, /SameSite=Lax/i, /Path=\//i]) expect(cookie).toMatch(flag);
    const token = decodeURIComponent(cookie.split(/[=;]/)[1] ?? "").split(".")[0] ?? "";
    expect(token.length).toBeGreaterThan(20);
    expect(JSON.stringify(answer.body)).not.toContain(token);
  });

  test("is a new one at every sign-in: one that was planted before is not taken over", async () => {
    const browser = openBrowser(server);
    const planted = "planted.c2lnbmF0dXJl";
    browser.cookies.set("greenroom.session_token", planted);
    expect((await browser.api("GET", "/me")).status).toBe(401);
    await signIn(ada.email, ada.password, browser);
    expect(browser.cookies.get("greenroom.session_token")).not.toBe(planted);
    expect((await browser.api("GET", "/me")).status).toBe(200);
  });

  test("ends at sign-out, and cannot be used again", async () => {
    const browser = openBrowser(server);
    await signIn(ada.email, ada.password, browser);
    const kept = browser.headers();
    expect((await browser.api("POST", "/auth/sign-out")).status).toBe(200);
    expect((await server.api("GET", "/me", undefined, kept)).status).toBe(401);
  });

  test("is listed, and ended from elsewhere", async () => {
    const other = openBrowser(server);
    await signIn(ada.email, ada.password, other);
    const stream = await fetch(`${server.url}/api/v1/stream`, { headers: other.headers() });
    const streaming = stream.text();
    const { body } = await other.api("GET", "/sessions");
    const own = body.items.find(({ current }: { current: boolean }) => current);
    expect((await ada.browser.api("DELETE", `/sessions/${own.id}`)).status).toBe(204);
    expect((await other.api("GET", "/me")).status).toBe(401);
    // What it listened to ends too.
    await streaming;
  });

  test("changes something only when our own page asks", async () => {
    const { cookie = "" } = ada.browser.headers();
    const lint = (headers: Record<string, string>) =>
      server.api("POST", "/recipes/lint", { source: "" }, { cookie, ...headers });
    expect(await lint({})).toMatchObject({ status: 403, body: { error: { code: "cross-site" } } });
    expect(await lint({ origin: "https://evil.example" })).toMatchObject({ status: 403 });
    expect(await lint({ origin: "null" })).toMatchObject({ status: 403 });
    expect(await lint({ origin: server.url })).toMatchObject({ status: 200 });
    expect(await lint({ "sec-fetch-site": "same-origin" })).toMatchObject({ status: 200 });
  });
});

describe("people", () => {
  test("are invited, set a password by the link, which works once, and have the role they were given", async () => {
    const ben = await newPerson(server, ada.browser, { role: "operator" }, "ben@acme.example");
    expect((await ben.browser.api("GET", "/me")).body).toMatchObject({ role: "operator" });
    expect(mails.at(-1)).toContain("To: ben@acme.example");
    const token = /set-password#token=([\w-]+)/.exec(mails.at(-1) ?? "")?.[1];
    expect(token).toBeDefined();
    const again = await server.api("POST", "/auth/reset-password", { token, newPassword: newPassword() }, {});
    expect(again).toMatchObject({ status: 400, body: { error: { code: "invalid-token" } } });
    expect((await ben.browser.api("GET", "/people")).status).toBe(403);
    const { items } = (await ada.browser.api("GET", "/people")).body;
    expect(items.find(({ id }: { id: string }) => id === ben.id)).toMatchObject({ state: "active" });
  });

  test("a role that changes holds at once; who is disabled is out at once, with their keys", async () => {
    const { browser, id, email, password } = await newPerson(
      server,
      ada.browser,
      { role: "viewer" },
      "cy@acme.example",
    );
    const key = await newKey(browser, { role: "viewer" });
    expect((await browser.api("POST", "/recipes/lint", { source: "" })).status).toBe(403);
    await ada.browser.api("PATCH", `/people/${id}`, { role: "builder" });
    expect((await browser.api("POST", "/recipes/lint", { source: "" })).status).toBe(200);
    await ada.browser.api("PATCH", `/people/${id}`, { disabled: true });
    expect((await browser.api("GET", "/me")).status).toBe(401);
    expect((await server.api("GET", "/me", undefined, key.headers)).status).toBe(401);
    expect((await signIn(email, password)).status).toBe(403);
  });

  test("the last admin stays one", async () => {
    for (const change of [{ role: "viewer" }, { disabled: true }]) {
      expect(await ada.browser.api("PATCH", `/people/${ada.id}`, change)).toMatchObject({
        status: 409,
        body: { error: { code: "last-admin" } },
      });
    }
    expect((await ada.browser.api("DELETE", `/people/${ada.id}`)).status).toBe(409);
  });

  test("cannot make themselves more than they are", async () => {
    const { browser, id } = await newPerson(server, ada.browser, { role: "viewer" }, "dan@acme.example");
    expect((await browser.api("PATCH", `/people/${id}`, { role: "admin" })).status).toBe(403);
    expect((await browser.api("POST", "/auth/update-user", { role: "admin" })).status).toBe(404);
    expect((await browser.api("POST", "/api-keys", { name: "k", role: "admin" })).status).toBe(403);
    expect((await server.api("POST", "/auth/sign-up/email", {}, {})).status).toBe(404);
    expect((await browser.api("GET", "/me")).body.role).toBe("viewer");
  });

  test("set a forgotten password by mail; other browsers are signed out; nobody learns who has an account", async () => {
    const eli = await newPerson(server, ada.browser, { role: "viewer" }, "eli@acme.example");
    const before = mails.length;
    const ask = (email: string) => server.api("POST", "/auth/request-password-reset", { email }, {});
    const [known, unknown] = [await ask(eli.email), await ask("nobody@acme.example")];
    expect(known).toMatchObject({ status: 200, body: unknown.body });
    expect(mails.length).toBe(before + 1);
    const token = /set-password#token=([\w-]+)/.exec(mails.at(-1) ?? "")?.[1];
    const password = newPassword();
    expect(
      (await server.api("POST", "/auth/reset-password", { token, newPassword: password }, {})).status,
    ).toBe(200);
    expect((await eli.browser.api("GET", "/me")).status).toBe(401);
    expect((await signIn(eli.email, eli.password)).status).toBe(401);
    expect((await signIn(eli.email, password)).status).toBe(200);
  });
});

describe("a second factor", () => {
  test("is asked for once it is set up; a backup code works once", async () => {
    const fay = await newPerson(server, ada.browser, { role: "viewer" }, "fay@acme.example");
    const { body } = await fay.browser.api("POST", "/auth/two-factor/enable", { password: fay.password });
    const secret = new URL(body.totpURI).searchParams.get("secret") ?? "";
    expect(
      (await fay.browser.api("POST", "/auth/two-factor/verify-totp", { code: totp(secret) })).status,
    ).toBe(200);
    expect((await fay.browser.api("GET", "/me")).body.twoFactor).toBe(true);

    const browser = openBrowser(server);
    const first = await signIn(fay.email, fay.password, browser);
    expect(first.body).toMatchObject({ twoFactorRedirect: true });
    expect((await browser.api("GET", "/me")).status).toBe(401);
    expect((await browser.api("POST", "/auth/two-factor/verify-totp", { code: "000000" })).status).toBe(401);
    const used = totp(secret);
    const { status } = await browser.api("POST", "/auth/two-factor/verify-totp", { code: used });
    expect(status).toBe(200);
    expect((await browser.api("GET", "/me")).body.name).toBe("fay");
    // Whoever saw it typed has it too.
    const watcher = openBrowser(server);
    await signIn(fay.email, fay.password, watcher);
    const seen = await watcher.api("POST", "/auth/two-factor/verify-totp", { code: used });
    expect([seen.status, (await watcher.api("GET", "/me")).status]).toEqual([401, 401]);

    const [code] = body.backupCodes as string[];
    for (const expected of [200, 401]) {
      const lost = openBrowser(server);
      await signIn(fay.email, fay.password, lost);
      expect((await lost.api("POST", "/auth/two-factor/verify-backup-code", { code })).status).toBe(expected);
    }
  });
});

test("a password cannot be guessed: after a few tries there is a wait, even with the right one", async () => {
  const gil = await newPerson(server, ada.browser, { role: "viewer" }, "gil@acme.example");
  const statuses = [];
  for (let tries = 0; tries < 9; tries += 1)
    statuses.push((await signIn(gil.email, "wrong wrong wrong")).status);
  expect(statuses).toEqual([401, 401, 401, 401, 401, 401, 401, 401, 429]);
  const refused = await signIn(gil.email, gil.password);
  expect(refused).toMatchObject({
    status: 429,
    body: { error: { hint: expect.stringContaining("minutes") } },
  });
  expect(Number(refused.headers.get("retry-after"))).toBeGreaterThan(60);
  const { body } = await ada.browser.api("GET", "/audit?search=refused");
  expect(body.items.filter(({ actor }: { actor: { name: string } }) => actor.name === "gil")).toHaveLength(8);
});

describe("the owner of the machine", () => {
  test("has a key in the home for their eyes only, good on this machine alone", async () => {
    const path = join(server.home, "owner.key");
    expect(existsSync(path)).toBe(true);
    expect(statSync(path).mode & 0o777).toBe(0o600);
    expect(readFileSync(path, "utf8").trim()).toBe(server.ownerKey);
    expect((await server.api("GET", "/me")).body).toMatchObject({ kind: "owner", role: "admin" });
    const proxied = { authorization: `Bearer ${server.ownerKey}`, "x-forwarded-for": "203.0.113.9" };
    expect((await server.api("GET", "/me", undefined, proxied)).status).toBe(401);
  });

  test("makes a link that signs a browser in, once", async () => {
    const { body } = await server.api("POST", "/owner/sign-in-link", { email: ada.email });
    const token = new URLSearchParams(new URL(body.link).hash.slice(1)).get("link");
    const browser = openBrowser(server);
    expect((await browser.api("POST", "/auth/sign-in/link", { token })).status).toBe(200);
    expect((await browser.api("GET", "/me")).body.name).toBe(ada.name);
    const again = await openBrowser(server).api("POST", "/auth/sign-in/link", { token });
    expect(again).toMatchObject({ status: 401, body: { error: { code: "invalid-link" } } });
  });

  test("alone makes such links", async () => {
    expect((await ada.browser.api("POST", "/owner/sign-in-link", { email: ada.email })).status).toBe(403);
  });
});

/** RFC 6238, as an authenticator app computes it. */
function totp(secret: string): string {
  const bits = [...secret.replaceAll("=", "")]
    .map((letter) => "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567".indexOf(letter).toString(2).padStart(5, "0"))
    .join("");
  const key = Buffer.from((bits.match(/.{8}/g) ?? []).map((byte) => Number.parseInt(byte, 2)));
  const counter = Buffer.alloc(8);
  counter.writeBigUInt64BE(BigInt(Math.floor(Date.now() / 30_000)));
  const digest = createHmac("sha1", key).update(counter).digest();
  const offset = (digest.at(-1) ?? 0) & 15;
  return String((digest.readUInt32BE(offset) & 0x7f_ff_ff_ff) % 1_000_000).padStart(6, "0");
}
