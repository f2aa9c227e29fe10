/**
 * Every page: by axe in light and dark, each at the width of a phone and of a desk; by Tab alone; while it loads, when the
 * server is away, and when there is nothing yet; and how much the first one loads.
 */
import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { gzipSync } from "node:zlib";
import type { Browser, Page, Request } from "playwright-core";
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
/** What was asked of the server and is not answered yet. */
const asked = new Set<Request>();

beforeAll(async () => {
  [stack, browser] = await Promise.all([startStack(), launchBrowser()]);
  const context = await browser.newContext({ baseURL: stack.serverUrl, reducedMotion: "reduce" });
  await signInBrowser(context, stack);
  page = await context.newPage();
  page.setDefaultTimeout(15_000);
  page.on("pageerror", (error) => complaints.push(error.message));
  page.on("console", (message) => message.type() === "error" && complaints.push(message.text()));
  // The line on which changes are told never ends.
  page.on("request", (request) => request.resourceType() !== "eventsource" && asked.add(request));
  page.on("requestfinished", (request) => asked.delete(request));
  page.on("requestfailed", (request) => asked.delete(request));
  await page.goto("/recipes");
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

const looks = [
  { colorScheme: "light", width: 1440, rules: "all" },
  // At the same width only the colours are other ones.
  { colorScheme: "dark", width: 1440, rules: "colours" },
  { colorScheme: "dark", width: 360, rules: "all" },
  { colorScheme: "light", width: 360, rules: "colours" },
] as const;
const rulesOf = {
  colours: { runOnly: { type: "rule", values: ["color-contrast"] } },
  all: {
    runOnly: ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"],
    // Experimental in axe: it takes a sample value beside a name for a part of the name.
    rules: { "label-content-name-mismatch": { enabled: false } },
  },
} as const;
/** Of many that are alike, the first look has all; the others, those at the beginning. */
const alike = [
  ...[".catalogue-list > :nth-child(n+7)", ":has(> .catalogue-list):nth-child(n+3)"],
  ...["tr:nth-child(n+9)", "[role=row]:nth-child(n+9)"],
];
/** What is drawn anew for a look is there after the next two pictures, when nothing is left to do; what shines as long as something loads never ends. */
const settled = `await new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(done)));
  await new Promise((done) => requestIdleCallback(done, { timeout: 2_000 }));
  await Promise.allSettled(document.getAnimations()
    .filter(({ effect }) => effect.getTiming().iterations !== Infinity)
    .map(({ finished }) => finished));`;

/** What is wrong with the page as it is, in every look. */
async function faultsInAllLooks(): Promise<string[]> {
  const found: string[] = [];
  if (!(await page.evaluate<boolean>("'axe' in window"))) await page.evaluate(axe);
  for (const [index, { colorScheme, width, rules }] of looks.entries()) {
    await page.emulateMedia({ colorScheme, reducedMotion: "reduce" });
    await page.setViewportSize({ width, height: 900 });
    const where = index === 0 ? "document" : JSON.stringify({ exclude: alike });
    const options = JSON.stringify({ resultTypes: ["violations"], ...rulesOf[rules] });
    const { violations, wide } = await page.evaluate<{ violations: Violation[]; wide: number }>(
      `(async () => {
        ${settled}
        const { violations } = await axe.run(${where}, ${options});
        return { violations, wide: document.documentElement.scrollWidth };
      })()`,
    );
    const look = `${colorScheme} at ${width} px`;
    if (wide > width) found.push(`${look}: it is ${wide} px wide`);
    for (const { id, impact, help, nodes } of violations) {
      if (impact !== "serious" && impact !== "critical") continue;
      for (const { html, failureSummary } of nodes.slice(0, 4))
        found.push(`${look}: ${id}: ${help}: ${html.slice(0, 200)} ${failureSummary.slice(0, 300)}`);
    }
  }
  return found;
}

const addressOf = (path: string) =>
  path.replaceAll(/\{(\w+)\}/g, (whole, name: string) => ids[name] ?? whole);

/** Goes to a page as a link of the app does, until nothing loads any more. */
async function visit(path: string): Promise<void> {
  await page.setViewportSize({ width: 1440, height: 900 });
  await page.evaluate(`__TSR_ROUTER__.navigate({ href: ${JSON.stringify(addressOf(path))} })`);
  await page.locator("main h1").first().waitFor();
  const isQuiet = `(async () => {
    ${settled}
    return document.querySelector('[aria-busy="true"]') === null;
  })()`;
  // What came may ask for more as soon as it is drawn.
  const quiet = async () => (await page.evaluate<boolean>(isQuiet)) && asked.size === 0;
  await expect.poll(quiet, { timeout: 15_000, interval: 20 }).toBe(true);
}

const mostStops = 25;
/** What has the focus, and whether it is text in which Tab indents; null beyond the page. */
const focused = `(() => {
  const at = document.activeElement;
  if (at === null || at === document.body) return null;
  at.dataset.stop ??= String(Math.random());
  return { stop: at.dataset.stop, isText: at.matches(".cm-content") };
})()`;

/** Each press of Tab goes on: nothing holds the keyboard. Begins where the page's own content does, ends where the page does. */
async function tabThrough(): Promise<number> {
  const seen = new Set<string>();
  await page.evaluate('document.querySelector("main").focus()');
  let isText = false;
  for (let press = 0; press < mostStops; press += 1) {
    // In the YAML Tab indents, and the page says how to leave it.
    if (isText) await page.keyboard.press("Escape");
    await page.keyboard.press("Tab");
    const at = await page.evaluate<{ stop: string; isText: boolean } | null>(focused);
    if (at === null) break;
    expect(seen, `the press ${press + 1} of Tab stays where it was`).not.toContain(at.stop);
    seen.add(at.stop);
    ({ isText } = at);
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
    await visit(path);
    if (says !== "") await page.getByText(says).first().waitFor();
    expect(await faultsInAllLooks()).toEqual([]);
    expect(complaints).toEqual([]);
  });
});

describe("when something has happened", () => {
  beforeAll(fill);

  test.each(pages)("%s has no serious fault in any look, and Tab goes through it", async (_, path) => {
    await visit(path);
    expect(await faultsInAllLooks()).toEqual([]);
    await page.setViewportSize({ width: 1440, height: 900 });
    expect(await tabThrough()).toBeGreaterThan(0);
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

  test.each(reads)(
    "while %s loads its shape is there; when the server is away it says so, and tries again when told to",
    async (_, path, read) => {
      let giveUp = () => {};
      const held = new Promise<void>((resolve) => (giveUp = resolve));
      await page.route(read, async (route) => {
        await held;
        await route.abort();
      });
      // Loaded anew, as nothing may be known yet.
      await page.goto(addressOf(path));
      await page.locator('[aria-busy="true"]').first().waitFor();
      expect(await faultsInAllLooks()).toEqual([]);
      giveUp();
      const alert = page.getByRole("alert").filter({ hasText: "The server cannot be reached." });
      await alert.first().waitFor();
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
