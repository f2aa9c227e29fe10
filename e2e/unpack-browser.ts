/** Before all tests: two workers that unpacked the browser at once would start it half-written. */
import { browserPath } from "./browser.ts";

/** Called by vitest. */
export async function setup(): Promise<void> {
  await browserPath();
}
