import { hash } from "node:crypto";
import { same } from "../same.ts";

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
  // RFC 9700 2.1.1: a verifier without a challenge is how a code that was slipped in shows itself.
  if (code.challenge === undefined) return verifier === undefined;
  if (verifier === undefined) return false;
  const shown = code.challenge_method === "S256" ? hash("sha256", verifier, "base64url") : verifier;
  return same(shown, code.challenge);
}
