/** The editor in a real browser: recipes built from nothing with the mouse and with the keyboard, mended after a failure, by two people. */
import type { Browser, Locator, Page } from "playwright-core";
import { afterAll, afterEach, beforeAll, beforeEach, expect, test } from "vitest";
import { call } from "../../tools/api-client.ts";
import { holdMeeting, onlookerToken } from "../../tools/sandbox-people.ts";
import { setUpSandbox } from "../../tools/setup-sandbox.ts";
import { launchBrowser } from "../browser.ts";
import { type Stack, startStack } from "../stack.ts";
import { firstPersonIn, personIn } from "./people.test-kit.ts";

let stack: Stack;
let browser: Browser;
let page: Page;
let token: string;
const complaints: string[] = [];

beforeAll(async () => {
  [stack, browser] = await Promise.all([startStack(), launchBrowser()]);
  const { serverUrl, sandboxUrl } = stack;
  await setUpSandbox({ serverUrl, sandboxUrl, publicUrl: serverUrl });
  token = await onlookerToken(sandboxUrl);
  // One for all: what the browser has compiled it need not compile again.
  ({ page } = await firstPersonIn(browser, stack, (complaint) => complaints.push(complaint)));
});
afterAll(async () => {
  await browser?.close();
  await stack?.stop();
});
beforeEach(() => void (complaints.length = 0));
afterEach(() => expect(complaints).toEqual([]));

const heading = (name: string, on = page) => on.getByRole("heading", { level: 1, name, exact: true });
const setUp = () => page.getByRole("region", { name: "Set up" });
const data = () => page.getByRole("region", { name: "Data" });
const steps = () => page.getByRole("list", { name: "Steps" });
const field = (name: string) => setUp().getByRole("textbox", { name, exact: true });

async function startEmpty(): Promise<void> {
  await page.goto("/recipes");
  await page.getByRole("link", { name: "New recipe" }).click();
  await page.getByRole("button", { name: "Start empty" }).click();
  await heading("New recipe").waitFor();
}

async function addAction(search: string, name: RegExp): Promise<void> {
  const dialog = page.getByRole("dialog", { name: "Add a step" });
  await dialog.getByRole("textbox", { name: "Search actions" }).fill(search);
  await dialog.getByRole("option", { name }).first().click();
}

interface Ended {
  readonly id: string;
  readonly recipeName: string;
  readonly state: string;
  readonly reason?: string;
  readonly finishedAt?: string;
}

/** The newest job of a recipe, when it has ended. */
async function endedJob(recipe: string): Promise<Ended> {
  let found: Ended | undefined;
  const ended = async () => {
    const { items } = await call<{ items: Ended[] }>("GET", `${stack.serverUrl}/api/v1/jobs`);
    found = items.find(({ recipeName, finishedAt }) => recipeName === recipe && finishedAt !== undefined);
    return found !== undefined;
  };
  await expect.poll(ended, { timeout: 15_000 }).toBe(true);
  if (!found) throw new Error("no job ended");
  return found;
}

async function rename(name: string): Promise<void> {
  await page.getByRole("button", { name: "New recipe", exact: true }).click();
  await page.getByRole("textbox", { name: "Name of the recipe" }).fill(name);
  await page.keyboard.press("Enter");
  await heading(name).waitFor();
}

async function saveAndStart(): Promise<void> {
  await page.getByText("No problems").waitFor();
  await page.getByRole("button", { name: "Save recipe" }).click();
  await page.getByText("Saved as version 1.").waitFor();
  await page.getByRole("button", { name: /^Start / }).click();
  await page.getByRole("button", { name: /^Stop / }).waitFor();
}

/** Whose meeting it is: found in Zoom's list, or taken as it is where that may not be read. */
const hana = /^(Hana Hale|Use “hana@acme)/;
const somebodyWasThere = "pastMeetingParticipants.participants.size() > 0";

