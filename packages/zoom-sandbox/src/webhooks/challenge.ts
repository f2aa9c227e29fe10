import { createHmac } from "node:crypto";
import type { Clock } from "../clock.ts";
import type { Ids } from "../ids.ts";
import type { App, WebhookAuthentication } from "../marketplace/app.ts";
import { isRecord } from "../operations/projection.ts";
import { authenticationHeaders } from "./authentication.ts";
import { makeRequestId } from "./deliveries.ts";
import { postWebhook } from "./post-webhook.ts";
import { webhookHeaders } from "./sign.ts";

interface Challenge {
  readonly app: App;
  readonly url: string;
  readonly authentication?: WebhookAuthentication | undefined;
  readonly clock: Clock;
  readonly ids: Ids;
}

/** Sends `endpoint.url_validation`; answers why the address is refused, or undefined when it is good. */
export async function sendChallenge({
  app,
  url,
  clock,
  ids,
  authentication,
}: Challenge): Promise<string | undefined> {
  const plainToken = ids.secret(22);
  const now = clock.now();
  const body = JSON.stringify({
    payload: { plainToken },
    event_ts: now.getTime(),
    event: "endpoint.url_validation",
  });
  const headers = {
    ...webhookHeaders(app, makeRequestId(ids), now, body),
    ...(await authenticationHeaders(app, authentication)),
  };
  const result = await postWebhook(url, headers, body);
  if (result.status === undefined) return `${url} ${result.problem}.`;
  if (result.status !== 200) return `${url} answered ${result.status} where 200 is expected.`;
  let answer: unknown;
  try {
    answer = JSON.parse(result.answer);
  } catch {
    return `${url} answered something that is not JSON.`;
  }
  const { plainToken: returned, encryptedToken } = isRecord(answer) ? answer : {};
  if (typeof returned !== "string" || typeof encryptedToken !== "string")
    return `${url} must answer {"plainToken", "encryptedToken"}.`;
  if (returned !== plainToken) return `${url} answered another plainToken than it was sent.`;
  const expected = createHmac("sha256", app.secret_token).update(plainToken).digest("hex");
  if (encryptedToken !== expected) {
    return `${url} answered a wrong encryptedToken; check that it uses this app's secret token.`;
  }
  return undefined;
}
