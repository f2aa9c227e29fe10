/** What the owner of a Zoom account does before connecting Greenroom, done at the sandbox's own pages. */
import { call } from "./api-client.ts";
import { type Browser, expectPage, openBrowser } from "./sandbox-browser.ts";

/** The owner of the sandbox's account. */
export const owner = "olivia@acme.example";
/** The user that Greenroom acts as. */
export const apiUser = "greenroom-api@acme.example";
/** Everyone's. */
export const password = "sandbox";

/** The privileges of the role, as the connector's guide lists them. */
export const guidePrivileges = [
  ...["Role:Read", "Role:Edit", "Group:Read", "Group:Edit", "Recording:Read", "Recording:Edit"],
  ...["ZoomRooms:Read", "ZoomRooms:Edit", "Meeting:Read", "Webinar:Read", "UsageReport:Read"],
  ...["ScheduleTrackingFields:Read", "ScheduleTrackingFields:Edit"],
];

/** What the example recipes need of Zoom. */
export const appScopes = [
  ...[
    "user:read:user:admin",
    "meeting:read:meeting:admin",
    "meeting:write:meeting:admin",
    "meeting:update:meeting:admin",
  ],
  ...["meeting:delete:meeting:admin", "meeting:read:list_meetings:admin", "meeting:update:status:admin"],
  ...["meeting:write:registrant:admin", "meeting:read:list_registrants:admin"],
  ...["meeting:read:list_past_participants:admin", "meeting:read:participant:admin"],
  ...["cloud_recording:read:list_recording_files:admin", "cloud_recording:read:recording:admin"],
];

/** The events that the app hears of. */
export const appEvents = [
  "meeting.created",
  "meeting.started",
  "meeting.ended",
  "meeting.participant_joined",
  "meeting.participant_left",
  "recording.completed",
];

/** An OAuth app's credentials. */
export interface AppCredentials {
  readonly id: string;
  readonly client_id: string;
  readonly client_secret: string;
  readonly secret_token: string;
}

/** Signs a person in. */
export async function signIn(sandboxUrl: string, email: string): Promise<Browser> {
  const browser = openBrowser(sandboxUrl);
  expectPage(
    await browser.post("/signin", { email, password, continue: "/marketplace/apps" }),
    `Signing in as ${email}`,
  );
  return browser;
}

/** Adds the API user (type Basic) and accepts its invitation. */
export async function addApiUser(browser: Browser): Promise<void> {
  await browser.get("/portal/users");
  expectPage(
    await browser.post("/portal/users", {
      emails: apiUser,
      type: "1",
      dept: "N/A",
      manager: "N/A",
      job_title: "N/A",
      location: "N/A",
    }),
    "Add Users",
  );
  const pending = await browser.get("/portal/users?tab=pending");
  const accept = /\/portal\/users\/([\w-]+)\/accept/.exec(pending.text)?.[1];
  if (accept !== undefined)
    expectPage(await browser.post(`/portal/users/${accept}/accept`, {}), "Accepting the invitation");
}

/** Adds the role, gives it privileges, and assigns it to the API user. @returns the role's id */
export async function addRole(
  browser: Browser,
  privileges: readonly string[] = guidePrivileges,
): Promise<string> {
  await browser.get("/portal/roles");
  const added = expectPage(
    await browser.post("/portal/roles", { name: "Greenroom", description: "What Greenroom may do" }),
    "Add Role",
  );
  const roleId = /\/portal\/roles\/([\w-]+)/.exec(added.url.pathname)?.[1];
  if (roleId === undefined) throw new Error(`Add Role led to ${added.url.href}, not to the role's page.`);
  expectPage(await browser.post(`/portal/roles/${roleId}/settings`, { privileges }), "Role Settings");
  expectPage(await browser.post(`/portal/roles/${roleId}/members`, { emails: apiUser }), "Role Members");
  return roleId;
}

/** Creates an OAuth app, admin-managed unless said otherwise. */
export async function createApp(
  browser: Browser,
  sandboxUrl: string,
  redirectUrl: string,
  { kind = "admin_managed", scopes = appScopes }: { kind?: string; scopes?: readonly string[] } = {},
): Promise<AppCredentials> {
  await browser.get("/marketplace/apps");
  const made = expectPage(
    await browser.post("/marketplace/apps", {
      ...{
        name: "Greenroom",
        kind,
        redirect_urls: redirectUrl,
        scopes: scopes.join("\n"),
      },
    }),
    "Create app",
  );
  const id = made.url.pathname.split("/").at(-1) ?? "";
  const { apps } = await call<{ apps: AppCredentials[] }>("GET", `${sandboxUrl}/_sandbox/apps`);
  const app = apps.find((one) => one.id === id);
  if (!app) throw new Error(`The app ${id} was not created.`);
  return app;
}

/** Subscribes the app to events; the sandbox validates the address by Zoom's challenge. */
export async function subscribe(
  browser: Browser,
  appId: string,
  url: string,
  events: readonly string[] = appEvents,
): Promise<void> {
  await browser.get(`/marketplace/apps/${appId}`);
  expectPage(
    await browser.post(`/marketplace/apps/${appId}/subscriptions`, {
      name: "Greenroom",
      url,
      events: events.join("\n"),
    }),
    "Event subscription",
  );
}

/**
 * Goes through Zoom's pages as a person would: authorize, sign in, consent; then back with the code, and with the cookie
 * of whoever began it.
 *
 * @returns the page of ours that the browser ends on
 */
export async function consent(
  authorizationUrl: string,
  email: string,
  { decision = "allow", cookie = "" }: { decision?: "allow" | "decline"; cookie?: string } = {},
): Promise<URL> {
  const sandbox = new URL(authorizationUrl);
  const browser = openBrowser(sandbox.origin);
  const asked = expectPage(await browser.get(authorizationUrl), "Authorize");
  if (asked.url.pathname !== "/signin")
    throw new Error(`Authorize led to ${asked.url.pathname}, expected the sign-in page.`);
  const back = asked.url.searchParams.get("continue") ?? "/";
  const shown = expectPage(await browser.post("/signin", { email, password, continue: back }), "Sign in");
  if (shown.url.pathname !== "/oauth/authorize")
    throw new Error(`Sign in led to ${shown.url.pathname}, expected the consent page.`);
  const left = await browser.post(shown.url.href, {
    ...Object.fromEntries(shown.url.searchParams),
    decision,
  });
  const answer = await fetch(left.url, { redirect: "manual", headers: { cookie } });
  return new URL(answer.headers.get("location") ?? "", left.url);
}

/** Removes the app at Marketplace > Manage > Added Apps. */
export async function removeApp(sandboxUrl: string, email: string, appId: string): Promise<void> {
  const browser = await signIn(sandboxUrl, email);
  expectPage(await browser.get(`/marketplace/added/${appId}/remove`), "Remove App");
  expectPage(
    await browser.post(`/marketplace/added/${appId}/remove`, { reason: "No longer needed" }),
    "Remove",
  );
}
