import { createHmac } from "node:crypto";
import type { App } from "../marketplace/app.ts";

/** Zoom's signature of a webhook body, sent as `x-zm-signature`. */
export function signWebhook(secretToken: string, timestampSeconds: number, body: string): string {
  return `v0=${createHmac("sha256", secretToken).update(`v0:${timestampSeconds}:${body}`).digest("hex")}`;
}

/** The headers of one delivery; the timestamp and signature are fresh for every attempt. */
export function webhookHeaders(app: App, requestId: string, now: Date, body: string): Record<string, string> {
  const timestampSeconds = Math.floor(now.getTime() / 1000);
  return {
    "content-type": "application/json; charset=utf-8",
    "user-agent": "Zoom Marketplace/1.0a",
    "x-zm-request-timestamp": String(timestampSeconds),
    "x-zm-signature": signWebhook(app.secret_token, timestampSeconds, body),
    "x-zm-request-id": requestId,
  };
}
