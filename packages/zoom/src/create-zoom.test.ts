import { readFileSync } from "node:fs";
import { stripTypeScriptTypes } from "node:module";
import { join } from "node:path";
import { Secret } from "@greenroom/connector-kit";
import { afterAll, beforeAll, expect, it } from "vitest";
import { connectedSandbox, failure, redirectUri } from "./connected-sandbox.test-kit.ts";
import { createZoom } from "./create-zoom.ts";

let made: Awaited<ReturnType<typeof connectedSandbox>>;
let app: { client_id: string; client_secret: string };
let accountId: string;

beforeAll(async () => {
  made = await connectedSandbox();
  await made.owner.post("/marketplace/apps", {
    ...{ name: "Program", kind: "server_to_server", redirect_urls: redirectUri },
    scopes: [
      "user:read:list_users:admin",
      "user:read:user:admin",
      "user:read:settings:admin",
      "meeting:write:meeting:admin",
      "meeting:read:meeting:admin",
    ],
  });
  const answer = await fetch(`${made.sandbox.url}/_sandbox/apps`);
  const known = (await answer.json()) as { account_id: string; apps: (typeof app)[] };
  accountId = known.account_id;
  app = known.apps.at(-1) ?? app;
});
afterAll(() => made.close());

const places = () => ({ baseUrl: `${made.sandbox.url}/v2`, oauthUrl: made.sandbox.url });
const serverToServer = (clientSecret = app.client_secret) =>
  createZoom({ auth: { clientId: app.client_id, clientSecret, accountId }, ...places() });
const tokenRequests = async () => {
  const { requests } = (await (await fetch(`${made.sandbox.url}/_sandbox/requests?limit=1000`)).json()) as {
    requests: { path: string }[];
  };
  return requests.filter(({ path }) => path.startsWith("/oauth/token")).length;
};

it("schedules and reads a meeting as typed functions, with nothing falsy lost", async () => {
  const zoom = serverToServer();
  const { id } = await zoom.actions.createMeeting({ topic: "From code", settings: { host_video: false } });
  const meeting = await zoom.actions.getMeeting({ meetingId: id });
  expect(meeting.topic).toBe("From code");
  expect(meeting.settings?.host_video).toBe(false);
});

it("runs the README's example as it stands there", async () => {
  const readme = readFileSync(join(import.meta.dirname, "../README.md"), "utf8");
  const source = /```ts\n([^`]*)```/.exec(readme)?.[1] ?? "";
  const code = stripTypeScriptTypes(source.replace(/^import { createZoom } from "@greenroom\/zoom";/, ""));
  expect(code).not.toContain("import");
  const said: unknown[] = [];
  const names = ["createZoom", "clientId", "clientSecret", "accountId", "console"];
  // oxlint-disable-next-line no-new-func, typescript/no-implied-eval -- of our own README
  const main = new Function(...names, `return (async () => {${code}; return id })()`) as (
    ...values: unknown[]
  ) => Promise<number>;
  const id = await main(
    (options: Parameters<typeof createZoom>[0]) => createZoom({ ...options, ...places() }),
    ...[app.client_id, app.client_secret, accountId, { log: (value: unknown) => said.push(value) }],
  );
  expect(said).toContain("hana@acme.example");
  await expect(serverToServer().actions.getMeeting({ meetingId: id })).resolves.toMatchObject({
    topic: "Review",
  });
});

it("fetches one token for many calls at once, and another when that one is dead", async () => {
  const zoom = serverToServer();
  const before = await tokenRequests();
  await Promise.all(Array.from({ length: 50 }, () => zoom.actions.getUser({ userId: "me" })));
  expect((await tokenRequests()) - before).toBe(1);
  await made.sandbox.clock.advance(3_700_000);
  await Promise.all(Array.from({ length: 50 }, () => zoom.actions.getUser({ userId: "me" })));
  expect((await tokenRequests()) - before).toBe(2);
});

it("gives the rows of a list as they come, over pages, up to a limit", async () => {
  const zoom = serverToServer();
  const emails: unknown[] = [];
  for await (const { email } of zoom.rows("listUsers", { limit: 4 })) emails.push(email);
  expect(emails).toHaveLength(4);
  const all: unknown[] = [];
  for await (const { email } of zoom.rows("listUsers", {})) all.push(email);
  expect(all).toHaveLength(6);
});

it("refreshes with a refresh token, and hands over the new one before it is used", async () => {
  const { client_id: clientId, client_secret: secret } = made.profile;
  if (typeof clientId !== "string" || !(secret instanceof Secret))
    throw new Error("the profile is not whole");
  const kept: string[] = [];
  const zoom = createZoom({
    auth: {
      ...{ clientId, clientSecret: secret.reveal() },
      refreshToken: made.tokens.refreshToken?.reveal() ?? "",
      onTokens: ({ refreshToken }) => void kept.push(refreshToken),
    },
    ...places(),
  });
  await expect(zoom.actions.getUser({ userId: "me" })).resolves.toMatchObject({
    email: "olivia@acme.example",
  });
  expect(kept).toHaveLength(1);
  expect(kept[0]).not.toBe(made.tokens.refreshToken?.reveal());
});

it("says what is wrong with an app's secret, and with a field, before anything is sent", async () => {
  expect(await failure(serverToServer("wrong").actions.getUser({ userId: "me" }))).toMatchObject({
    code: "oauth.invalid_client",
  });
  // @ts-expect-error a field that Zoom does not have is an error to the compiler too
  const error = await failure(serverToServer().actions.createMeeting({ topci: "x" }));
  expect(error.message).toContain("topic");
});

it("calls any operation that has no action of its own", async () => {
  await expect(
    serverToServer().request("GET", "/users/{userId}", { path: { userId: "me" } }),
  ).resolves.toMatchObject({
    email: "olivia@acme.example",
  });
});
