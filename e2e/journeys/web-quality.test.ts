/** Every page: by axe in light and dark, at the width of a phone and of a desk; and how much the first one loads. */
import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { gzipSync } from "node:zlib";
import type { Browser, Page } from "playwright-core";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { call } from "../../tools/api-client.ts";
import { holdMeeting, onlookerToken } from "../../tools/sandbox-people.ts";
import { setUpSandbox } from "../../tools/setup-sandbox.ts";
import { launchBrowser, signInBrowser } from "../browser.ts";
import { type Stack, startStack } from "../stack.ts";

const axe = readFileSync(createRequire(import.meta.url).resolve("axe-core/axe.min.js"), "utf8");
const mostFirst = 250_000;

let stack: Stack;
let browser: Browser;
const ids: Record<string, string> = {};

beforeAll(async () => {
  [stack, browser] = await Promise.all([startStack(), launchBrowser()]);
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
});
afterAll(async () => {
  await browser?.close();
  await stack?.stop();
});

const pages: readonly (readonly [name: string, path: string])[] = [
  ["recipes", "/recipes"],
  ["new recipe", "/recipes/new"],
  ["recipe", "/recipes/{recipe}"],
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

async function faults(page: Page): Promise<string[]> {
  // Experimental in axe: it takes a sample value beside a name for a part of the name.
  await page.evaluate(axe);
  const { violations } = await page.evaluate<{ violations: Violation[] }>(
    'axe.run(document, { resultTypes: ["violations"], runOnly: ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"], rules: { "label-content-name-mismatch": { enabled: false } } })',
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

describe.each([
  { colorScheme: "light", width: 1440 },
  { colorScheme: "dark", width: 360 },
] as const)("in $colorScheme at $width px", ({ colorScheme, width }) => {
  let page: Page;
  const complaints: string[] = [];
  beforeAll(async () => {
    const context = await browser.newContext({
      ...{ baseURL: stack.serverUrl, colorScheme, viewport: { width, height: 900 }, reducedMotion: "reduce" },
    });
    await signInBrowser(context, stack);
    page = await context.newPage();
    page.on("pageerror", (error) => complaints.push(error.message));
    page.on("console", (message) => message.type() === "error" && complaints.push(message.text()));
  });
  afterAll(() => page?.context().close());

  test.each(pages)("%s has no serious fault", async (_, path) => {
    complaints.length = 0;
    await page.goto(path.replaceAll(/\{(\w+)\}/g, (whole, name: string) => ids[name] ?? whole));
    await page.locator("main h1").first().waitFor();
    await expect.poll(() => page.locator('[aria-busy="true"]').count(), { timeout: 15_000 }).toBe(0);
    await page.waitForLoadState("networkidle");
    await page.evaluate(
      "Promise.allSettled(document.getAnimations().map(({ finished }) => finished)).then(() => true)",
    );
    expect(await faults(page)).toEqual([]);
    const wide = await page.evaluate<number>("document.documentElement.scrollWidth");
    expect(wide).toBeLessThanOrEqual(width);
    expect(complaints).toEqual([]);
  });
});

test(`the first page loads less than ${mostFirst / 1000} kB of JavaScript, compressed`, async () => {
  const context = await browser.newContext({ baseURL: stack.serverUrl });
  await signInBrowser(context, stack);
  const page = await context.newPage();
  const sizes: number[] = [];
  const reading: Promise<unknown>[] = [];
  page.on("response", (response) => {
    if (!new URL(response.url()).pathname.endsWith(".js")) return;
    reading.push(response.body().then((body) => sizes.push(gzipSync(body).byteLength)));
  });
  await page.goto("/recipes");
  await page.getByRole("link", { name: "Follow up a week later" }).waitFor();
  await page.waitForLoadState("networkidle");
  await Promise.all(reading);
  const total = sizes.reduce((sum, size) => sum + size, 0);
  expect(total).toBeGreaterThan(50_000);
  expect(total).toBeLessThan(mostFirst);
  await context.close();
});
