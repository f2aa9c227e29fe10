/**
 * Every page: by axe in light and dark, each at the width of a phone and of a desk; by Tab alone; while it loads, when the
 * server is away, and when there is nothing yet; and how much the first one loads.
 */
import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { gzipSync } from "node:zlib";
import type { Browser, Page } from "playwright-core";
import { afterAll, beforeAll, beforeEach, describe, expect, test, vi } from "vitest";
import { call } from "../../tools/api-client.ts";
import { holdMeeting, onlookerToken } from "../../tools/sandbox-people.ts";
import { setUpSandbox } from "../../tools/setup-sandbox.ts";
import { launchBrowser, signInBrowser } from "../browser.ts";
import { type Stack, startStack } from "../stack.ts";

const axe = readFileSync(createRequire(import.meta.url).resolve("axe-core/axe.min.js"), "utf8");
const mostFirst = 250_000;
// A page with hundreds of entries is looked at four times.
vi.setConfig({ testTimeout: 60_000 });

let stack: Stack;
let browser: Browser;
const ids: Record<string, string> = {};

let page: Page;
const complaints: string[] = [];

beforeAll(async () => {
  [stack, browser] = await Promise.all([startStack(), launchBrowser()]);
  const context = await browser.newContext({ baseURL: stack.serverUrl, reducedMotion: "reduce" });
  await signInBrowser(context, stack);
  page = await context.newPage();
  page.setDefaultTimeout(15_000);
  page.on("pageerror", (error) => complaints.push(error.message));
  page.on("console", (message) => message.type() === "error" && complaints.push(message.text()));
});
afterAll(async () => {
  await browser?.close();
  await stack?.stop();
});
beforeEach(() => {
  complaints.length = 0;
});

/** Something has happened here: a recipe ran. */
async function fill(): Promise<void> {
  const { serverUrl, sandboxUrl } = stack;
  await setUpSandbox({ serverUrl, sandboxUrl, publicUrl: serverUrl });
  const first = async (path: string) =>
    (await call<{ items: { id: string }[] }>("GET", `${serverUrl}/api/v1${path}`)).items[0]?.id ?? "";
  ids["recipe"] = await first("/recipes");
  await call("POST", `${serverUrl}/api/v1/recipes/${ids["recipe"]}/start`);
  await holdMeeting(sandboxUrl, await onlookerToken(sandboxUrl), "Quarterly review");
  // The job begins when the event is there, and a poll is for tests alone.
  while ((await first("/jobs")) === "") await new Promise((resolve) => setTimeout(resolve, 100));
  ids["job"] = await first("/jobs");
  ids["event"] = await first("/events");
  ids["connection"] = await first("/connections");
}

const pages: readonly (readonly [name: string, path: string])[] = [
  ["recipes", "/recipes"],
  ["new recipe", "/recipes/new"],
  ["recipe", "/recipes/{recipe}"],
  ["recipe's settings", "/recipes/{recipe}?tab=settings"],
  ["trigger", "/recipes/{recipe}?step=trigger"],
  ["step", "/recipes/{recipe}?step=steps[2]"],
  ["loop", "/recipes/{recipe}?step=steps[3]"],
  ["yaml", "/recipes/{recipe}?tab=yaml"],
  ["versions", "/recipes/{recipe}?tab=versions"],
  ["recipe's jobs", "/recipes/{recipe}?tab=jobs"],
  ["jobs", "/jobs"],
  ["charts", "/jobs?view=charts"],
  ["job", "/jobs/{job}"],
  ["inbox", "/inbox"],
  ["refused", "/inbox?view=refused"],
  ["delivery health", "/inbox?view=health"],
  ["event", "/inbox/{event}"],
  ["connections", "/connections"],
  ["OAuth apps", "/connections?view=apps"],
  ["connection", "/connections/{connection}"],
  ["new connection", "/connections/new"],
  ["catalogue", "/catalogue"],
  ["operations", "/catalogue?view=operations&search=recordings"],
  ["action", "/catalogue/actions/zoom/create-meeting"],
  ["trigger's page", "/catalogue/triggers/zoom/meeting-ended"],
  ["account", "/settings/account"],
  ["keys", "/settings/keys"],
  ["sessions", "/settings/sessions"],
  ["people", "/settings/people"],
  ["properties", "/settings/properties"],
  ["lookup tables", "/settings/tables"],
  ["retention", "/settings/keeping"],
  ["notices", "/settings/notices"],
  ["audit", "/settings/audit"],
  ["system", "/settings/system"],
  ["no page", "/nowhere"],
];

