/** A person's way in and out, in a real browser: the first account, signing out and in, an invitation, a second factor's page. */
import type { Browser, BrowserContext, Page } from "playwright-core";
import { afterAll, beforeAll, expect, test } from "vitest";
import { call } from "../../tools/api-client.ts";
import { launchBrowser } from "../browser.ts";
import { type Stack, startStack } from "../stack.ts";

let stack: Stack;
let browser: Browser;
let context: BrowserContext;
let page: Page;
const password = "correct horse battery";

beforeAll(async () => {
  [stack, browser] = await Promise.all([startStack(), launchBrowser()]);
  context = await browser.newContext({ baseURL: stack.serverUrl });
  page = await context.newPage();
});
afterAll(async () => {
  await browser?.close();
  await stack?.stop();
});

const heading = (name: string) => page.getByRole("heading", { level: 1, name, exact: true });
const button = (name: string) => page.getByRole("button", { name, exact: true });

async function signIn(email: string, with_: string): Promise<void> {
  await page.getByRole("textbox", { name: "Email" }).fill(email);
  await page.getByLabel("Password", { exact: true }).fill(with_);
  await button("Sign in").click();
}

test("the first browser on this machine makes the first account, and is where it wanted to go", async () => {
  await page.goto("/jobs");
  await heading("Make the first account").waitFor();
  await page.getByLabel("Name").fill("Ada");
  await page.getByRole("textbox", { name: "Email" }).fill("ada@acme.example");
  await page.getByLabel("Password", { exact: true }).fill("short");
  await button("Make the account").click();
  await page.getByText("Use at least 12 characters").waitFor();
  await page.getByLabel("Password", { exact: true }).fill(password);
  await button("Make the account").click();
  await heading("Jobs").waitFor();
});

test("they sign out, a wrong password is told, the right one lets them in", async () => {
  await button("Account of Ada").click();
  await page.getByRole("menuitem", { name: "Sign out" }).click();
  await heading("Sign in").waitFor();
  await signIn("ada@acme.example", "wrong wrong wrong");
  await page.getByRole("alert").getByText("Invalid email or password").waitFor();
  await signIn("ada@acme.example", password);
  await heading("Recipes").waitFor();
  expect(await page.evaluate("document.cookie")).not.toContain("session_token");
});

test("who is invited sets a password by the link, with the keyboard alone, and may only look", async () => {
  const { link } = await call<{ link: string }>("POST", `${stack.serverUrl}/api/v1/people`, {
    ...{ name: "Ben", email: "ben@acme.example", role: "viewer" },
  });
  await context.clearCookies();
  await page.goto(link);
  await heading("Set your password").waitFor();
  await page.getByLabel("New password").focus();
  await page.keyboard.type(password);
  await page.keyboard.press("Enter");
  await page.getByRole("link", { name: "Sign in" }).click();
  await signIn("ben@acme.example", password);
  await heading("Recipes").waitFor();
  const answer = await page.request.post("/api/v1/recipes", {
    data: { source: "name: x" },
    headers: { origin: stack.serverUrl },
  });
  expect(answer.status()).toBe(403);
});

test("a link that was used is told so, with the way that is left", async () => {
  await context.clearCookies();
  await page.goto("/sign-in#link=used-long-ago");
  await page.getByRole("alert").getByText("This link has been used or is too old").waitFor();
  await button("Sign in by password").click();
  await heading("Sign in").waitFor();
});
