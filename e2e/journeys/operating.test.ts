/** What people do once recipes run: mend permissions, replay events, set recipes up, move them in and out, and lose the app. */
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import type { Browser, Page } from "playwright-core";
import { afterAll, afterEach, beforeAll, beforeEach, expect, test, vi } from "vitest";
import { call } from "../../tools/api-client.ts";
import {
  addApiUser,
  addRole,
  apiUser,
  appScopes,
  createApp,
  owner,
  password,
  signIn,
  subscribe,
} from "../../tools/sandbox-owner.ts";
import { holdMeeting, onlookerToken } from "../../tools/sandbox-people.ts";
import { connect, createProfile, saveRecipe } from "../../tools/setup-sandbox.ts";
import { launchBrowser } from "../browser.ts";
import { type Stack, startStack } from "../stack.ts";
import { firstPersonIn } from "./people.test-kit.ts";

let stack: Stack;
let browser: Browser;
let page: Page;
const complaints: string[] = [];
/** What the doctor reads and sets up with. */
const doctorScopes = [
  ...["user:read:list_permissions:admin", "role:read:list_roles:admin", "role:read:role:admin"],
  ...["role:write:role:admin", "role:update:role:admin", "role:write:member:admin"],
];

beforeAll(async () => {
  [stack, browser] = await Promise.all([startStack(), launchBrowser()]);
  const { serverUrl, sandboxUrl } = stack;
  const person = await signIn(sandboxUrl, owner);
  await addApiUser(person);
  // Its role may manage roles, and nothing that recipes need.
  await addRole(person, ["Role:Read", "Role:Edit"]);
  const app = await createApp(person, sandboxUrl, `${serverUrl}/oauth/callback`, {
    scopes: [...appScopes, ...doctorScopes],
  });
  const profile = await createProfile(serverUrl, sandboxUrl, app);
  await subscribe(person, app.id, `${serverUrl}/webhooks/zoom/${profile.id}`);
  await connect(serverUrl, profile.id);
  await saveRecipe(serverUrl, "follow-up.yaml");
  // One for all: what the browser has compiled it need not compile again.
  ({ page } = await firstPersonIn(browser, stack, (complaint) => complaints.push(complaint)));
});
afterAll(async () => {
  await browser?.close();
  await stack?.stop();
});
beforeEach(() => void (complaints.length = 0));
afterEach(() => expect(complaints).toEqual([]));

const heading = (name: string) => page.getByRole("heading", { level: 1, name, exact: true });
const main = () => page.getByRole("main");

/** A page of a recipe of the API, by its name. */
async function openRecipe(name: string, search = ""): Promise<void> {
  const { items } = await call<{ items: { id: string; name: string }[] }>(
    "GET",
    `${stack.serverUrl}/api/v1/recipes`,
  );
  await page.goto(`/recipes/${items.find((recipe) => recipe.name === name)?.id}${search}`);
  await heading(name).waitFor();
}

test("the doctor says what the role lacks, one click makes the least role, and then nothing is missing", async () => {
  await page.goto("/connections");
  await main().getByRole("link", { name: "zoom", exact: true }).click();
  await page.getByRole("button", { name: "Check permissions" }).click();
  await page.getByText(/^Missing privilege: Meetings/).waitFor();
  await page
    .getByText(/will be refused, in .*Follow up a week later/)
    .first()
    .waitFor();
  await page.getByRole("button", { name: "Set up the role" }).click();
  await page.getByText(`${apiUser} has the role “Greenroom zoom” now.`).waitFor();
  await page.getByText("Nothing is missing.").waitFor();

  // What is known of it: until when its token is good, and what is left of the day.
  const token = page.getByRole("region", { name: "Token" });
  await token.getByText(/by itself/).waitFor();
  await page
    .getByRole("region", { name: "Limits" })
    .getByText("The account’s plan is not known yet")
    .waitFor();
});

test("a connection is limited to some steps at once, and the limit is taken away again", async () => {
  await page.goto("/connections");
  await main().getByRole("link", { name: "zoom", exact: true }).click();
  const limit = page.getByRole("textbox", { name: "Steps at once" });
  const save = page.getByRole("button", { name: "Save", exact: true });
  const known = async () =>
    (await call<{ items: { concurrency?: number }[] }>("GET", `${stack.serverUrl}/api/v1/connections`))
      .items[0]?.concurrency;
  await limit.fill("3");
  await save.click();
  await expect.poll(known).toBe(3);
  await page.reload();
  await expect.poll(() => limit.inputValue()).toBe("3");
  await limit.fill("");
  await save.click();
  await expect.poll(known).toBe(undefined);
});

