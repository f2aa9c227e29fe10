/**
 * Every step of the connector's guide in the sandbox alone, in a real browser without JavaScript: an API user, its role,
 * connecting by OAuth, and removing the app. The app that connects is a receiver of a few lines.
 */
import { createHmac } from "node:crypto";
import { once } from "node:events";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { createSandbox, type RunningSandbox } from "@greenroom/zoom-sandbox";
import type { Browser, BrowserContext, Locator, Page } from "playwright-core";
import { afterAll, afterEach, beforeAll, beforeEach, expect, test } from "vitest";
import { launchBrowser } from "../browser.ts";
import { bothSchemes, faultsOf } from "../page-faults.ts";

const apiUser = "it-admin@acme.example";
const owner = "olivia@acme.example";
const password = "sandbox";

let sandbox: RunningSandbox;
let browser: Browser;
let context: BrowserContext;
let page: Page;
let workato: Awaited<ReturnType<typeof startReceiver>>;

beforeAll(async () => {
  const frozenAt = new Date("2026-11-23T12:00:00Z");
  [sandbox, browser, workato] = await Promise.all([
    createSandbox({ port: 0, frozenAt }),
    launchBrowser(),
    startReceiver(),
  ]);
});
afterAll(async () => {
  await browser?.close();
  await sandbox?.close();
  await workato?.close();
});
beforeEach(async () => {
  context = await browser.newContext({ baseURL: sandbox.url, javaScriptEnabled: false });
  context.setDefaultTimeout(15_000);
  page = await context.newPage();
});
afterEach(() => context.close());

/** What an app has on the network: the page that the browser comes back to, and an address for events. */
async function startReceiver() {
  const told: { event: string; payload: Record<string, unknown> }[] = [];
  const signing = { secret: "" };
  const server = createServer((request, response) => {
    if (request.method === "GET") {
      response.end("<h1>Back at the app</h1>");
      return;
    }
    let body = "";
    request.on("data", (part: Buffer) => (body += part.toString()));
    request.on("end", () => {
      const event = JSON.parse(body) as (typeof told)[number];
      told.push(event);
      const { plainToken } = event.payload;
      if (typeof plainToken !== "string") return response.end();
      const encryptedToken = createHmac("sha256", signing.secret).update(plainToken).digest("hex");
      return response.end(JSON.stringify({ plainToken, encryptedToken }));
    });
  });
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  const origin = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  return {
    told,
    signing,
    redirectUrl: `${origin}/oauth/callback`,
    hookUrl: `${origin}/deauthorized`,
    close: () => new Promise((resolve) => server.close(resolve)),
  };
}

const heading = (name: string) => page.getByRole("heading", { level: 1, name, exact: true });
const menu = (name: string) =>
  page
    .getByRole("navigation", { name: /^(Main|Portal|Marketplace)$/ })
    .getByRole("link", { name, exact: true });
const button = (name: string) => page.getByRole("button", { name, exact: true });
const says = (text: string) => page.getByRole("status").getByText(text).waitFor();

async function signIn(email: string): Promise<void> {
  await page.getByLabel("Email address").fill(email);
  await page.getByLabel("Password").fill(password);
  await button("Sign in").click();
}

interface Credentials {
  readonly clientId: string;
  readonly clientSecret: string;
}
let credentials: Credentials;
const authorizeUrl = (): string => {
  const redirect_uri = workato.redirectUrl;
  const query = new URLSearchParams({
    ...{ response_type: "code", client_id: credentials.clientId, redirect_uri, state: "st-1" },
  });
  return `${sandbox.url}/oauth/authorize?${query.toString()}`;
};

async function token(fields: Record<string, string>) {
  const { clientId, clientSecret } = credentials;
  const response = await fetch(`${sandbox.url}/oauth/token`, {
    method: "POST",
    headers: { authorization: `Basic ${btoa(`${clientId}:${clientSecret}`)}` },
    body: new URLSearchParams(fields),
  });
  return { status: response.status, body: (await response.json()) as Record<string, string> };
}
let tokens: Record<string, string>;
const api = async (method: string, path: string, body?: object) => {
  const response = await fetch(`${sandbox.url}/v2${path}`, {
    method,
    headers: { authorization: `Bearer ${tokens["access_token"]}`, "content-type": "application/json" },
    ...(body && { body: JSON.stringify(body) }),
  });
  const text = await response.text();
  return { status: response.status, body: (text === "" ? {} : JSON.parse(text)) as Record<string, unknown> };
};

