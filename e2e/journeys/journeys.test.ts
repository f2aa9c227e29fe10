/** Whole journeys of a person in a real browser, on the real server, database and sandbox. Selectors are roles and labels. */
import type { Browser, Page } from "playwright-core";
import { afterAll, afterEach, beforeAll, beforeEach, expect, test } from "vitest";
import { call } from "../../tools/api-client.ts";
import {
  addApiUser,
  addRole,
  type AppCredentials,
  apiUser,
  createApp,
  owner,
  password,
  signIn,
  subscribe,
} from "../../tools/sandbox-owner.ts";
import { saveRecipe } from "../../tools/setup-sandbox.ts";
import { holdMeeting, onlookerToken } from "../../tools/sandbox-people.ts";
import { launchBrowser } from "../browser.ts";
import { type Stack, startStack } from "../stack.ts";
import { firstPersonIn } from "./people.test-kit.ts";

let stack: Stack;
let browser: Browser;
let page: Page;
let app: AppCredentials;
const complaints: string[] = [];

beforeAll(async () => {
  [stack, browser] = await Promise.all([startStack(), launchBrowser()]);
  const person = await signIn(stack.sandboxUrl, owner);
  await addApiUser(person);
  await addRole(person);
  app = await createApp(person, stack.sandboxUrl, `${stack.serverUrl}/oauth/callback`);
  // One for all: what the browser has compiled it need not compile again.
  ({ page } = await firstPersonIn(browser, stack, (complaint) => complaints.push(complaint)));
});

afterAll(async () => {
  await browser?.close();
  await stack?.stop();
});

beforeEach(() => void (complaints.length = 0));

afterEach(() => expect(complaints).toEqual([]));

/** A step at Zoom on the connection's page, with what is known of it. */
const atZoom = (name: string, known: string) =>
  page
    .getByRole("region", { name: "What to do at Zoom" })
    .getByRole("button")
    .filter({ hasText: name })
    .filter({ hasText: known })
    .waitFor();
const heading = (name: string) => page.getByRole("heading", { level: 1, name, exact: true });

async function throughZoom(decision: "Allow" | "Decline"): Promise<void> {
  await page.getByRole("button", { name: "Connect", exact: true }).click();
  await page.getByLabel("Email", { exact: false }).first().fill(apiUser);
  await page.getByLabel("Password").first().fill(password);
  await page.getByRole("button", { name: "Sign in", exact: true }).click();
  await page.getByRole("button", { name: decision }).click();
}

test("a person enters an OAuth app, is refused when declining at Zoom, then connects and sees the account", async () => {
  await page.goto("/connections");
  await page.getByText("No connections yet").waitFor();
  await page.getByRole("link", { name: "New connection" }).click();
  await page.getByLabel("Connection name").fill("zoom");
  await page.getByLabel("App name").fill("Zoom sandbox");
  await page.getByLabel("Client ID").fill(app.client_id);
  await page.getByLabel("Client secret").fill(app.client_secret);
  await page.getByLabel("Secret token").fill(app.secret_token);
  await page.getByRole("combobox", { name: "Which Zoom" }).click();
  await page.getByRole("option", { name: "Another address" }).click();
  await page.getByLabel("OAuth address").fill(stack.sandboxUrl);
  await page.getByLabel("API address").fill(`${stack.sandboxUrl}/v2`);
  await page.getByRole("button", { name: "Save connection" }).click();
  await heading("zoom").waitFor();

  // What to do at Zoom, with what to copy; nothing of it is known yet.
  await atZoom("Make an app", "Done: “Zoom sandbox”");
  await atZoom("Enter the redirect URL and the scopes", "Checked when you connect.");
  await atZoom("Connect", "Press Connect above");
  await atZoom("Subscribe to events", "Nothing has come yet");
  const {
    items: [made],
  } = await call<{ items: { redirectUrl: string; webhookUrl: string }[] }>(
    "GET",
    `${stack.serverUrl}/api/app-profiles`,
  );
  await page.getByText(made?.redirectUrl ?? "no redirect URL", { exact: true }).waitFor();

  await throughZoom("Decline");
  await page.getByRole("alert").getByText("declined at Zoom's consent page").waitFor();
  const [declined] = (
    await call<{ items: { state: string; identity?: object }[] }>("GET", `${stack.serverUrl}/api/connections`)
  ).items;
  expect(declined).toMatchObject({ state: "disconnected" });
  expect(declined?.identity).toBeUndefined();

  // Zoom forgets who signed in; Greenroom does not.
  await page.context().clearCookies({ name: /^(?!greenroom)/ });
  await throughZoom("Allow");
  await page.getByText("Recipes can use “zoom” now.").waitFor();
  await page.getByRole("cell", { name: apiUser }).waitFor();
  await atZoom("Enter the redirect URL and the scopes", "Done: Zoom sent you back here.");
  await atZoom("Connect", "Done.");
  await page.getByText(made?.webhookUrl ?? "no event address", { exact: true }).waitFor();
  expect(await page.content()).not.toContain(app.client_secret);
});