test("an event that came before its recipe ran is replayed to it, and so are many at once", async () => {
  const token = await onlookerToken(stack.sandboxUrl);
  await holdMeeting(stack.sandboxUrl, token, "Before the recipe");
  await page.goto("/inbox?name=meeting.ended");
  await page.getByRole("link", { name: "meeting.ended" }).first().click();
  await heading("meeting.ended").waitFor();
  await page.getByText("None: no running recipe listens to it").waitFor();
  await page.getByRole("button", { name: "Replay" }).click();
  const dialog = page.getByRole("dialog", { name: "Replay the event" });
  // It is stopped, so nobody chose it yet.
  const recipe = dialog.getByRole("checkbox", { name: "Follow up a week later" });
  await recipe.waitFor();
  expect(await recipe.isChecked()).toBe(false);
  expect(await dialog.getByRole("button", { name: "Replay" }).isDisabled()).toBe(true);
  await recipe.press("Space");
  await dialog.getByRole("button", { name: "Replay" }).click();
  await dialog.getByText("1 job began").waitFor();
  await dialog.getByRole("link", { name: "Job of Follow up a week later" }).click();
  await heading("Job of Follow up a week later").waitFor();
  await page.getByText("Follow-up: Before the recipe is on").first().waitFor();

  await page.goto("/inbox?name=meeting.ended");
  await page.getByRole("checkbox", { name: "Choose all that are loaded" }).check();
  await page.getByRole("button", { name: "Replay" }).click();
  // One event alone is asked for its recipes; of many each goes to those that it would start.
  const { items } = await call<{ items: unknown[] }>(
    "GET",
    `${stack.serverUrl}/api/v1/events?name=meeting.ended`,
  );
  expect(items).toHaveLength(1);
  await page
    .getByRole("dialog", { name: "Replay the event" })
    .getByRole("button", { name: "Cancel" })
    .click();
  await page.getByRole("combobox", { name: "Event" }).fill("");
  await page.getByRole("link", { name: "meeting.started" }).first().waitFor();
  await page.getByRole("checkbox", { name: /^Choose meeting.started/ }).check();
  await page.getByRole("checkbox", { name: /^Choose meeting.ended/ }).check();
  await page.getByRole("button", { name: "Replay" }).click();
  const many = page.getByRole("dialog", { name: "Replay 2 events" });
  await many.getByRole("button", { name: "Replay 2 events" }).click();
  await many.getByText("No running recipe would take it.").waitFor();
  await many.getByText("2 times").waitFor();
});

test("a recipe's settings are a form, and its YAML says the same, both ways", async () => {
  await openRecipe("Follow up a week later", "?tab=settings");
  await page.getByRole("textbox", { name: "Jobs at once" }).fill("20");
  await page.getByRole("textbox", { name: "One at a time for each", exact: true }).click();
  await page.keyboard.insertText("trigger.object.host_id");
  await page.getByRole("combobox", { name: "Priority" }).click();
  await page.getByRole("option", { name: "high" }).click();
  await page.getByRole("textbox", { name: "Jobs that may begin" }).fill("10");
  await page.getByRole("textbox", { name: "In how long" }).fill("1h");
  await page.getByRole("combobox", { name: "How long jobs are kept" }).click();
  await page.getByRole("option", { name: "As long as is said here" }).click();
  await page.getByRole("textbox", { name: "Days that jobs are kept" }).fill("90");
  const mask = page.getByRole("combobox", { name: "Hide in the history" });
  await mask.fill("trigger.object.host_id");
  await mask.press("Enter");
  await page.getByRole("button", { name: "Add a value" }).click();
  await page.getByRole("textbox", { name: "Name 1", exact: true }).fill("host");
  await page.getByRole("textbox", { name: "Expression of name 1" }).click();
  await page.keyboard.insertText("trigger.object.host_id");
  await page.getByText("No problems").waitFor();

  await page.getByRole("tab", { name: "YAML" }).click();
  const yaml = page.locator(".cm-content").first();
  const settings = `
concurrency: 20
concurrencyKey: trigger.object.host_id
priority: high
rate:
  limit: 10
  per: 1h
retention:
  days: 90
mask:
  - trigger.object.host_id
searchable:
  host: trigger.object.host_id
steps:
`;
  await expect.poll(() => yaml.innerText()).toContain(settings);
  // Written in the YAML, the form shows it; what cannot be is told beside its field.
  await yaml.getByText("description: Schedules").click();
  await page.keyboard.press("Home");
  await page.keyboard.press("Shift+End");
  await page.keyboard.insertText("description: Written as YAML");
  await page.getByRole("tab", { name: "Settings" }).click();
  expect(await page.getByRole("textbox", { name: "Description" }).inputValue()).toBe("Written as YAML");
  await page.getByRole("textbox", { name: "In how long" }).fill("soon");
  await page.keyboard.press("Tab");
  await page
    .getByRole("group", { name: "No faster than" })
    .getByText(/Must be|must be/)
    .waitFor();
  await page.getByRole("button", { name: "Undo" }).click();
  await page.getByText("No problems").waitFor();
  await page.getByRole("button", { name: /^Save version/ }).click();
  await page.getByText(/^Saved as version/).waitFor();
  // Who is told of it holds at once, without a version.
  const told = async () =>
    (await call<{ items: { noticeChannels?: string[] }[] }>("GET", `${stack.serverUrl}/api/v1/recipes`))
      .items[0]?.noticeChannels;
  await page.getByRole("tab", { name: "Settings" }).click();
  const notices = page.getByRole("region", { name: "Notices" });
  await notices.getByRole("radio", { name: /^Nobody/ }).click();
  await expect.poll(told).toEqual([]);
  await notices.getByRole("radio", { name: /^All places/ }).click();
  await expect.poll(told).toBe(undefined);
});

