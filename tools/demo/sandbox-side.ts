/** What the demo sees of the sandbox from inside, and what a forger sends. */
import { createHmac } from "node:crypto";
import { call } from "../api-client.ts";
import type { Meeting } from "../sandbox-people.ts";

/** A webhook as the sandbox remembers it. */
export interface Delivery {
  readonly id: string;
  readonly event: string;
  readonly body: { readonly payload: { readonly object: Meeting } };
}

/** When a held meeting started, as its `meeting.ended` says. */
export async function startOf(sandboxUrl: string, meeting: Meeting): Promise<string> {
  const path = "/_sandbox/deliveries?event=meeting.ended";
  const { deliveries } = await call<{ deliveries: Delivery[] }>("GET", `${sandboxUrl}${path}`);
  return (
    deliveries.find(({ body }) => body.payload.object.uuid === meeting.uuid)?.body.payload.object
      .start_time ?? ""
  );
}

/** The newest access token that an app was given. */
export async function accessTokenOf(sandboxUrl: string, appId: string): Promise<string> {
  interface State {
    readonly tables: { readonly access_tokens: readonly [string, { readonly app_id: string }][] };
  }
  const { tables } = await call<State>("GET", `${sandboxUrl}/_sandbox/state?full`);
  const [token] = tables.access_tokens.findLast(([, row]) => row.app_id === appId) ?? [""];
  return token;
}

/** Sends a webhook signed with a secret that is not Zoom's. @returns the answer's status */
export async function forge(url: string, body: object): Promise<number> {
  const text = JSON.stringify(body);
  const timestamp = String(Math.floor(Date.now() / 1000));
  const signature = `v0=${createHmac("sha256", "a wrong secret").update(`v0:${timestamp}:${text}`).digest("hex")}`;
  const headers = {
    "content-type": "application/json",
    "x-zm-request-timestamp": timestamp,
    "x-zm-signature": signature,
  };
  return (await fetch(url, { method: "POST", body: text, headers })).status;
}
