/** Lists of 100,000 jobs and many recipes in a real browser: they are scrolled and chosen from. How soon is measured by `bench/pages.ts`. */
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { type EmbeddedPostgres, startEmbeddedPostgres } from "@greenroom/engine";
import type { Browser } from "playwright-core";
import { afterAll, beforeAll, expect, test } from "vitest";
import { call } from "../../tools/api-client.ts";
import { root, runToEnd } from "../../tools/processes.ts";
import { setUpSandbox } from "../../tools/setup-sandbox.ts";
import { launchBrowser, signInBrowser } from "../browser.ts";
import { type Stack, startStack } from "../stack.ts";

const jobs = 100_000;
/** Pages of a hundred that are read by scrolling. */
const pagesRead = 20;

const home = mkdtempSync(join(tmpdir(), "greenroom-long-lists-"));
let postgres: EmbeddedPostgres;
let stack: Stack;
let browser: Browser;

beforeAll(async () => {
  postgres = await startEmbeddedPostgres({ home, log: () => {} });
  [stack, browser] = await Promise.all([startStack({ DATABASE_URL: postgres.databaseUrl }), launchBrowser()]);
  const { serverUrl, sandboxUrl } = stack;
  await setUpSandbox({ serverUrl, sandboxUrl, publicUrl: serverUrl });
  const fill = join(root, "packages/engine/src/fill-history.test-kit.ts");
  expect(await runToEnd(process.execPath, [fill, postgres.databaseUrl, String(jobs)], { cwd: root })).toBe(0);
}, 240_000);
afterAll(async () => {
  await browser?.close();
  await stack?.stop();
  await postgres?.stop();
  rmSync(home, { recursive: true, force: true });
});

test("it is read as far as it is scrolled, draws what is seen, and is chosen from", async () => {
  const context = await browser.newContext({
    baseURL: stack.serverUrl,
    viewport: { width: 1440, height: 900 },
  });
  await signInBrowser(context, stack);
  const page = await context.newPage();
  await page.goto("/jobs");
  const table = page.getByRole("table", { name: "Jobs" });
  const rows = table.getByRole("checkbox", { name: /^Choose the job of/ });
  await rows.first().waitFor();
  const height = () => page.evaluate<number>("document.documentElement.scrollHeight");
  await page.mouse.move(700, 600);
  for (let read = 1; read < pagesRead; read += 1) {
    const before = await height();
    await page.evaluate("scrollTo(0, document.documentElement.scrollHeight)");
    await expect.poll(height, { timeout: 15_000 }).toBeGreaterThan(before);
  }
  // Two thousand are there, and what is drawn is what is seen.
  expect(await rows.count()).toBeLessThan(80);
  const choosing = 12;
  for (let chosen = 0; chosen < choosing; chosen += 1) {
    await page.mouse.wheel(0, chosen % 2 === 0 ? -3_000 : 2_000);
    await rows.nth(20).click();
  }
  await page.getByText(/^\d+ chosen$/).waitFor();
  await context.close();
}, 120_000);

test("of many recipes those are drawn that are scrolled to, and the search finds any", async () => {
  const many = 70;
  const nameOf = (made: number) => `Many ${String(made).padStart(3, "0")}`;
  for (let made = 0; made < many; made += 1) {
    const source = `name: ${nameOf(made)}\ntrigger: { use: recipe/called }\nsteps:\n  - { use: logger/log-message, input: { message: x } }\n`;
    await call("POST", `${stack.serverUrl}/api/v1/recipes`, { source });
  }
  const context = await browser.newContext({
    baseURL: stack.serverUrl,
    viewport: { width: 1440, height: 900 },
  });
  await signInBrowser(context, stack);
  const page = await context.newPage();
  await page.goto("/recipes");
  const link = (name: string) => page.getByRole("link", { name, exact: true });
  await link(nameOf(0)).waitFor();
  expect(await page.getByRole("row").count()).toBeLessThan(many);
  await expect
    .poll(
      async () => {
        await page.evaluate("scrollTo(0, document.documentElement.scrollHeight)");
        return await link(nameOf(many - 1)).count();
      },
      { timeout: 20_000 },
    )
    .toBe(1);
  await page.getByRole("textbox", { name: "Search" }).fill(nameOf(66));
  await link(nameOf(0)).waitFor({ state: "detached" });
  await link(nameOf(66)).waitFor();
  await context.close();
}, 120_000);
