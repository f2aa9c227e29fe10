/** How soon people see what they do: from the press of a key or a button to the picture of it, in a real browser. */
import { join } from "node:path";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { startEmbeddedPostgres } from "@greenroom/engine";
import type { Page } from "playwright-core";
import { launchBrowser, signInBrowser } from "../e2e/browser.ts";
import { startStack } from "../e2e/stack.ts";
import { call } from "../tools/api-client.ts";
import { root, runToEnd } from "../tools/processes.ts";
import { setUpSandbox } from "../tools/setup-sandbox.ts";
import { percentile } from "./jobs.ts";

/** Milliseconds from input to paint; Chromium gives them in steps of eight. */
export interface PagesResult {
  readonly what: string;
  readonly inputs: number;
  readonly p50Ms: number;
  readonly p90Ms: number;
}

const pagesRead = 20;
const manySteps = 300;

/** Measures choosing in a list of `jobs` jobs, of which two thousand are read, and typing into a recipe of 300 steps. */
export async function measurePages(jobs = 100_000): Promise<readonly PagesResult[]> {
  const home = mkdtempSync(join(tmpdir(), "greenroom-bench-"));
  const postgres = await startEmbeddedPostgres({ home, log: () => {} });
  const [stack, browser] = await Promise.all([
    startStack({ DATABASE_URL: postgres.databaseUrl }),
    launchBrowser(),
  ]);
  try {
    const { serverUrl, sandboxUrl } = stack;
    await setUpSandbox({ serverUrl, sandboxUrl, publicUrl: serverUrl });
    const fill = join(root, "packages/engine/src/fill-history.test-kit.ts");
    await runToEnd(process.execPath, [fill, postgres.databaseUrl, String(jobs)], { cwd: root });
    const context = await browser.newContext({
      baseURL: serverUrl,
      viewport: { width: 1440, height: 900 },
    });
    await signInBrowser(context, stack);
    const page = await context.newPage();
    return [
      { what: `choosing in a list of ${jobs} jobs`, ...(await chooseInList(page)) },
      { what: `typing into a recipe of ${manySteps} steps`, ...(await typeIntoRecipe(page, serverUrl)) },
    ];
  } finally {
    await browser.close();
    await stack.stop();
    await postgres.stop();
    rmSync(home, { recursive: true, force: true });
  }
}

async function chooseInList(page: Page): Promise<Omit<PagesResult, "what">> {
  await page.goto("/jobs");
  const rows = page
    .getByRole("table", { name: "Jobs" })
    .getByRole("checkbox", { name: /^Choose the job of/ });
  await rows.first().waitFor();
  await page.mouse.move(700, 600);
  for (let read = 1; read < pagesRead; read += 1) {
    const height = () => page.evaluate<number>("document.documentElement.scrollHeight");
    const before = await height();
    await page.evaluate("scrollTo(0, document.documentElement.scrollHeight)");
    // The pages' policy for scripts forbids a function that waits in them.
    while ((await height()) <= before) await page.waitForTimeout(20);
  }
  return await inputToPaint(page, async () => {
    for (let chosen = 0; chosen < 20; chosen += 1) {
      await page.mouse.wheel(0, chosen % 2 === 0 ? -3_000 : 2_000);
      await rows.nth(20).click();
    }
    await page.getByText(/^\d+ chosen$/).waitFor();
  });
}

async function typeIntoRecipe(page: Page, serverUrl: string): Promise<Omit<PagesResult, "what">> {
  const steps = Array.from(
    { length: manySteps },
    (_, index) =>
      `  - id: user${index}\n    use: zoom/get-user\n    input: { userId: "{{ trigger.object.host_id }}" }\n`,
  ).join("");
  const { id } = await call<{ id: string }>("POST", `${serverUrl}/api/v1/drafts`, {
    source: `name: Long\ntrigger:\n  use: zoom/meeting-ended\n  connection: zoom\nsteps:\n${steps}`,
  });
  await page.goto(`/recipes/${id}?step=steps[150]`);
  const names = page.getByRole("list", { name: "Steps" }).locator(".step-name");
  await names.nth(manySteps - 1).waitFor();
  await page
    .getByRole("region", { name: "Set up" })
    .getByRole("textbox", { name: "User ID", exact: true })
    .click();
  return await inputToPaint(page, async () => {
    // As a quick typist does; faster, and one picture would show several letters.
    await page.keyboard.type("somebody else entirely", { delay: 60 });
    await names.nth(151).click();
  });
}

/** Event Timing's durations of what is done meanwhile, of those that took a frame or longer. */
async function inputToPaint(page: Page, act: () => Promise<void>): Promise<Omit<PagesResult, "what">> {
  await page.evaluate(`
    window.durations = [];
    new PerformanceObserver((list) => window.durations.push(...list.getEntries().map(({ duration }) => duration)))
      .observe({ type: "event", durationThreshold: 16 });
  `);
  await act();
  const durations = await page.evaluate<number[]>("window.durations");
  return { inputs: durations.length, p50Ms: percentile(durations, 50), p90Ms: percentile(durations, 90) };
}