test("a recipe is started, people meet in Zoom, and its job shows every step live", async () => {
  const {
    items: [profile],
  } = await call<{ items: { webhookUrl: string }[] }>("GET", `${stack.serverUrl}/api/app-profiles`);
  await subscribe(await signIn(stack.sandboxUrl, owner), app.id, profile?.webhookUrl ?? "");
  await saveRecipe(stack.serverUrl, "follow-up.yaml");

  await page.goto("/recipes");
  await page.getByRole("button", { name: "Start Follow up a week later" }).click();
  await page.getByRole("button", { name: "Stop Follow up a week later" }).waitFor();

  await page.getByRole("navigation", { name: "Main" }).getByRole("link", { name: "Jobs" }).click();
  await page.getByText("No jobs yet").waitFor();
  await holdMeeting(stack.sandboxUrl, await onlookerToken(stack.sandboxUrl), "Quarterly review");
  // The page was not loaded again: the job came by itself.
  await page.getByRole("link", { name: "Follow up a week later" }).click();
  await heading("Job of Follow up a week later").waitFor();
  await page.getByText("Follow-up: Quarterly review is on").first().waitFor();
  await page.getByRole("button", { name: /^Create meeting/ }).click();
  await page.getByRole("region", { name: "Output" }).getByText("join_url").first().waitFor();
  expect(await page.getByRole("button", { name: /^Add meeting registrant/ }).count()).toBe(3);

  await page.getByRole("link", { name: "meeting.ended" }).click();
  await heading("meeting.ended").waitFor();
  await page.getByRole("region", { name: "Payload" }).getByText("Quarterly review").waitFor();

  // The connection knows of it: that Zoom reaches us, and what was called, with the job.
  await page.getByRole("link", { name: "Connections", exact: true }).click();
  await page.getByRole("link", { name: "zoom", exact: true }).click();
  await atZoom("Subscribe to events", "Done: Zoom last reached us");
  const calls = page.getByRole("table", { name: "Last calls" });
  // A look at who was there, the meeting, three registrants.
  await expect.poll(() => calls.getByRole("row", { name: /succeeded/ }).count()).toBe(5);
  await calls
    .getByRole("row", { name: /^Create meeting/ })
    .getByRole("link", { name: "Follow up a week later" })
    .click();
  await heading("Job of Follow up a week later").waitFor();
});

test("everything is reached and done with the keyboard alone", async () => {
  await page.goto("/recipes");
  await page.getByRole("button", { name: "Stop Follow up a week later" }).waitFor();
  const focused = () =>
    page.evaluate<string>(
      "document.activeElement.getAttribute('aria-label') ?? document.activeElement.textContent",
    );
  await page.keyboard.press("Tab");
  expect(await focused()).toBe("Skip to content");
  for (let presses = 0; presses < 30 && (await focused()) !== "Stop Follow up a week later"; presses += 1)
    await page.keyboard.press("Tab");
  await page.keyboard.press("Enter");
  await page.getByRole("button", { name: "Start Follow up a week later" }).waitFor();
  for (let presses = 0; presses < 30 && (await focused()) !== "Start Follow up a week later"; presses += 1)
    await page.keyboard.press("Tab");
  await page.keyboard.press("Enter");
  await page.getByRole("button", { name: "Stop Follow up a week later" }).waitFor();
});

