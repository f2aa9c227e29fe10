/** Takes the README's pictures from a real running stack: docs/images/*.png. With a folder as argument, also dark and narrow ones. */
import { mkdirSync } from "node:fs";
import { join } from "node:path";
import { launchBrowser, signInBrowser } from "../e2e/browser.ts";
import { startStack } from "../e2e/stack.ts";
import { call } from "./api-client.ts";
import { buildWeb } from "./build-web.ts";
import { root } from "./processes.ts";
import { holdMeeting, onlookerToken } from "./sandbox-people.ts";
import { setUpSandbox } from "./setup-sandbox.ts";

const folder = join(root, process.argv[2] ?? "docs/images");
mkdirSync(folder, { recursive: true });
await buildWeb();
const stack = await startStack();
const browser = await launchBrowser();
try {
  const { serverUrl, sandboxUrl } = stack;
  await setUpSandbox({ serverUrl, sandboxUrl, publicUrl: serverUrl });
  const {
    items: [recipe],
  } = await call<{ items: { id: string }[] }>("GET", `${serverUrl}/api/recipes`);
  await call("POST", `${serverUrl}/api/recipes/${recipe?.id}/start`);
  const token = await onlookerToken(sandboxUrl);
  for (const topic of ["Quarterly review", "Onboarding call"]) await holdMeeting(sandboxUrl, token, topic);
  const {
    items: [connection],
  } = await call<{ items: { id: string }[] }>("GET", `${serverUrl}/api/connections`);
  const {
    items: [event],
  } = await call<{ items: { id: string }[] }>("GET", `${serverUrl}/api/events?name=meeting.ended`);
  const looks = [
    { name: "", colorScheme: "light", width: 1440, height: 900 },
    { name: "-dark", colorScheme: "dark", width: 1440, height: 900 },
    { name: "-narrow", colorScheme: "light", width: 360, height: 740 },
    { name: "-narrow-dark", colorScheme: "dark", width: 360, height: 740 },
  ] as const;
  for (const { name, colorScheme, width, height } of looks.slice(0, process.argv[2] ? looks.length : 1)) {
    const context = await browser.newContext({ viewport: { width, height }, colorScheme });
    await signInBrowser(context, stack);
    const page = await context.newPage();
    const shoot = async (file: string, path: string, heading: string | RegExp) => {
      await page.goto(`${serverUrl}${path}`);
      await page.getByRole("heading", { level: 1, name: heading }).waitFor();
      await page.waitForLoadState("networkidle").catch(() => {});
      await page.screenshot({ path: join(folder, `${file}${name}.png`), fullPage: Boolean(process.argv[2]) });
    };
    await shoot("recipes", "/recipes", "Recipes");
    await shoot("recipe", `/recipes/${recipe?.id}?step=steps[2]`, "Follow up a week later");
    await shoot("catalogue", "/catalogue", "Catalogue");
    await shoot("charts", "/jobs?view=charts", "Jobs");
    await shoot("jobs", "/jobs", "Jobs");
    await page.getByRole("link", { name: "Follow up a week later" }).first().click();
    await page.getByRole("heading", { level: 1, name: /Job of/ }).waitFor();
    await page.getByRole("button", { name: /Create meeting/ }).click();
    await page.getByRole("region", { name: "Output" }).first().waitFor();
    await page.evaluate(
      "Promise.allSettled(document.getAnimations().map(({ finished }) => finished)).then(() => true)",
    );
    await page.screenshot({ path: join(folder, `job${name}.png`) });
    await shoot("connection", `/connections/${connection?.id}`, "zoom");
    await shoot("inbox", "/inbox", "Inbox");
    await shoot("new-connection", "/connections/new", "New connection");
    if (process.argv[2]) {
      await shoot("recipe-settings", `/recipes/${recipe?.id}?tab=settings`, "Follow up a week later");
      await shoot("recipe-yaml", `/recipes/${recipe?.id}?tab=yaml`, "Follow up a week later");
      await shoot("recipe-versions", `/recipes/${recipe?.id}?tab=versions`, "Follow up a week later");
      await shoot("new-recipe", "/recipes/new", "New recipe");
      await shoot("event", `/inbox/${event?.id}`, "meeting.ended");
      await shoot("health", "/inbox?view=health", "Inbox");
      await shoot("connections", "/connections", "Connections");
      await shoot("action", "/catalogue/actions/zoom/create-meeting", "Create meeting");
      for (const section of [
        "account",
        "people",
        "properties",
        "tables",
        "keeping",
        "notices",
        "audit",
        "system",
      ])
        await shoot(`settings-${section}`, `/settings/${section}`, /./);
    }
    await context.close();
  }
} finally {
  await browser.close();
  await stack.stop();
}
console.log(`The pictures are in ${folder}.`);
