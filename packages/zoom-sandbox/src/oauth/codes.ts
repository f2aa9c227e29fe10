import { hash } from "node:crypto";
import { same } from "../portal/session.ts";

/** An authorization code waiting to be exchanged. */
export interface AuthorizationCode {
  code: string;
  app_id: string;
  user_id: string;
  redirect_uri: string;
  scopes: string[];
  expires_ms: number;
  used: boolean;
  challenge?: string;
  challenge_method?: "S256" | "plain";
}

/** True when the verifier fits the challenge that came with the authorize request. */
export function verifierFits(code: AuthorizationCode, verifier: string | undefined): boolean {
  if (code.challenge === undefined) return true;
  if (verifier === undefined) return false;
  const shown = code.challenge_method === "S256" ? hash("sha256", verifier, "base64url") : verifier;
  return same(shown, code.challenge);
}

/** True when a redirect address is on the app's list; on 127.0.0.1 the port does not matter. */
export function redirectAllowed(allowed: readonly string[], wanted: string): boolean {
  return allowed.some(
    (entry) => entry === wanted || withoutLoopbackPort(entry) === withoutLoopbackPort(wanted),
  );
}

// Zoom: loopback addresses are compared without their port since 2026-09-28 (zoom-api.md 2.2).
function withoutLoopbackPort(text: string): string {
  const url = URL.parse(text);
  if (url === null || url.hostname !== "127.0.0.1") return text;
  url.port = "";
  return url.href;
}