test("a recipe with a mistake is refused with the line and what to do", async () => {
  await page.goto("/recipes/new");
  await page
    .getByLabel("Recipe in YAML or JSON")
    .fill(
      "name: Typo\ntrigger: { use: zoom/meeting-endd, connection: zoom }\nsteps:\n  - use: zoom/get-user\n",
    );
  await page.getByRole("button", { name: "Open it" }).click();
  await heading("Typo").waitFor();
  await page.getByRole("button", { name: /^\d+ problem/ }).click();
  const problems = page.getByRole("region", { name: "Problems" });
  await problems.getByText("Did you mean “meeting-ended”?").click();
  // The problem leads to its place.
  await page
    .getByRole("button", { name: "Choose", exact: true })
    .or(page.getByRole("button", { name: "Change" }))
    .waitFor();
  await page.getByRole("button", { name: "Save recipe" }).click();
  await page.getByText("The recipe has errors; nothing was saved.").waitFor();
  // The refusals themselves are all that the browser's console reports.
  expect(complaints.splice(0).every((text) => /404|422/.test(text))).toBe(true);
});

test("a server-to-server app connects without a browser, and is tested", async () => {
  const person = await signIn(stack.sandboxUrl, owner);
  const server = await createApp(person, stack.sandboxUrl, `${stack.serverUrl}/oauth/callback`, {
    ...{ kind: "server_to_server", scopes: ["user:read:user:admin"] },
  });
  const state = await call<{ account: { id: string } }>("GET", `${stack.sandboxUrl}/_sandbox/state?full`);
  await page.goto("/connections/new");
  await page.getByLabel("Connection name").fill("server");
  await page.getByRole("combobox", { name: "How to connect" }).click();
  await page.getByRole("option", { name: /server-to-server/ }).click();
  await page.getByLabel("App name").fill("Server app");
  await page.getByLabel("Account ID").fill(state.account.id);
  await page.getByLabel("Client ID").fill(server.client_id);
  await page.getByLabel("Client secret").fill(server.client_secret);
  await page.getByLabel("Secret token").fill(server.secret_token);
  await page.getByRole("combobox", { name: "Which Zoom" }).click();
  await page.getByRole("option", { name: "Another address" }).click();
  await page.getByLabel("OAuth address").fill(stack.sandboxUrl);
  await page.getByLabel("API address").fill(`${stack.sandboxUrl}/v2`);
  await page.getByRole("button", { name: "Save connection" }).click();
  await heading("server").waitFor();
  await page.getByRole("button", { name: "Connect", exact: true }).click();
  await page.getByText(`(${owner})`).waitFor();
  await page.getByRole("button", { name: "Test", exact: true }).click();
  await page.getByText("Connected", { exact: true }).first().waitFor();
});

test("the permission doctor says what is missing, what it blocks and where to mend it", async () => {
  await page.goto("/connections");
  await page.getByRole("link", { name: "zoom" }).click();
  await page.getByRole("button", { name: "Check permissions" }).click();
  await page.getByText("The least scopes").waitFor();
  await page.getByText("For everything").click();
  await page.getByRole("button", { name: "Check permissions" }).click();
  await page.getByText(/Role management: View, .*Schedule tracking fields: Edit/).waitFor();
});

test("disconnecting names the recipes that stop, and stops them", async () => {
  await page.goto("/connections");
  await page.getByRole("link", { name: "zoom" }).click();
  await page.getByRole("button", { name: "Disconnect" }).click();
  const dialog = page.getByRole("dialog", { name: "Disconnect “zoom”?" });
  await dialog.getByText("Follow up a week later").waitFor();
  await dialog.getByRole("button", { name: "Disconnect" }).click();
  await page.getByText("The connection “zoom” was disconnected.").waitFor();
  // Deleting it asks, and names who needs it.
  await page.getByRole("button", { name: "Delete" }).click();
  const asked = page.getByRole("dialog", { name: "Delete “zoom”?" });
  await asked.getByText("Follow up a week later").waitFor();
  await asked.getByRole("button", { name: "Cancel" }).click();
  await asked.waitFor({ state: "detached" });
  await page.getByRole("link", { name: "Recipes", exact: true }).click();
  await page.getByRole("button", { name: "Start Follow up a week later" }).waitFor();
  await page.getByText("The connection “zoom” was disconnected.").waitFor();
});