interface Violation {
  readonly id: string;
  readonly impact: string | null;
  readonly help: string;
  readonly nodes: readonly { readonly html: string; readonly failureSummary: string }[];
}

async function faults(rules: "all" | "colours"): Promise<string[]> {
  await page.evaluate(axe);
  const options = {
    resultTypes: ["violations"],
    ...(rules === "colours"
      ? { runOnly: { type: "rule", values: ["color-contrast"] } }
      : {
          runOnly: ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"],
          // Experimental in axe: it takes a sample value beside a name for a part of the name.
          rules: { "label-content-name-mismatch": { enabled: false } },
        }),
  };
  const { violations } = await page.evaluate<{ violations: Violation[] }>(
    `axe.run(document, ${JSON.stringify(options)})`,
  );
  return violations
    .filter(({ impact }) => impact === "serious" || impact === "critical")
    .flatMap(({ id, help, nodes }) =>
      nodes
        .slice(0, 4)
        .map(
          ({ html, failureSummary }) =>
            `${id}: ${help}: ${html.slice(0, 200)} ${failureSummary.slice(0, 300)}`,
        ),
    );
}

const looks = [
  { colorScheme: "light", width: 1440, rules: "all" },
  // At the same width only the colours are other ones.
  { colorScheme: "dark", width: 1440, rules: "colours" },
  { colorScheme: "dark", width: 360, rules: "all" },
  { colorScheme: "light", width: 360, rules: "colours" },
] as const;
// What shines as long as something loads never ends.
const settled = `Promise.allSettled(document.getAnimations()
  .filter(({ effect }) => effect.getTiming().iterations !== Infinity)
  .map(({ finished }) => finished)).then(() => true)`;

/** What is wrong with the page as it is, in every look. */
async function faultsInAllLooks(): Promise<string[]> {
  const found: string[] = [];
  for (const { colorScheme, width, rules } of looks) {
    await page.emulateMedia({ colorScheme, reducedMotion: "reduce" });
    await page.setViewportSize({ width, height: 900 });
    // What is drawn anew for the width is there with the next two pictures.
    await page.evaluate(
      "new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(() => done(true))))",
    );
    await page.evaluate(settled);
    for (const fault of await faults(rules)) found.push(`${colorScheme} at ${width} px: ${fault}`);
    const wide = await page.evaluate<number>("document.documentElement.scrollWidth");
    if (wide > width) found.push(`${colorScheme} at ${width} px: it is ${wide} px wide`);
  }
  return found;
}

async function open(path: string): Promise<void> {
  await page.setViewportSize({ width: 1440, height: 900 });
  await page.goto(path.replaceAll(/\{(\w+)\}/g, (whole, name: string) => ids[name] ?? whole));
  await page.locator("main h1").first().waitFor();
}

async function loaded(): Promise<void> {
  await expect.poll(() => page.locator('[aria-busy="true"]').count(), { timeout: 15_000 }).toBe(0);
  await page.waitForLoadState("networkidle");
}

const mostStops = 25;
const focused = `(() => {
  const at = document.activeElement;
  if (at === null || at === document.body) return null;
  at.dataset.stop ??= String(Math.random());
  return at.dataset.stop;
})()`;

/** Each press of Tab goes on: nothing holds the keyboard. Ends where the page does. */
async function tabThrough(): Promise<number> {
  const seen = new Set<string>();
  await page.evaluate("document.activeElement?.blur()");
  for (let press = 0; press < mostStops; press += 1) {
    // In the YAML Tab indents, and the page says how to leave it.
    if (await page.evaluate<boolean>('document.activeElement?.matches(".cm-content") ?? false'))
      await page.keyboard.press("Escape");
    await page.keyboard.press("Tab");
    const at = await page.evaluate<string | null>(focused);
    if (at === null) break;
    expect(seen, `the press ${press + 1} of Tab stays where it was`).not.toContain(at);
    seen.add(at);
  }
  return seen.size;
}

