import { createHmac, randomBytes } from "node:crypto";
import type { Clock } from "../../clock.ts";
import { same } from "../../same.ts";

/** Addresses of files that whoever may see them is sent to. */
export interface FileLinks {
  /** The query that opens the file for a day. */
  readonly sign: (key: string) => string;
  /** Whether it opens that file now. */
  readonly opens: (key: string, signed: string) => boolean;
}

const LIFETIME_MS = 86_400_000;

/** Makes them. They are signed with a key of this run: a restarted sandbox has forgotten them. */
export function createFileLinks(clock: Pick<Clock, "nowMs">): FileLinks {
  const secret = randomBytes(32);
  const signature = (key: string, until: string): string =>
    createHmac("sha256", secret).update(`${key}:${until}`).digest("base64url");
  return {
    sign: (key) => {
      const until = String(clock.nowMs() + LIFETIME_MS);
      return `${until}.${signature(key, until)}`;
    },
    opens: (key, signed) => {
      const [until = "", given = ""] = signed.split(".");
      return Number(until) > clock.nowMs() && same(given, signature(key, until));
    },
  };
}