test("a recipe's queue is held up and let go on; with a job that waits in it the recipe is deleted only if that is cancelled", async () => {
  const api = `${stack.serverUrl}/api/v1`;
  const source =
    "name: Held up\ntrigger: { use: http/webhook-received }\nsearchable: { who: trigger.body.who }\nsteps: [{ wait: 7d }]\n";
  const { id } = await call<{ id: string }>("POST", `${api}/recipes`, { source });
  await call("POST", `${api}/recipes/${id}/start`, {});
  const hook = await call<{ url: string }>("GET", `${api}/recipes/${id}/hook`);
  await page.goto(`${stack.serverUrl}/recipes/${id}`);
  await page.getByRole("button", { name: "Queue of Held up" }).click();
  await page.getByRole("menuitem", { name: "Hold its queue up" }).click();
  await main().getByText("Its queue is held up").waitFor();
  await call("POST", `${stack.serverUrl}${new URL(hook.url).pathname}`, { who: "Ada" });
  const states = async () =>
    (await call<{ items: { state: string }[] }>("GET", `${api}/jobs?recipeId=${id}`)).items.map(
      ({ state }) => state,
    );
  expect(await states()).toEqual(["queued"]);
  await page.getByRole("button", { name: "Let it go on" }).click();
  await main().getByText("Its queue is held up").waitFor({ state: "hidden" });
  await vi.waitFor(async () => expect(await states()).toEqual(["waiting"]), { timeout: 60_000 });

  await page.goto(`${stack.serverUrl}/jobs`);
  await page.getByLabel("Searchable value").fill("Ada");
  await main().getByText("Write it as name:value").waitFor();
  await page.getByLabel("Searchable value").fill("who:Nobody");
  await main().getByRole("link", { name: "Held up" }).waitFor({ state: "hidden" });
  await page.getByLabel("Searchable value").fill("who:Ada");
  await main().getByRole("link", { name: "Held up" }).first().waitFor();
  await page.goto(`${stack.serverUrl}/recipes/${id}`);

  await page.getByRole("button", { name: "Stop Held up" }).click();
  await page.getByRole("button", { name: "Start Held up" }).waitFor();
  const remove = async () => {
    await page.getByRole("button", { name: "More", exact: true }).click();
    await page.getByRole("menuitem", { name: "Delete" }).click();
    await page.getByRole("button", { name: "Delete", exact: true }).click();
  };
  await remove();
  await page.getByRole("button", { name: "Keep the recipe" }).click();
  expect(await states()).toEqual(["waiting"]);
  await remove();
  await page.getByRole("button", { name: "Cancel jobs and delete" }).click();
  await heading("Recipes").waitFor();
  expect(await states()).toEqual(["cancelled"]);
  // The browser tells of the refusal; the page of what was deleted is not read again.
  expect(complaints.splice(0).filter((text) => !text.includes("409"))).toEqual([]);
});