test("Add an API user: Admin > User Management > Users > Add Users, a Basic user with N/A in its fields", async () => {
  await page.goto("/");
  await signIn(owner);
  await menu("Users").click();
  await heading("Users").waitFor();
  await button("Add Users").click();
  await heading("Add Users").waitFor();
  await page.getByLabel("Email addresses").fill(apiUser);
  await page.getByLabel("User Type").selectOption("Basic");
  for (const name of ["Department", "Manager", "Job Title", "Location"]) {
    await page.getByLabel(name, { exact: true }).fill("N/A");
  }
  await button("Add").click();
  await says(`Invited ${apiUser}.`);
  // The invited person would follow the link of an email.
  await button(`Accept invitation of ${apiUser}`).click();
  await page.getByRole("link", { name: "Users", exact: true }).last().click();
  const row = page.getByRole("row").filter({ hasText: apiUser });
  expect(await row.textContent()).toMatch(/Basic\s*Member\s*N\/A/);
});

const VIEW_AND_EDIT = [
  "Role management",
  "Groups",
  "Recording management",
  "Zoom rooms",
  "Schedule tracking fields",
];
const VIEW = ["Meetings", "Webinars", "Usage reports"];

test("Admin > Roles > Add Role, then the permissions of the guide in Role Settings, and Save Changes", async () => {
  await page.goto("/");
  await signIn(owner);
  await menu("Roles").click();
  await button("Add Role").click();
  await page.getByLabel("Role Name").fill("Workato");
  await page.getByLabel("Description").fill("What Workato may do");
  await button("Add").click();
  await heading("Workato").waitFor();
  await page.getByRole("link", { name: "Role Settings" }).click();
  const box = (kind: string, name: string) =>
    page.getByRole("checkbox", { name: `${kind} ${name}`, exact: true });
  for (const name of VIEW_AND_EDIT) {
    await box("View", name).check();
    await box("Edit", name).check();
  }
  for (const name of VIEW) await box("View", name).check();
  await button("Save Changes").click();
  await says("Saved the role's settings.");
  await page.goto(page.url());
  const checked = page.getByRole("checkbox", { checked: true });
  const names = await checked.evaluateAll((boxes) =>
    boxes.map((one) => one.getAttribute("aria-label") ?? ""),
  );
  const wanted = [
    ...VIEW_AND_EDIT.flatMap((name) => [`View ${name}`, `Edit ${name}`]),
    ...VIEW.map((name) => `View ${name}`),
  ];
  expect(new Set(names)).toEqual(new Set(wanted));
});

test("Users > find the API user > Edit > the new User Role > Save", async () => {
  await page.goto("/");
  await signIn(owner);
  await menu("Users").click();
  await page.getByRole("searchbox", { name: "Search" }).fill("it-admin");
  await button("Search").click();
  await page.getByRole("link", { name: `Edit ${apiUser}` }).click();
  await page.getByLabel("User Role").selectOption("Workato");
  await button("Save").click();
  await says(`Saved ${apiUser}.`);
  await menu("Roles").click();
  const row = page.getByRole("row").filter({ hasText: "What Workato may do" });
  expect(await row.getByRole("cell").nth(1).textContent()).toBe("1");
});

test("Develop > Build app: an admin-managed OAuth app, its scopes found by search, its credentials shown", async () => {
  await page.goto("/marketplace");
  await signIn(owner);
  await menu("Develop").click();
  await page.getByLabel("App name").fill("Workato");
  await page.getByLabel("Kind of app").selectOption("General app, admin-managed");
  await page.getByLabel("OAuth redirect URLs").fill(workato.redirectUrl);
  await page.getByLabel("Deauthorization notification URL").fill(workato.hookUrl);
  await button("Create").click();
  await says("Created the app.");

  await page.getByRole("link", { name: "Scopes" }).click();
  for (const scope of [
    "user:read:user:admin",
    "role:read:list_roles:admin",
    "role:write:role:admin",
    "account:update:settings:admin",
    "meeting:read:list_meetings:admin",
  ]) {
    await page.getByLabel("Search scopes").fill(scope);
    await button("Search").click();
    await page.getByRole("checkbox", { name: scope, exact: false }).first().check();
    await button("Save scopes").click();
    await says("Saved.");
  }
  expect(await page.getByRole("heading", { name: "Added scopes (5)" }).count()).toBe(1);
  await page.getByRole("link", { name: "App Credentials" }).click();
  credentials = { clientId: await credential("Client ID"), clientSecret: await credential("Client secret") };
  expect(credentials.clientId).toMatch(/^\w{22}$/);
});

