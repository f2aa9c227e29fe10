/** A headless Chromium: CHROMIUM_PATH, else the system's, else the one that an npm package carries. */
import { existsSync } from "node:fs";
import { type Browser, chromium } from "playwright-core";

const systemPaths = ["/usr/bin/chromium", "/usr/bin/chromium-browser", "/usr/bin/google-chrome"];
const flags = [
  ...["--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking"],
  ...["--disable-component-update", "--disable-sync"],
];

/** Launches it with a fresh profile. */
export async function launchBrowser(): Promise<Browser> {
  const path = process.env["CHROMIUM_PATH"] || systemPaths.find((candidate) => existsSync(candidate));
  if (path) return await chromium.launch({ executablePath: path, args: flags });
  const { default: carried } = await import("@sparticuz/chromium");
  // Not with its own flags: they are for functions in a cloud, and put all pages into one process.
  return await chromium.launch({ executablePath: await carried.executablePath(), args: flags });
}
