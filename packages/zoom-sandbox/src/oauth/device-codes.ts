import type { App } from "../marketplace/app.ts";
import type { Sandbox } from "../sandbox.ts";
import { OAuthError, REFUSALS } from "./oauth-error.ts";
import { createSweeper } from "./sweeper.ts";

/** A device that waits for a person. Table `device_codes`, by its code. */
export interface DeviceCode {
  device_code: string;
  user_code: string;
  app_id: string;
  expires_ms: number;
  interval_ms: number;
  last_poll_ms?: number;
  status: "pending" | "allowed" | "denied" | "used";
  user_id?: string;
  scopes?: string[];
}

/** Devices that wait (RFC 8628). */
export interface DeviceCodes {
  readonly issue: (app: App) => DeviceCode;
  /** What waits under the code that a person typed. */
  readonly byUserCode: (userCode: string) => DeviceCode | undefined;
  /** What the person decided. @throws {OAuthError} as long as it is nothing, or no */
  readonly poll: (app: App, deviceCode: string) => { readonly user_id: string; readonly scopes: string[] };
}

// Zoom: 900 seconds, polled every 5 (zoom-api.md 2.1).
const LIFETIME_MS = 900_000;
const INTERVAL_MS = 5_000;

/** Makes the store. */
export function createDeviceCodes({
  clock,
  ids,
  table,
}: Pick<Sandbox, "clock" | "ids" | "table">): DeviceCodes {
  const rows = table<DeviceCode>("device_codes");
  const { nowMs } = clock;
  const sweep = createSweeper(rows, ({ device_code }) => device_code, nowMs);
  return {
    issue: (app) => {
      sweep();
      const row: DeviceCode = {
        device_code: ids.secret(48),
        user_code: ids.hex(8).toUpperCase(),
        app_id: app.id,
        expires_ms: nowMs() + LIFETIME_MS,
        interval_ms: INTERVAL_MS,
        status: "pending",
      };
      rows.set(row.device_code, row);
      return row;
    },
    byUserCode: (userCode) => {
      const wanted = userCode.replace(/[\s-]/g, "").toUpperCase();
      return rows
        .by("user_code", wanted)
        .find(({ status, expires_ms }) => status === "pending" && expires_ms > nowMs());
    },
    poll: (app, deviceCode) => {
      const row = rows.get(deviceCode);
      if (row === undefined || row.app_id !== app.id || row.status === "used")
        throw new OAuthError(REFUSALS.badToken);
      if (row.expires_ms <= nowMs()) throw new OAuthError(REFUSALS.deviceExpired);
      if (row.status === "denied") throw new OAuthError(REFUSALS.denied);
      const early = row.last_poll_ms !== undefined && nowMs() < row.last_poll_ms + row.interval_ms;
      row.last_poll_ms = nowMs();
      if (early) {
        // RFC 8628 3.5: five seconds more from now on.
        row.interval_ms += INTERVAL_MS;
        throw new OAuthError(REFUSALS.slowDown);
      }
      const { status, user_id, scopes } = row;
      if (status !== "allowed" || user_id === undefined || scopes === undefined)
        throw new OAuthError(REFUSALS.pending);
      row.status = "used";
      return { user_id, scopes };
    },
  };
}