test("the follow-up is built from nothing with the mouse: pills, a pick list, a branch; and runs", async () => {
  await startEmpty();
  await rename("Follow up by mouse");
  // The trigger: chosen by words, with its connection.
  await setUp().getByRole("button", { name: "Choose", exact: true }).click();
  const triggers = page.getByRole("dialog", { name: "Choose what starts the recipe" });
  await triggers.getByRole("textbox").fill("meeting ended");
  await triggers
    .getByRole("option", { name: /^Meeting ended/ })
    .first()
    .click();
  await setUp().getByRole("combobox", { name: "Connection" }).click();
  await page.getByRole("option", { name: "zoom", exact: true }).click();

  // Who was there: a pill from the trigger's data, with a sample of its value.
  await page.getByRole("button", { name: "Add the first step" }).click();
  await addAction("past participants", /^List past meeting participants/);
  await setUp().getByRole("button", { name: "Fill Meeting ID from data" }).click();
  await field("Meeting ID").click();
  await data().getByRole("textbox", { name: "Search the data" }).fill("uuid");
  await data().getByRole("button", { name: "Insert UUID, trigger.object.uuid" }).click();
  await setUp().locator(".pill", { hasText: "UUID" }).waitFor();

  // The next meeting: text and a pill, and a formula written with its result on the sample data.
  await page.getByRole("button", { name: "Add a step", exact: true }).click();
  await addAction("create meeting", /^Create meeting Sched/);
  await setUp().getByRole("combobox", { name: "Add a field" }).click();
  await page.getByRole("option", { name: /^Topic/ }).click();
  await field("Topic").click();
  await page.keyboard.type("Next: ");
  await data().getByRole("textbox", { name: "Search the data" }).fill("topic");
  await data().getByRole("button", { name: "Insert Topic, trigger.object.topic" }).click();
  await setUp().locator(".pill", { hasText: "Topic" }).waitFor();
  await setUp().getByRole("combobox", { name: "Add a field" }).click();
  await page.getByRole("option", { name: /^Start time/ }).click();
  await page.getByRole("button", { name: "Write a formula in Start time" }).click();
  const formula = page.getByRole("dialog", { name: "Formula for Start time" });
  await formula.getByRole("textbox", { name: "Formula", exact: true }).click();
  await page.keyboard.insertText('trigger.object.start_time.plus(duration("168h"))');
  await formula
    .getByRole("status")
    .getByText(/^"\d{4}-/)
    .waitFor();
  await formula.getByRole("button", { name: "Use it" }).click();
  // Whose meeting: chosen from the people that Zoom lists.
  await setUp().getByRole("combobox", { name: "Add a field" }).click();
  await page.getByRole("option", { name: /^User ID/ }).click();
  const host = setUp().getByRole("combobox", { name: "User ID" });
  await host.click();
  await host.fill("hana@acme.example");
  await page.getByRole("option", { name: hana }).click();

  // Only when somebody was there.
  await page.getByRole("button", { name: "Add a step", exact: true }).click();
  const picker = page.getByRole("dialog", { name: "Add a step" });
  await picker.getByRole("option", { name: /^If / }).click();
  await field("Condition").click();
  await page.keyboard.press("ControlOrMeta+a");
  await page.keyboard.insertText(somebodyWasThere);
  await steps().getByText(somebodyWasThere).waitFor();
  await steps().getByRole("button", { name: "Add the first step" }).click();
  await addAction("stop", /^Stop /);
  await field("Reason").click();
  await page.keyboard.insertText("{{ meeting.topic }} is planned");

  await saveAndStart();
  await holdMeeting(stack.sandboxUrl, token, "Quarterly review");
  expect(await endedJob("Follow up by mouse")).toMatchObject({
    ...{ state: "succeeded", reason: "Next: Quarterly review is planned" },
  });
}, 90_000);

test("the same is built with the keyboard alone, its steps moved, copied, undone; it is the same recipe, and runs", async () => {
  const { keyboard } = page;
  /** What has the focus without being asked for. */
  const focusedIn = (within: Locator) => expect.poll(() => within.locator("input:focus").count()).toBe(1);
  /** Goes down to an option of those that were found, and takes it. */
  const take = async (name: RegExp) => {
    const option = page.getByRole("option", { name }).first();
    await option.waitFor();
    const reached = async () => (await option.getAttribute("data-combobox-selected")) !== null;
    // What is still being looked up may come between, and take the mark away.
    for (let tries = 0; tries < 5 && (await option.count()) > 0; tries += 1) {
      for (let presses = 0; presses < 12 && !(await reached()); presses += 1)
        await keyboard.press("ArrowDown");
      await keyboard.press("Enter");
      await option.waitFor({ state: "detached", timeout: 3_000 }).catch(() => {});
    }
    await option.waitFor({ state: "detached" });
  };
  const addStep = async (button: Locator, search: string, name: RegExp) => {
    await button.press("Enter");
    await focusedIn(page.getByRole("dialog", { name: "Add a step" }));
    await keyboard.type(search);
    await take(name);
  };
  const addField = async (search: string, name: RegExp) => {
    await setUp().getByRole("combobox", { name: "Add a field" }).focus();
    await keyboard.type(search);
    await take(name);
  };
  /** Puts a value of the data where the cursor was. */
  const insert = async (search: string, name: string) => {
    await data().getByRole("textbox", { name: "Search the data" }).focus();
    await keyboard.press("ControlOrMeta+a");
    await keyboard.type(search);
    // The tree is another one then.
    const shown = data().getByRole("button", { name: /^Insert / });
    await expect.poll(() => shown.count()).toBeLessThan(10);
    await data().getByRole("button", { name }).press("Enter");
  };
  const anotherStep = page.getByRole("button", { name: "Add a step", exact: true });

  await page.goto("/recipes/new");
  await page.getByRole("button", { name: "Start empty" }).press("Enter");
  await heading("New recipe").waitFor();
  await page.getByRole("button", { name: "New recipe", exact: true }).press("Enter");
  await page.getByRole("textbox", { name: "Name of the recipe" }).focus();
  await keyboard.press("ControlOrMeta+a");
  await keyboard.type("Follow up by keyboard");
  await keyboard.press("Enter");
  await heading("Follow up by keyboard").waitFor();
  await setUp().getByRole("button", { name: "Choose", exact: true }).press("Enter");
  await focusedIn(page.getByRole("dialog", { name: "Choose what starts the recipe" }));
  await keyboard.type("meeting ended");
  await take(/^Meeting ended/);
  await setUp().getByRole("combobox", { name: "Connection" }).press("ArrowDown");
  await take(/^zoom$/);

  await addStep(
    page.getByRole("button", { name: "Add the first step" }),
    "past participants",
    /^List past meeting participants/,
  );
  await setUp().getByRole("button", { name: "Fill Meeting ID from data" }).press("Enter");
  // Completion writes what exists, and no more.
  await field("Meeting ID").focus();
  await keyboard.type("{{ trigger.object.uui");
  const uuid = page.getByRole("option", { name: /^uuid/ });
  await uuid.waitFor();
  // What only just appeared under a finger is not taken.
  const taken = async () => {
    await keyboard.press("Enter");
    return await uuid.count();
  };
  await expect.poll(taken, { interval: 150 }).toBe(0);
  await keyboard.type(" }}");
  await setUp().locator(".pill", { hasText: "UUID" }).waitFor();

  await addStep(anotherStep, "create meeting", /^Create meeting Sched/);
  await addField("topic", /^Topic/);
  await field("Topic").focus();
  await keyboard.type("Next: ");
  await insert("topic", "Insert Topic, trigger.object.topic");
  await setUp().locator(".pill", { hasText: "Topic" }).waitFor();
  await addField("start time", /^Start time/);
  await page.getByRole("button", { name: "Write a formula in Start time" }).press("Enter");
  const formula = page.getByRole("dialog", { name: "Formula for Start time" });
  await formula.getByRole("textbox", { name: "Formula", exact: true }).focus();
  await keyboard.insertText('trigger.object.start_time.plus(duration("168h"))');
  await formula
    .getByRole("status")
    .getByText(/^"\d{4}-/)
    .waitFor();
  await formula.getByRole("button", { name: "Use it" }).press("Enter");
  await addField("user id", /^User ID/);
  await setUp().getByRole("combobox", { name: "User ID" }).focus();
  await keyboard.type("hana@acme.example");
  await take(hana);

  await addStep(anotherStep, "if", /^If /);
  await field("Condition").focus();
  await keyboard.press("ControlOrMeta+a");
  await keyboard.insertText(somebodyWasThere);
  await addStep(steps().getByRole("button", { name: "Add the first step" }), "stop", /^Stop /);
  await field("Reason").focus();
  await keyboard.insertText("{{ meeting.topic }} is planned");
  await setUp().locator(".pill", { hasText: "Topic" }).waitFor();

  const named = async () =>
    (await steps().locator(".step-name").allInnerTexts()).map(
      (name) => /List past|Create meeting|If|Stop/.exec(name)?.[0],
    );
  const built = ["List past", "Create meeting", "If", "Stop"];
  await expect.poll(named).toEqual(built);
  await steps().locator(".step-name").nth(1).press("Alt+ArrowUp");
  await expect.poll(named).toEqual(["Create meeting", "List past", "If", "Stop"]);
  await keyboard.press("ControlOrMeta+z");
  await expect.poll(named).toEqual(built);
  await steps().locator(".step-name").nth(0).press("ControlOrMeta+d");
  await expect.poll(named).toEqual(["List past", ...built]);
  await steps().locator(".step-name").nth(1).press("Delete");
  await expect.poll(named).toEqual(built);
  // Moved by its handle, with the arrow keys from place to place.
  await steps()
    .getByRole("button", { name: /^Move step 2/ })
    .press("Space");
  const told = page.getByRole("status").filter({ hasText: /Moving|It would|is now/ });
  const words = async () => (await told.allTextContents()).join();
  await expect.poll(words, { timeout: 15_000 }).toContain("It would be");
  const first = told.filter({ hasText: "It would be before List past" });
  // What a press did is told before the next; the first may come before the sensor listens.
  for (let presses = 0; presses < 5 && (await first.count()) === 0; presses += 1) {
    const before = await words();
    await keyboard.press("ArrowUp");
    await expect
      .poll(words, { timeout: 3_000 })
      .not.toBe(before)
      .catch(() => {});
  }
  await first.waitFor();
  await keyboard.press("Space");
  await told.filter({ hasText: "is now before List past" }).waitFor();
  await expect.poll(named).toEqual(["Create meeting", "List past", "If", "Stop"]);
  await keyboard.press("ControlOrMeta+z");
  await expect.poll(named).toEqual(built);

  await page.getByRole("tab", { name: "YAML" }).press("Enter");
  await page.getByText('meetingId: "{{ trigger.object.uuid }}"').waitFor();
  await page.getByText("No problems").waitFor();
  await page.getByRole("button", { name: "Save recipe" }).press("Enter");
  await page.getByText("Saved as version 1.").waitFor();
  const { items } = await call<{ items: { name: string; source: string }[] }>(
    "GET",
    `${stack.serverUrl}/api/v1/recipes`,
  );
  const textOf = (name: string) => items.find((recipe) => recipe.name === name)?.source.replace(name, "");
  expect(textOf("Follow up by keyboard")).toBe(textOf("Follow up by mouse"));
  await page.getByRole("button", { name: /^Start / }).press("Enter");
  await page.getByRole("button", { name: /^Stop / }).waitFor();
  await holdMeeting(stack.sandboxUrl, token, "Keyboard review");
  expect(await endedJob("Follow up by keyboard")).toMatchObject({
    ...{ state: "succeeded", reason: "Next: Keyboard review is planned" },
  });
}, 90_000);

test("dragged by the mouse a step goes into a branch", async () => {
  await page.goto("/recipes/new");
  await page
    .getByLabel("Recipe in YAML or JSON")
    .fill(
      'name: Drag\ntrigger:\n  use: zoom/meeting-ended\n  connection: zoom\nsteps:\n  - stop: { as: failed }\n  - if: "true"\n    then:\n      - stop: { as: succeeded } # kept\n',
    );
  await page.getByRole("button", { name: "Open it" }).click();
  await heading("Drag").waitFor();
  const handle = await steps()
    .getByRole("button", { name: /^Move step 1,/ })
    .boundingBox();
  const place = await steps().getByRole("button", { name: "Add a step here" }).boundingBox();
  if (!handle || !place) throw new Error("nothing to drag");
  await page.mouse.move(handle.x + 8, handle.y + 8);
  await page.mouse.down();
  await page.mouse.move(handle.x + 40, handle.y + 60, { steps: 4 });
  await page.mouse.move(place.x + 60, place.y - 6, { steps: 8 });
  await page.mouse.up();
  await page.getByRole("tab", { name: "YAML" }).click();
  await expect
    .poll(() => page.locator(".cm-content").first().innerText())
    .toMatch(
      /steps:\s+- if: "true"\s+then:\s+(- stop: \{ as: succeeded \} # kept\s+- stop: \{ as: failed \}|- stop: \{ as: failed \}\s+- stop: \{ as: succeeded \} # kept)/,
    );
});

test("a job fails, the step is mended, and the job goes on from it", async () => {
  await page.goto("/recipes/new");
  await page
    .getByLabel("Recipe in YAML or JSON")
    .fill(
      'name: Mend\ntrigger:\n  use: zoom/meeting-ended\n  connection: zoom\nsteps:\n  - id: held\n    use: zoom/get-meeting\n    input: { meetingId: "99999999999" }\n  - stop: { as: succeeded, reason: "{{ held.topic }} is there" }\n',
    );
  await page.getByRole("button", { name: "Open it" }).click();
  await heading("Mend").waitFor();
  await saveAndStart();
  await holdMeeting(stack.sandboxUrl, token, "To mend");
  const failed = await endedJob("Mend");
  expect(failed.state).toBe("failed");

  await page.goto(`/jobs/${failed.id}`);
  await page.getByRole("link", { name: "Mend the step in the recipe" }).click();
  await heading("Mend").waitFor();
  await setUp().getByRole("button", { name: "Fill Meeting ID from data" }).click();
  await field("Meeting ID").click();
  await page.keyboard.press("ControlOrMeta+a");
  await page.keyboard.insertText("{{ trigger.object.id }}");
  await page.getByRole("button", { name: "Save version 2" }).click();
  await page.getByText("Saved as version 2.").waitFor();
  await page.goto(`/jobs/${failed.id}`);
  await page.getByRole("button", { name: "Rerun from the failed step" }).click();
  await page.getByText("To mend is there").first().waitFor();
  await page.getByText("succeeded", { exact: true }).first().waitFor();
  await page.getByRole("link", { name: "The job that it runs again" }).waitFor();
});

test("two people edit one recipe: who reads sees it, who writes is asked", async () => {
  const {
    items: [recipe],
  } = await call<{ items: { id: string }[] }>(
    "GET",
    `${stack.serverUrl}/api/v1/recipes?search=Follow%20up%20a`,
  );
  const ben = await personIn(browser, stack, { name: "Ben", role: "builder" });
  await page.goto(`/recipes/${recipe?.id}?step=steps[4]`);
  await ben.page.goto(`/recipes/${recipe?.id}?step=steps[4]`);
  const reasonOf = (on: Page) =>
    on.getByRole("region", { name: "Set up" }).getByRole("textbox", { name: "Reason", exact: true });
  await reasonOf(ben.page).click();
  await ben.page.keyboard.press("End");
  await ben.page.keyboard.type(" By Ben.");
  await ben.page.getByText("Draft saved").waitFor();
  // Who has written nothing sees it without asking.
  await expect.poll(() => reasonOf(page).innerText(), { timeout: 15_000 }).toContain("By Ben.");

  // Both write: the second is told who was first, and nothing is lost unasked.
  await reasonOf(ben.page).click();
  await reasonOf(page).click();
  await page.keyboard.press("End");
  await ben.page.keyboard.press("End");
  // At once: who has written nothing yet would be shown the other's text instead.
  await Promise.all([page.keyboard.type(" By Admin."), ben.page.keyboard.type(" Again.")]);
  const conflict = (on: Page) =>
    on.getByRole("alert").filter({ hasText: "Somebody else changed this recipe" });
  await Promise.race([conflict(page).waitFor(), conflict(ben.page).waitFor()]);
  const loser = (await conflict(page).count()) > 0 ? page : ben.page;
  await conflict(loser).getByRole("button", { name: "Take their text" }).click();
  await conflict(loser).waitFor({ state: "detached" });
  const winner = loser === page ? ben.page : page;
  await expect.poll(() => reasonOf(loser).innerText()).toBe(await reasonOf(winner).innerText());
  await ben.context.close();
  // The refusal is all that the browser's console reports.
  expect(complaints.splice(0).every((text) => text.includes("409"))).toBe(true);
}, 90_000);

test("a viewer sees all of a recipe and can change none of it", async () => {
  const {
    items: [recipe],
  } = await call<{ items: { id: string }[] }>(
    "GET",
    `${stack.serverUrl}/api/v1/recipes?search=Follow%20up%20a`,
  );
  const vera = await personIn(browser, stack, { name: "Vera", role: "viewer" });
  vera.page.on("console", (message) => message.type() === "error" && complaints.push(message.text()));
  await vera.page.goto("/recipes");
  await vera.page.getByRole("link", { name: "Follow up a week later" }).waitFor();
  await expect.poll(() => vera.page.locator('main a[href="/recipes/new"]').count()).toBe(0);
  await expect.poll(() => vera.page.getByRole("button", { name: /^(Start|Stop) / }).count()).toBe(0);
  await vera.page.goto(`/recipes/${recipe?.id}?step=steps[2]`);
  await vera.page.getByRole("region", { name: "Set up" }).locator(".pill").first().waitFor();
  for (const name of [/^Save/, /^Undo/, /^Add a step/, /^Move step/, /^Start/])
    await expect.poll(() => vera.page.getByRole("button", { name }).count()).toBe(0);
  await expect.poll(() => vera.page.locator('[contenteditable="true"]').count()).toBe(0);
  await vera.page.goto("/settings/people");
  await vera.page.getByText("There is no such section").waitFor();
  await vera.context.close();
});

test("a recipe of 300 steps is edited as a short one is", async () => {
  const many = Array.from(
    { length: 300 },
    (_, index) =>
      `  - id: user${index}\n    use: zoom/get-user\n    input: { userId: "{{ trigger.object.host_id }}" }\n`,
  ).join("");
  const draft = await call<{ id: string }>("POST", `${stack.serverUrl}/api/v1/drafts`, {
    source: `name: Long\ntrigger:\n  use: zoom/meeting-ended\n  connection: zoom\nsteps:\n${many}`,
  });
  await page.goto(`/recipes/${draft.id}?step=steps[150]`);
  await steps().locator(".step-name").nth(299).waitFor({ timeout: 40_000 });
  await field("User ID").click();
  await page.keyboard.insertText(" or somebody else");
  await steps().locator(".step-name").nth(151).click();
  await setUp().locator(".pill").first().waitFor();
  await steps().locator(".step-name").nth(150).click();
  await field("User ID").getByText("or somebody else").waitFor();
}, 60_000);

test("any operation of Zoom is found by its words, and fills the custom action's form in", async () => {
  const source = `name: Any operation
trigger: { use: recipe/called }
steps:
  - use: zoom/custom-action
    connection: zoom
    input: { method: GET, path: /users }
`;
  const { id } = await call<{ id: string }>("POST", `${stack.serverUrl}/api/v1/recipes`, { source });
  await page.goto(`/recipes/${id}?step=steps[0]`);
  const search = setUp().getByRole("combobox", { name: "Find an operation" });
  await search
    .or(setUp().getByRole("textbox", { name: "Find an operation" }))
    .first()
    .fill("webinar branding");
  const option = page.getByRole("option", { name: /GET \/webinars\/\{webinarId\}\/branding/ });
  expect(await option.textContent()).toMatch(/Light.*webinar:read:branding/);
  await option.click();
  await setUp().getByText("/webinars/{webinarId}/branding").waitFor();
  await setUp().locator('input[value="webinarId"]').waitFor();
});