describe("with nothing in it yet", () => {
  test.each([
    ["recipes", "/recipes", "No recipes yet"],
    ["jobs", "/jobs", "No jobs yet"],
    ["charts", "/jobs?view=charts", ""],
    ["inbox", "/inbox", "No events yet"],
    ["refused", "/inbox?view=refused", ""],
    ["connections", "/connections", "No connections yet"],
    ["OAuth apps", "/connections?view=apps", ""],
    ["lookup tables", "/settings/tables", ""],
    ["keys", "/settings/keys", ""],
  ])("%s says what would be here, and how it gets here", async (_, path, says) => {
    await open(path);
    await loaded();
    if (says !== "") await page.getByText(says).first().waitFor();
    expect(await faultsInAllLooks()).toEqual([]);
    expect(complaints).toEqual([]);
  });
});

describe("when something has happened", () => {
  beforeAll(fill);

  test.each(pages)("%s has no serious fault in any look, and Tab goes through it", async (_, path) => {
    await open(path);
    await loaded();
    expect(await faultsInAllLooks()).toEqual([]);
    await page.setViewportSize({ width: 1440, height: 900 });
    expect(await tabThrough()).toBeGreaterThan(5);
    expect(complaints).toEqual([]);
  });

  const reads = [
    ["recipes", "/recipes", /\/api\/recipes\??$/],
    ["recipe", "/recipes/{recipe}", "**/api/recipes/*"],
    ["jobs", "/jobs", "**/api/jobs?*"],
    ["job", "/jobs/{job}", "**/api/jobs/*"],
    ["inbox", "/inbox", "**/api/events?*"],
    ["connections", "/connections", "**/api/connections"],
    ["connection", "/connections/{connection}", "**/api/connections/*"],
    ["catalogue", "/catalogue", "**/api/catalogue"],
    ["people", "/settings/people", "**/api/people"],
  ] as const;

  test.each(reads)("while %s loads its shape is there, for readers of screens too", async (_, path, read) => {
    let release = () => {};
    const held = new Promise<void>((resolve) => (release = resolve));
    await page.route(read, async (route) => {
      await held;
      await route.continue().catch(() => {});
    });
    await page.goto(path.replaceAll(/\{(\w+)\}/g, (whole, name: string) => ids[name] ?? whole));
    await page.locator('[aria-busy="true"]').first().waitFor();
    expect(await faultsInAllLooks()).toEqual([]);
    release();
    await page.unrouteAll({ behavior: "wait" });
    expect(complaints).toEqual([]);
  });

  test.each(reads)(
    "when the server is away %s says so, and tries again when told to",
    async (_, path, read) => {
      await page.route(read, (route) => route.abort());
      await page.goto(path.replaceAll(/\{(\w+)\}/g, (whole, name: string) => ids[name] ?? whole));
      const alert = page.getByRole("alert").filter({ hasText: "The server cannot be reached." });
      await alert.first().waitFor({ timeout: 15_000 });
      expect(await faultsInAllLooks()).toEqual([]);
      await page.unrouteAll({ behavior: "wait" });
      await page.setViewportSize({ width: 1440, height: 900 });
      await alert.first().getByRole("button", { name: "Try again" }).click();
      await alert.first().waitFor({ state: "detached" });
      // The requests that failed are all that the browser reports.
      expect(complaints.filter((text) => !text.includes("net::ERR_FAILED"))).toEqual([]);
    },
  );
});

test(`the first page loads less than ${mostFirst / 1000} kB of JavaScript, compressed`, async () => {
  const context = await browser.newContext({ baseURL: stack.serverUrl });
  await signInBrowser(context, stack);
  const first = await context.newPage();
  const sizes: number[] = [];
  const reading: Promise<unknown>[] = [];
  first.on("response", (response) => {
    if (!new URL(response.url()).pathname.endsWith(".js")) return;
    reading.push(response.body().then((body) => sizes.push(gzipSync(body).byteLength)));
  });
  await first.goto("/recipes");
  await first.getByRole("link", { name: "Follow up a week later" }).waitFor();
  await first.waitForLoadState("networkidle");
  await Promise.all(reading);
  const total = sizes.reduce((sum, size) => sum + size, 0);
  expect(total).toBeGreaterThan(50_000);
  expect(total).toBeLessThan(mostFirst);
  await context.close();
});