test("a test run asks before it changes something, and no question takes a click that was meant for the one before", async () => {
  let posts = 0;
  const service = createServer((request) => {
    posts += 1;
    request.socket.destroy();
  });
  await new Promise<void>((resolve) => service.listen(0, "127.0.0.1", resolve));
  const { port } = service.address() as AddressInfo;
  const source = `name: Post it\ntrigger: { use: recipe/called }\nsteps:\n  - use: http/send-request\n    input: { method: POST, url: "http://127.0.0.1:${port}/" }\n`;
  await call("POST", `${stack.serverUrl}/api/v1/recipes`, { source });
  await openRecipe("Post it");
  await page.getByRole("button", { name: "Test", exact: true }).click();
  await page.getByRole("button", { name: "Run it once" }).click();
  await page
    .getByText("This is a test run, and “Send HTTP request” would create something for real.")
    .first()
    .waitFor();
  expect(posts).toBe(0);
  // The answer is lost: it is asked what came of it, and whoever clicks fast hits that question as it appears.
  await page.evaluate(`new MutationObserver((_, seen) => {
    const next = [...document.querySelectorAll("button")].find((button) => button.textContent.includes("do it now"));
    if (!next) return;
    seen.disconnect();
    next.click();
  }).observe(document.body, { childList: true, subtree: true })`);
  await page.getByRole("button", { name: "Do it for real" }).click();
  const again = page.getByRole("button", { name: "It was not done: do it now" });
  await again.and(page.locator(":enabled")).waitFor();
  expect(posts).toBe(1);
  await page.getByRole("button", { name: "Let the step fail" }).click();
  await again.waitFor({ state: "detached" });
  await page.getByRole("status").getByText("failed").waitFor();
  expect(posts).toBe(1);
  service.close();
});

test("a lookup table is made of a CSV file; its rows are found, added, changed and deleted by hand", async () => {
  const dialog = page.getByRole("dialog");
  const csv = (name: string, text: string | Buffer) => ({
    name,
    mimeType: "text/csv",
    buffer: Buffer.from(text),
  });
  await page.goto("/settings/tables");
  await page.getByRole("button", { name: "New table" }).click();
  const file = page.locator("input[type=file]");
  await file.setInputFiles(csv("Offices.csv", Buffer.from("room;gr\u00f6\u00dfe\n", "latin1")));
  await dialog.getByText("The file is not in UTF-8.").waitFor();
  complaints.splice(0);
  await file.setInputFiles(csv("Offices.csv", "room,office\nAda,Paris\nAlan,London\n"));
  await page.getByRole("button", { name: "Offices", exact: true }).click();
  await dialog.getByRole("button", { name: "Add a row" }).click();
  await page.getByRole("textbox", { name: "room" }).fill("Grace");
  await page.getByRole("textbox", { name: "office" }).fill("New York");
  await page.getByRole("button", { name: "Save" }).click();
  await dialog.getByRole("cell", { name: "New York" }).waitFor();
  await dialog.getByLabel("is", { exact: true }).fill("Alan");
  await dialog.getByRole("button", { name: "Find" }).click();
  await dialog.getByRole("cell", { name: "New York" }).waitFor({ state: "detached" });
  await dialog
    .getByRole("row", { name: "Alan London" })
    .getByRole("button", { name: /^Change row/ })
    .click();
  await page.getByRole("textbox", { name: "office" }).fill("Leeds");
  await page.getByRole("button", { name: "Save" }).click();
  const changed = dialog.getByRole("row", { name: "Alan Leeds" });
  await changed.getByRole("button", { name: /^Delete row/ }).click();
  await page.getByRole("button", { name: "Delete", exact: true }).click();
  await dialog.getByText("No row has this value.").waitFor();
  await dialog.getByLabel("is", { exact: true }).fill("");
  await dialog.getByRole("cell", { name: "Paris" }).waitFor();
  await page.keyboard.press("Escape");
  await main()
    .getByRole("row", { name: /Offices room, office 2/ })
    .waitFor();
});

test("while the server is away, a page that was not opened yet says so, and comes when it is back", async () => {
  await page.goto("/recipes");
  await heading("Recipes").waitFor();
  await page.route("**/*", (request) => request.abort());
  await page.getByRole("link", { name: "Catalogue" }).click();
  await heading("This page cannot be shown").waitFor();
  await main().getByText("The server cannot be reached.").waitFor();
  await page.unroute("**/*");
  await main().getByRole("button", { name: "Try again" }).click();
  await heading("Catalogue").waitFor();
  complaints.length = 0;
});

test("who wants notices by mail is told where the installation has none, and how to have it", async () => {
  await page.goto("/settings/notices");
  const off = page.getByRole("alert").filter({ hasText: "Mail is off" });
  await off.getByText("SMTP_URL").waitFor();
  await page.getByRole("combobox", { name: "Kind" }).click();
  await page.getByRole("option", { name: "Web address" }).click();
  await off.waitFor({ state: "detached" });
});

