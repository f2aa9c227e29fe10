/** A person's way in and out, in a real browser: the first account, signing out and in, an invitation, a second factor's page. */
import type { Browser, BrowserContext, Page } from "playwright-core";
import { afterAll, beforeAll, expect, test } from "vitest";
import { call } from "../../tools/api-client.ts";
import { owner, password as sandboxPassword } from "../../tools/sandbox-owner.ts";
import { setUpSandbox } from "../../tools/setup-sandbox.ts";
import { launchBrowser } from "../browser.ts";
import { type Stack, startStack } from "../stack.ts";

let stack: Stack;
let browser: Browser;
let context: BrowserContext;
let page: Page;
const password = "correct horse battery";
/** Who comes to the first meeting. */
const joiners = [
  [/^Luis/, "luis@acme.example"],
  [/^Mei/, "mei@acme.example"],
] as const;

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

test("the first run: by the tour and the mouse to a job that succeeded in the sandbox, in less than five minutes", async () => {
  const { serverUrl, sandboxUrl } = stack;
  await setUpSandbox({ serverUrl, sandboxUrl, publicUrl: serverUrl });
  const beganAtMs = Date.now();
  await page.getByRole("link", { name: "Recipes", exact: true }).click();
  await page.getByRole("link", { name: "Take the tour" }).click();
  const tour = page.getByRole("dialog");
  const next = async (title: string) => {
    await tour.getByRole("button", { name: "Next" }).click();
    await tour.getByRole("heading", { name: title }).waitFor();
  };
  await tour.getByRole("heading", { name: "1. Connect" }).waitFor();
  await heading("Connections").waitFor();
  await page.getByRole("link", { name: "zoom", exact: true }).waitFor();
  await next("2. A recipe");
  await next("3. Start it");
  await button("Start Follow up a week later").click();
  await button("Stop Follow up a week later").waitFor();

  // What the tour asks for, in the sandbox's own pages.
  const [zoom] = await Promise.all([
    context.waitForEvent("page"),
    tour.getByRole("link", { name: "sandbox’s portal" }).click(),
  ]);
  const press = (name: string) => zoom.getByRole("button", { name, exact: true }).click();
  await zoom.getByLabel("Email", { exact: false }).first().fill(owner);
  await zoom.getByLabel("Password").first().fill(sandboxPassword);
  await press("Sign in");
  await zoom.getByRole("textbox", { name: "Topic", exact: true }).fill("My first meeting");
  await press("Schedule");
  await press("Start as the host");
  for (const [name, email] of joiners) {
    await zoom.getByLabel("Email of a user or registrant").fill(email);
    await press("Join");
    await zoom.getByRole("rowheader", { name }).waitFor();
  }
  await press("End for everyone");
  await zoom.getByRole("button", { name: "End for everyone" }).waitFor({ state: "detached" });
  await zoom.close();

  await next("4. What Zoom told");
  await page.getByRole("link", { name: "meeting.ended" }).first().waitFor();
  await next("5. What it did");
  await tour.getByRole("button", { name: "Done" }).last().click();
  await tour.waitFor({ state: "detached" });
  await page.getByRole("link", { name: "Follow up a week later" }).click();
  await heading("Job of Follow up a week later").waitFor();
  await page.getByText("Follow-up: My first meeting is on").first().waitFor();
  await page.getByText("succeeded", { exact: true }).first().waitFor();
  expect(Date.now() - beganAtMs).toBeLessThan(300_000);
  // What was offered to those who are new is offered no more.
  await page.getByRole("link", { name: "Recipes", exact: true }).click();
  await button("Stop Follow up a week later").waitFor();
  await page.getByRole("link", { name: "Take the tour" }).waitFor({ state: "detached" });
}, 90_000);

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
  await page.goto("/recipes/new");
  await page.getByText("Ask an admin for the role builder.").waitFor();
  await page.goto("/settings/account");
  await page.getByRole("link", { name: "API keys" }).waitFor();
  expect(await page.getByRole("link", { name: "Approvals" }).count()).toBe(0);
  // The link is good once.
  await page.goto("about:blank");
  await page.goto(link);
  await page.getByLabel("New password").fill(password);
  await button("Set the password").click();
  await page.getByRole("alert").getByText("This link has been used or is too old.").waitFor();
});

test("a link that was used is told so, with the way that is left", async () => {
  await context.clearCookies();
  await page.goto("/sign-in#link=used-long-ago");
  await page.getByRole("alert").getByText("This link has been used or is too old").waitFor();
  await button("Sign in by password").click();
  await heading("Sign in").waitFor();
});
