/** Zoom's webhooks: the signature on the raw bytes, the challenge, and what the event is to us. Pure. */
import { createHash, createHmac, timingSafeEqual } from "node:crypto";
import type { IncomingEvent, WebhookReceiver } from "@greenroom/connector-kit";
import { z } from "zod";
import { eventKeys } from "../reconcile/event-keys.ts";
import { secretOf } from "../auth/zoom-profile.ts";

/** Older and newer deliveries are refused: a signature someone saw must not be good for long. */
const windowMs = 5 * 60_000;

/** The last moment a Date can hold. */
const latestMs = 8.64e15;

/** What Zoom tells an event in. */
export const envelope = z.looseObject({
  event: z.string().min(1).max(200),
  event_ts: z.int().min(0).max(latestMs).optional(),
  payload: z.looseObject({
    account_id: z.string().max(200).optional(),
    // Zoom: what a chatbot is told names the account in camel case (webhook reference).
    accountId: z.string().max(200).optional(),
  }),
});

type ZoomEvent = z.output<typeof envelope>;

const challenge = z.looseObject({ plainToken: z.string().min(1).max(1000) });
const deauthorization = z.looseObject({
  account_id: z.string(),
  user_id: z.string().optional(),
  deauthorization_time: z.iso.datetime().optional().catch(undefined),
});

/** Checks a delivery of Zoom and says what to answer. @see zoom-api facts §5.3 */
export const receiveZoomWebhook: WebhookReceiver = ({ profile, headers, body, now }) => {
  const secret = secretOf(profile, "webhook_secret_token").reveal();
  const refused = refusalOf(secret, headers, body, now);
  if (refused !== undefined) return { status: 401, body: { error: refused }, events: [], refused };

  const parsed = envelope.safeParse(parseJson(body));
  if (!parsed.success) {
    const reason = "The body is not a Zoom event: expected JSON with event and payload.";
    return { status: 400, body: { error: reason }, events: [], refused: reason };
  }
  const { event, payload } = parsed.data;
  if (event === "endpoint.url_validation") {
    const asked = challenge.safeParse(payload);
    if (!asked.success)
      return {
        status: 400,
        body: { error: "payload.plainToken is missing." },
        events: [],
        refused: "challenge without plainToken",
      };
    const { plainToken } = asked.data;
    const encryptedToken = createHmac("sha256", secret).update(plainToken).digest("hex");
    return { status: 200, body: { plainToken, encryptedToken }, events: [] };
  }
  const incoming = incomingEvent(parsed.data, body, now);
  const gone = deauthorizationOf(incoming);
  return {
    status: 200,
    body: { received: true },
    events: [incoming],
    ...(gone && { deauthorized: gone }),
  };
};

/** An event of Zoom's, however it was delivered, as the inbox keeps it. */
export function incomingEvent(
  { event: name, event_ts: eventTs, payload }: ZoomEvent,
  body: Uint8Array | string,
  now: Date,
): IncomingEvent {
  const gone = name === "app_deauthorized" ? deauthorization.safeParse(payload).data : undefined;
  const keys = eventKeys(name, payload);
  return {
    name,
    accountId: payload.account_id ?? payload.accountId ?? "",
    // Zoom: app_deauthorized has no event_ts beside event, but its own time in the payload (webhook reference).
    occurredAt: new Date(eventTs ?? gone?.deauthorization_time ?? now),
    // Two deliveries of one happening have the same bytes: event, event_ts and payload are part of what is retried.
    // `x-zm-request-id` is stable over retries too, but it is not signed, so a replay could change it.
    dedupeKey: keys.dedupeKey ?? createHash("sha256").update(body).digest("base64url"),
    stateKey: keys.stateKey,
    payload,
  };
}

/** Whose app it was that was removed; undefined for all other events. */
export function deauthorizationOf({
  name,
  payload,
}: IncomingEvent): { readonly accountId: string; readonly userId: string | undefined } | undefined {
  const gone = name === "app_deauthorized" ? deauthorization.safeParse(payload).data : undefined;
  return gone && { accountId: gone.account_id, userId: gone.user_id };
}

function refusalOf(secret: string, headers: Headers, body: Uint8Array, now: Date): string | undefined {
  const timestamp = headers.get("x-zm-request-timestamp");
  const signature = headers.get("x-zm-signature");
  if (!timestamp || !signature) return "x-zm-request-timestamp or x-zm-signature is missing.";
  if (!/^\d{1,13}$/.test(timestamp)) return "x-zm-request-timestamp is not a time.";
  const expected = Buffer.from(
    `v0=${createHmac("sha256", secret).update(`v0:${timestamp}:`).update(body).digest("hex")}`,
  );
  const given = Buffer.from(signature);
  if (given.length !== expected.length || !timingSafeEqual(given, expected))
    return "x-zm-signature is wrong.";
  if (Math.abs(now.getTime() - Number(timestamp) * 1000) > windowMs)
    return "x-zm-request-timestamp is more than five minutes off.";
  return undefined;
}

function parseJson(body: Uint8Array): unknown {
  try {
    return JSON.parse(Buffer.from(body).toString("utf8"));
  } catch {
    return undefined;
  }
}
