/** Tokens that open the files of one recording for a while. */
import type { Sandbox } from "../../sandbox.ts";

interface DownloadToken {
  token: string;
  uuid: string;
  expires_ms: number;
}

type Parts = Pick<Sandbox, "table" | "ids" | "clock">;

/** Gives a token for a recording. */
export function giveToken({ table, ids, clock }: Parts, uuid: string, seconds: number): string {
  const token = `${ids.secret(36)}.${ids.secret(80)}.${ids.secret(43)}`;
  table<DownloadToken>("download_tokens").set(token, {
    token,
    uuid,
    expires_ms: clock.now().getTime() + seconds * 1_000,
  });
  return token;
}

/** True when the token opens that recording now. */
export function opens(
  { table, clock }: Pick<Sandbox, "table" | "clock">,
  token: string,
  uuid: string,
): boolean {
  const known = table<DownloadToken>("download_tokens").get(token);
  return known?.uuid === uuid && known.expires_ms > clock.now().getTime();
}
