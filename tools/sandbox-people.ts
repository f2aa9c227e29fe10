/** People in the sandbox: who meet, and who looks at Zoom with an app that is not Greenroom's. */
import { call } from "./api-client.ts";
import type { Browser } from "./sandbox-browser.ts";
import { type AppCredentials, owner, signIn } from "./sandbox-owner.ts";

/** A meeting as Zoom shows it. */
export interface Meeting {
  readonly id: number;
  readonly uuid: string;
  readonly topic: string;
  readonly start_time: string;
}

/** Who hosts the meetings. */
export const host = "hana@acme.example";

/** Three people, by desktop, mobile and telephone. */
export const threePeople: readonly object[] = [
  { email: "luis@acme.example", device: "desktop" },
  { email: "mei@acme.example", device: "mobile" },
  { email: "ben@acme.example", device: "telephone", phone_number: "+33123456789" },
];

const onlookerScopes = [
  ...["user:read:user:admin", "user:read:list_users:admin", "meeting:write:meeting:admin"],
  ...[
    "meeting:read:meeting:admin",
    "meeting:read:list_meetings:admin",
    "meeting:read:list_registrants:admin",
  ],
];

/** A server-to-server app, which the owner makes, with its token. */
export async function onlooker(
  sandboxUrl: string,
  scopes: readonly string[] = onlookerScopes,
): Promise<{ token: string; browser: Browser; app: AppCredentials }> {
  const browser = await signIn(sandboxUrl, owner);
  const made = await browser.post("/marketplace/apps", {
    ...{ name: "Onlooker", kind: "server_to_server", scopes: scopes.join(" ") },
  });
  const { account_id, apps } = await call<{ account_id: string; apps: AppCredentials[] }>(
    "GET",
    `${sandboxUrl}/_sandbox/apps`,
  );
  const app = apps.find(({ id }) => made.url.pathname.endsWith(id));
  if (!app) throw new Error("the onlooker's app was not created");
  await browser.post(`/marketplace/apps/${app.id}/activation`, { active: "true" });
  const basic = Buffer.from(`${app.client_id}:${app.client_secret}`).toString("base64");
  const url = `${sandboxUrl}/oauth/token?grant_type=account_credentials&account_id=${account_id}`;
  const { access_token } = await call<{ access_token: string }>("POST", url, undefined, {
    authorization: `Basic ${basic}`,
  });
  return { token: access_token, browser, app };
}

/** A token of it. */
export async function onlookerToken(sandboxUrl: string): Promise<string> {
  return (await onlooker(sandboxUrl)).token;
}

/** The host schedules and starts a meeting, people join, all leave, it ends. */
export async function holdMeeting(
  sandboxUrl: string,
  token: string,
  topic: string,
  joiners = threePeople,
): Promise<Meeting> {
  const meeting = await call<Meeting>(
    "POST",
    `${sandboxUrl}/v2/users/${host}/meetings`,
    { topic },
    { authorization: `Bearer ${token}` },
  );
  const act = <T>(what: string, body?: object) =>
    call<T>("POST", `${sandboxUrl}/_sandbox/meetings/${meeting.id}/${what}`, body);
  const { uuid } = await act<{ uuid: string }>("start");
  const stays: { user_id: string }[] = [];
  for (const joiner of joiners) stays.push(await act<{ user_id: string }>("join", joiner));
  for (const { user_id } of stays) await act("leave", { user_id });
  await act("end");
  return { ...meeting, uuid };
}
