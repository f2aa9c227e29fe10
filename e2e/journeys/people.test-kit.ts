/** People of an installation, each in a browser of their own. */
import type { Browser, BrowserContext, Page } from "playwright-core";
import { call } from "../../tools/api-client.ts";
import { signInBrowser } from "../browser.ts";
import type { Stack } from "../stack.ts";

const password = "correct horse battery";
const viewport = { width: 1440, height: 900 };

/** The first account in a new context; what its pages complain of is told. */
export async function firstPersonIn(
  browser: Browser,
  stack: Stack,
  complain: (complaint: string) => void,
): Promise<{ readonly context: BrowserContext; readonly page: Page }> {
  const context = await browser.newContext({ baseURL: stack.serverUrl, viewport });
  await signInBrowser(context, stack);
  const page = await context.newPage();
  page.setDefaultTimeout(15_000);
  page.on("pageerror", (error) => complain(error.message));
  page.on("console", (message) => {
    if (message.type() === "error") complain(`${message.text()} ${message.location().url}`);
  });
  return { context, page };
}

/** Invites a person with a role and signs them in. */
export async function personIn(
  browser: Browser,
  { serverUrl }: Stack,
  { name, role }: { readonly name: string; readonly role: string },
): Promise<{ readonly context: BrowserContext; readonly page: Page }> {
  const email = `${name.toLowerCase()}@acme.example`;
  const { link } = await call<{ link: string }>("POST", `${serverUrl}/api/v1/people`, { name, email, role });
  const context = await browser.newContext({ baseURL: serverUrl, viewport });
  const page = await context.newPage();
  await page.goto(link);
  await page.getByLabel("New password").fill(password);
  await page.getByRole("button", { name: "Set the password" }).click();
  await page.getByRole("link", { name: "Sign in" }).click();
  await page.getByRole("textbox", { name: "Email" }).fill(email);
  await page.getByLabel("Password", { exact: true }).fill(password);
  await page.getByRole("button", { name: "Sign in", exact: true }).click();
  await page.getByRole("heading", { level: 1, name: "Recipes" }).waitFor();
  return { context, page };
}
