/** The first account of an installation to try: an admin whose password is kept in the home, and links that sign a browser in. */
import { randomBytes } from "node:crypto";
import { existsSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { call } from "./api-client.ts";

/** Its address. */
export const firstEmail = "admin@greenroom.example";

/** Makes it where there is no account yet. @returns the file that has its password, if we made it */
export async function makeFirstAccount(serverUrl: string, home: string): Promise<string | undefined> {
  const file = join(home, "admin-password");
  const options = await call<{ setupNeeded: boolean }>("GET", `${serverUrl}/api/v1/sign-in-options`);
  if (!options.setupNeeded) return existsSync(file) ? file : undefined;
  const password = randomBytes(15).toString("base64url");
  // Kept before it is used: an account whose password nobody knows would be worse than a file too many.
  writeFileSync(file, `${password}\n`, { mode: 0o600 });
  await call("POST", `${serverUrl}/api/v1/setup`, { name: "Admin", email: firstEmail, password });
  return file;
}

/** An address that signs a browser in as the first account, once, within ten minutes; undefined when that account is gone. */
export async function signInLink(serverUrl: string): Promise<string | undefined> {
  try {
    return (
      await call<{ link: string }>("POST", `${serverUrl}/api/v1/owner/sign-in-link`, { email: firstEmail })
    ).link;
  } catch {
    // Its owner has another account by now, and knows how to sign in.
    return undefined;
  }
}