const credential = async (name: string): Promise<string> =>
  (await page.getByRole("row").filter({ hasText: name }).getByRole("cell").first().textContent()) ?? "";

test("Develop > Build app: server-to-server and webhook only; Validate says why an endpoint fails, and what was entered stays", {
  timeout: 120_000,
}, async () => {
  await page.goto("/marketplace/apps");
  await signIn(owner);
  const build = async (name: string, kind: string) => {
    await page.goto("/marketplace/apps");
    await page.getByText("Build app", { exact: true }).click();
    await page.getByLabel("App name").fill(name);
    await page.getByLabel("Kind of app").selectOption(kind);
    await button("Create").click();
    await says("Created the app.");
  };
  await build("Nightly", "Server-to-server OAuth");
  expect(await credential("Account ID")).toMatch(/^\S{22}$/);
  const before = await credential("Client secret");
  await button("Regenerate client secret").click();
  await heading("Regenerate the client secret of Nightly?").waitFor();
  await button("Regenerate").click();
  await says("The app has another client secret.");
  expect(await credential("Client secret")).not.toBe(before);

  await build("Listener", "Webhook only");
  workato.signing.secret = `not ${await credential("Secret token")}`;
  const secret = await credential("Secret token");
  await page.getByRole("link", { name: "Event subscriptions" }).click();
  await page.getByLabel("Subscription name").fill("Starts");
  await page.getByLabel("Event notification endpoint URL").fill(workato.hookUrl);
  await page
    .locator("summary")
    .filter({ hasText: /^meetings \(/ })
    .click();
  await page.getByRole("checkbox", { name: "meeting.started", exact: true }).check();
  await button("Validate").click();
  await page.getByRole("alert").getByText("check that it uses this app's secret token").waitFor();
  workato.signing.secret = secret;
  await button("Validate").click();
  await says(`${workato.hookUrl} answered the challenge. Nothing is saved yet.`);
  expect(await page.getByLabel("Subscription name").inputValue()).toBe("Starts");
  await button("Validate and save").click();
  await says(`${workato.hookUrl} answered the challenge; the subscription is saved.`);
  expect(await page.getByRole("row").filter({ hasText: "Starts" }).textContent()).toContain(
    "meeting.started",
  );
  await page.getByRole("link", { name: "Activation" }).click();
  await button("Delete this app…").click();
  await heading("Delete the app Listener?").waitFor();
  await button("Delete").click();
  await says("Deleted Listener.");
  workato.told.length = 0;
});

test("Connect: Zoom's sign-in and consent, declined and then allowed as the API user, within its role", async () => {
  await page.goto(authorizeUrl());
  await heading("Sign in").waitFor();
  await signIn(apiUser);
  await heading("Workato asks for access").waitFor();
  await page.getByText("role:read:list_roles:admin").waitFor();
  await button("Decline").click();
  await heading("Back at the app").waitFor();
  expect(Object.fromEntries(new URL(page.url()).searchParams)).toMatchObject({
    ...{ error: "access_denied", state: "st-1" },
  });

  await page.goto(authorizeUrl());
  await button("Allow").click();
  await heading("Back at the app").waitFor();
  const { code = "", state } = Object.fromEntries(new URL(page.url()).searchParams);
  expect(state).toBe("st-1");
  const answer = await token({
    grant_type: "authorization_code",
    ...{ code, redirect_uri: workato.redirectUrl },
  });
  expect(answer).toMatchObject({ status: 200, body: { token_type: "bearer", expires_in: 3599 } });
  tokens = answer.body;
  expect(tokens["scope"]).not.toContain("account:update:settings");

  expect(await api("GET", "/users/me")).toMatchObject({
    status: 200,
    body: { email: apiUser, role_name: "Workato" },
  });
  expect((await api("POST", "/roles", { name: "Made by Workato" })).status).toBe(201);
  expect((await api("GET", "/users/hana@acme.example/meetings")).status).toBe(200);
  // The guide's role does not hold the privilege over users.
  expect(await api("GET", "/users/hana@acme.example")).toMatchObject({ status: 400, body: { code: 4711 } });
});

test("Uninstall: Manage > Added Apps > Remove, a reason from the drop-down, Remove", async () => {
  await page.goto("/marketplace");
  await signIn("adam@acme.example");
  await menu("Manage").click();
  await menu("Added Apps").click();
  await page.getByRole("link", { name: "Remove Workato" }).click();
  await heading("Remove App").waitFor();
  await page.getByLabel("Reason for removing this app").selectOption("I no longer need the app");
  await button("Remove").click();
  await says("Removed Workato.");
  await page.getByText("No app has been added.").waitFor();

  expect(await api("GET", "/users/me")).toMatchObject({ status: 401, body: { code: 124 } });
  const refresh = await token({ grant_type: "refresh_token", refresh_token: tokens["refresh_token"] ?? "" });
  expect(refresh).toEqual({ status: 400, body: { reason: "Invalid Token!", error: "invalid_grant" } });
  await sandbox.clock.advance(0);
  expect(workato.told).toMatchObject([
    { event: "app_deauthorized", payload: { client_id: credentials.clientId } },
  ]);
});

test("Install again: the app that needs approval is requested by a person and approved by an admin", async () => {
  await page.goto("/marketplace/account");
  await signIn(owner);
  await button("Require approval Workato").click();
  await button("Sign out").click();

  await page.goto(authorizeUrl());
  await signIn("hana@acme.example");
  await page.getByLabel("Why you need it").fill("For the follow-ups");
  await button("Request pre-approve").click();
  await page.getByText("Your request is with the admins.").waitFor();
  await button("Sign out").click();

  await page.goto("/marketplace/requests");
  await signIn(owner);
  await page.getByText("For the follow-ups").waitFor();
  await button("Approve Workato for hana@acme.example").click();
  await says("Approved the request of hana@acme.example.");
  await button("Sign out").click();

  await page.goto(authorizeUrl());
  await signIn("hana@acme.example");
  await button("Allow").click();
  await heading("Back at the app").waitFor();
  expect(new URL(page.url()).searchParams.get("code")).toMatch(/^\w{40}$/);
});

test("People in bulk: groups, a CSV import, deactivating and deleting with transfer", {
  timeout: 120_000,
}, async () => {
  await page.goto("/");
  await signIn(owner);
  await menu("Groups").click();
  await button("Add Group").click();
  await page.getByLabel("Group Name").fill("Night shift");
  await button("Add").click();
  await heading("Night shift").waitFor();

  await menu("Users").click();
  await button("Import").click();
  await page
    .getByLabel("Or paste it")
    .fill('Email,First Name,Last Name,User Group\nzoe@acme.example,Zoe,"Zhang, Dr.",Night shift');
  await button("Import").last().click();
  await says("Invited 1 and updated 0 people.");
  await page.getByRole("link", { name: "Pending" }).click();
  await button("Accept invitation of zoe@acme.example").click();
  await page.getByRole("link", { name: "Users", exact: true }).last().click();
  await page.getByRole("searchbox", { name: "Search" }).fill("zhang");
  await button("Search").click();
  expect(await page.getByRole("row").filter({ hasText: "zoe@" }).textContent()).toMatch(
    /Zhang, Dr\.[\s\S]*Night shift/,
  );
  await page.getByRole("checkbox", { name: "Choose zoe@acme.example" }).check();
  await page.getByLabel("With the chosen").selectOption("Deactivate");
  await button("Apply").click();
  await says("Done for zoe@acme.example.");

  await page.goto("/portal/users?q=zoe");
  await page.getByRole("link", { name: "Edit zoe@acme.example" }).click();
  await button("Unlink or delete zoe@acme.example").click();
  await page.getByLabel("Email of who gets it").fill("hana@acme.example");
  await button("Delete").click();
  await says("Deleted zoe@acme.example.");
  await page.goto("/portal/users?q=zoe");
  await page.getByText("Nobody fits.").waitFor();

  // What takes something away from many, or for good, asks first.
  await page.goto("/portal/users?q=ben@");
  await page.getByRole("checkbox", { name: "Choose ben@acme.example" }).check();
  await page.getByLabel("With the chosen").selectOption("Delete");
  await button("Apply").click();
  await heading("Delete 1 person?").waitFor();
  await page.getByLabel("Email of who gets it").fill("hana@acme.example");
  await button("Delete").click();
  await says("Done for ben@acme.example.");
  await menu("Groups").click();
  await page.getByRole("link", { name: "Night shift" }).click();
  await button("Delete this group…").click();
  await heading("Delete the group Night shift?").waitFor();
  await page.getByRole("link", { name: "Cancel" }).click();
  await heading("Night shift").waitFor();
  await button("Delete this group…").click();
  await button("Delete").click();
  await says("Deleted the group Night shift.");
});

test("By the keyboard alone: signing in, adding a user, a role with its ticks, and taking the role away again", {
  timeout: 120_000,
}, async () => {
  /** Presses Tab until the focus is on it: what cannot be reached is not there for who has no mouse. */
  const tabTo = async (wanted: Locator): Promise<void> => {
    const focused = wanted.and(page.locator(":focus"));
    for (let presses = 0; presses < 150 && (await focused.count()) === 0; presses += 1)
      await page.keyboard.press("Tab");
    expect([String(wanted), await focused.count()]).toEqual([String(wanted), 1]);
  };
  const press = async (wanted: Locator, key = "Enter"): Promise<void> => {
    await tabTo(wanted);
    await page.keyboard.press(key);
  };
  const write = async (label: string, text: string): Promise<void> => {
    await tabTo(page.getByLabel(label));
    await page.keyboard.type(text);
  };
  await page.goto("/portal/users");
  await write("Email address", owner);
  await write("Password", password);
  await page.keyboard.press("Enter");
  await heading("Users").waitFor();
  await press(page.getByRole("link", { name: "Skip to content" }));
  await press(button("Add Users"));
  await heading("Add Users").waitFor();
  await write("Email addresses", "kim@acme.example");
  await write("Department", "Sales");
  await press(button("Add"));
  await says("Invited kim@acme.example.");
  await press(menu("Roles"));
  await press(button("Add Role"));
  await write("Role Name", "Passing");
  await press(button("Add"));
  await press(page.getByRole("checkbox", { name: "View Users" }), "Space");
  await press(button("Save Changes"));
  await says("Saved the role's settings.");
  expect(await page.getByRole("checkbox", { name: "View Users" }).isChecked()).toBe(true);
  await press(button("Delete this role…"));
  await heading("Delete the role Passing?").waitFor();
  await press(button("Delete"));
  await says("Deleted the role Passing.");
});

test("the pages have landmarks, labels, enough contrast, and fit a phone, in light and dark", {
  timeout: 120_000,
}, async () => {
  const seen: string[] = [];
  for (const colorScheme of bothSchemes) {
    const scripted = await browser.newContext({
      ...{ baseURL: sandbox.url, colorScheme, viewport: { width: 360, height: 800 } },
    });
    page = await scripted.newPage();
    await page.goto("/signin");
    seen.push(...(await faultsOf(page)));
    await signIn(owner);
    const listed = async (path: string, selector: string): Promise<string> => {
      await page.goto(path);
      return (await page.locator(selector).first().getAttribute("href")) ?? "";
    };
    const person = await listed("/portal/users?q=hana", "a[aria-label^=Edit]");
    const group = await listed("/portal/groups", "tbody a");
    const app = await listed("/marketplace/apps", "tbody a");
    for (const path of [
      ...["/portal/users", "/portal/users?tab=pending", "/portal/users?tab=advanced", "/portal/users/new"],
      ...["/portal/users/import", person, `${person}/delete`, "/portal/roles", "/portal/roles/new"],
      ...["/portal/roles/1", "/portal/roles/1?tab=members", "/portal/groups", group, `${group}?tab=admins`],
      ...["/portal/settings", "/portal/tracking-fields", "/portal/tracking-fields/new", "/portal/reports"],
      ...["/portal/rooms", "/portal/webinars", "/portal/recordings", `${group}?tab=settings`],
      ...[`${group}?tab=profile`, "/portal/account", "/marketplace", "/marketplace/apps", app],
      ...[`${app}?tab=information`, `${app}?tab=scopes&q=meeting`, `${app}?tab=events`],
      ...[`${app}?tab=activation`, "/marketplace/added", "/marketplace/account", "/marketplace/requests"],
      ...["/portal/roles/2?tab=members", "/portal/meetings", "/portal/recordings/trash", `${group}/delete`],
      ...["/portal/phone/users", "/portal/phone/calls", `${app}/secret`, "/oauth_device", authorizeUrl()],
    ]) {
      await page.goto(path);
      seen.push(...(await faultsOf(page)));
    }
    await scripted.close();
  }
  expect(seen).toEqual([]);
});
