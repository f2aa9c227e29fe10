/** A headless Chromium: CHROMIUM_PATH, else the system's, else the one that an npm package carries. */
import { existsSync } from "node:fs";
import { type Browser, type BrowserContext, chromium } from "playwright-core";
import { makeFirstAccount, signInLink } from "../tools/first-account.ts";
import type { Stack } from "./stack.ts";

const systemPaths = ["/usr/bin/chromium", "/usr/bin/chromium-browser", "/usr/bin/google-chrome"];
const flags = [
  ...["--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking"],
  ...["--disable-component-update", "--disable-sync"],
];

/** Where it is; the carried one is unpacked into the temporary directory, once. */
export async function browserPath(): Promise<string> {
  const path = process.env["CHROMIUM_PATH"] || systemPaths.find((candidate) => existsSync(candidate));
  if (path) return path;
  const { default: carried } = await import("@sparticuz/chromium");
  return await carried.executablePath();
}

/** Launches it with a fresh profile. */
export async function launchBrowser(): Promise<Browser> {
  // Not with the carried one's own flags: they are for functions in a cloud, and put all pages into one process.
  return await chromium.launch({ executablePath: await browserPath(), args: flags });
}

/** Signs all pages of a context in, as the first account, which is made where it is missing. */
export async function signInBrowser(context: BrowserContext, { serverUrl, home }: Stack): Promise<void> {
  await makeFirstAccount(serverUrl, home);
  const link = await signInLink(serverUrl);
  const token = new URLSearchParams(new URL(link ?? "").hash.slice(1)).get("link");
  const answer = await context.request.post(`${serverUrl}/api/v1/auth/sign-in/link`, {
    data: { token },
    headers: { origin: serverUrl },
  });
  if (!answer.ok()) throw new Error(`signing in answered ${answer.status()}: ${await answer.text()}`);
}
