/** The key of whoever can read the home's files: scripts and the command line on this machine use it. */
import { createHash, timingSafeEqual } from "node:crypto";

/** The name of its file in the home. */
export const ownerKeyFile = "owner.key";

/** Whether a text is the owner's key, in constant time. */
export function isOwnerKey(text: string, ownerKey: string): boolean {
  const [given, own] = [text, ownerKey].map((key) => createHash("sha256").update(key).digest());
  return given !== undefined && own !== undefined && timingSafeEqual(given, own);
}