const fromWorkato = JSON.stringify({
  name: "From Workato",
  code: {
    ...{ number: 0, provider: "zoom", name: "new_event", as: "trigger1", keyword: "trigger" },
    input: { event: "meeting.ended" },
    block: [
      {
        ...{
          number: 1,
          provider: "slack_bot",
          name: "post_message",
          as: "say",
          keyword: "action",
          skip: true,
        },
        input: { text: "Over" },
      },
      {
        ...{ number: 2, provider: "acme_crm", name: "do_something", as: "crm", keyword: "action" },
        input: { name: "x" },
      },
    ],
  },
});

test("a recipe comes from Workato: what becomes of it is shown first, and a draft is made of it; ours goes out again", async () => {
  await page.goto("/recipes/new");
  const box = page.getByRole("region", { name: "Import from Workato" });
  await box.getByRole("textbox", { name: "Or paste its JSON" }).fill("{");
  await box.getByRole("button", { name: "Preview" }).click();
  await box
    .getByRole("alert")
    .getByText(/This is not JSON/)
    .waitFor();
  expect(complaints.splice(0).every((text) => text.includes("422"))).toBe(true);
  await page
    .locator('input[type="file"]')
    .last()
    .setInputFiles({
      ...{ name: "from-workato.recipe.json", mimeType: "application/json", buffer: Buffer.from(fromWorkato) },
    });
  const checks = box.getByRole("list", { name: "What to check" });
  await checks.getByText("Step 2").first().waitFor();
  await box.getByText("disabled: true").waitFor();
  await box.getByRole("button", { name: "Make a draft of it" }).click();
  await heading("From Workato").waitFor();
  await page.getByRole("list", { name: "Steps" }).locator(".step-name").nth(1).waitFor();
  await page.getByRole("button", { name: "1 problem", exact: true }).waitFor();
  // The catalogue was asked for the actions that nothing here is.
  expect(complaints.splice(0).every((text) => text.includes("404"))).toBe(true);

  await openRecipe("Follow up a week later");
  const download = async (item: string) => {
    await page.getByRole("button", { name: "More", exact: true }).click();
    const [file] = await Promise.all([
      page.waitForEvent("download"),
      page.getByRole("menuitem", { name: item }).click(),
    ]);
    return file.suggestedFilename();
  };
  expect(await download("Download as YAML")).toBe("follow-up-a-week-later.yaml");
  expect(await download("Download for Workato")).toBe("follow-up-a-week-later.recipe.json");
});

test("the app is uninstalled at Zoom's Marketplace: the connection and its recipes stop, and say why", async () => {
  await page.goto("/recipes");
  await page.getByRole("button", { name: "Start Follow up a week later" }).click();
  const waits = page
    .getByRole("menuitem", { name: /event/i })
    .or(page.getByRole("button", { name: /Leave|Begin with/i }));
  const stop = page.getByRole("button", { name: "Stop Follow up a week later" });
  await stop.or(waits).first().waitFor();
  await stop.waitFor();

  const zoom = await page.context().newPage();
  await zoom.goto(`${stack.sandboxUrl}/marketplace`);
  const button = (name: string) => zoom.getByRole("button", { name, exact: true });
  await zoom.getByLabel("Email", { exact: false }).first().fill(owner);
  await zoom.getByLabel("Password").first().fill(password);
  await button("Sign in").click();
  const menu = zoom.getByRole("navigation");
  await menu.getByRole("link", { name: "Manage" }).click();
  await zoom.getByRole("link", { name: "Added Apps" }).click();
  await zoom.getByRole("link", { name: "Remove Greenroom" }).click();
  await zoom.getByLabel("Reason for removing this app").selectOption("I no longer need the app");
  await button("Remove").click();
  await zoom.getByText("Removed Greenroom.").waitFor();

  // The page was not loaded again.
  await page.getByRole("button", { name: "Start Follow up a week later" }).waitFor();
  await page
    .getByText(/removed|uninstalled|deauthorized/i)
    .first()
    .waitFor();
  await page.goto("/connections");
  await page.getByText("disconnected").first().waitFor();
  await main().getByRole("link", { name: "zoom", exact: true }).click();
  await page
    .getByText(/removed|uninstalled|deauthorized/i)
    .first()
    .waitFor();
  await page.getByRole("button", { name: "Connect", exact: true }).waitFor();
});
