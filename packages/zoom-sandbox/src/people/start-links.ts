/** The links that meetings carry: one that starts it as its host, for two hours, and one that lets people join. */
import { createHmac } from "node:crypto";
import type { Sandbox } from "../sandbox.ts";

// Zoom: a start_url lives two hours (zoom-api.md 3.4).
const LIFE_MS = 2 * 3_600_000;

type Parts = Pick<Sandbox, "account" | "clock" | "origin">;

function signed({ account }: Parts, id: number, expires: string): string {
  return createHmac("sha256", account.id).update(`${id}:${expires}`).digest("base64url");
}

/** A link that starts the meeting or webinar. */
export function startLink(parts: Parts, id: number): string {
  const expires = (parts.clock.now().getTime() + LIFE_MS).toString(36);
  return `${parts.origin()}/s/${id}?zak=${expires}.${signed(parts, id, expires)}`;
}

/** Whether the link's token still starts it. */
export function startsMeeting(parts: Parts, id: number, zak: string): boolean {
  const [expires = "", signature = ""] = zak.split(".");
  if (signature !== signed(parts, id, expires)) return false;
  return Number.parseInt(expires, 36) > parts.clock.now().getTime();
}
