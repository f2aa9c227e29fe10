import { afterAll, beforeAll, expect, test } from "vitest";
import { MeetingsOAuthClient, MeetingsS2SAuthClient } from "@zoom/rivet/meetings";
import { json, makeApp } from "../visitor.test-kit.ts";
import { dataOf, type Rivet, startRivet } from "./rivet.test-kit.ts";

let rivet: Rivet;
beforeAll(async () => {
  rivet = await startRivet();
});
afterAll(() => rivet.close());

/** The SDK's receiver on a free port; its address is what people would enter at the Marketplace. */
async function started(
  client: MeetingsS2SAuthClient | MeetingsOAuthClient,
): Promise<{ url: string; stop: () => void }> {
  const server = await client.start();
  const address = server.address();
  if (typeof address !== "object" || address === null) throw new Error("The receiver has no port.");
  return { url: `http://127.0.0.1:${address.port}`, stop: () => server.close() };
}

test("the SDK's receiver answers our challenge, accepts our signatures, and reads our events", async () => {
  const { app, owner, sandbox, act } = rivet;
  const client = new MeetingsS2SAuthClient({
    ...{ clientId: app.client_id, clientSecret: app.client_secret, accountId: app.account_id },
    ...{ webhooksSecretToken: app.secret_token, port: 0 },
  });
  const receiver = await started(client);
  const seen: string[] = [];
  for (const name of [
    "meeting.created",
    "meeting.started",
    "meeting.participant_joined",
    "meeting.ended",
  ] as const)
    client.webEventConsumer?.event(name, ({ event, payload }) => {
      seen.push(`${event} ${payload.object?.topic}`);
    });
  const saved = await owner.post(`/marketplace/apps/${app.id}/subscriptions`, {
    ...{ name: "Events", url: `${receiver.url}/zoom/events` },
    events: ["meeting.created", "meeting.started", "meeting.participant_joined", "meeting.ended"],
  });
  expect(saved.status, await saved.text()).toBe(303);

  const made = await dataOf(
    client.endpoints.meetings.createMeeting({ path: { userId: "me" }, body: { topic: "Heard", type: 1 } }),
  );
  await act(`/meetings/${made.id}/start`);
  await act(`/meetings/${made.id}/end`);
  await fetch(`${sandbox.url}/_sandbox/deliveries?settled`);
  expect(seen).toEqual(
    expect.arrayContaining(["meeting.created Heard", "meeting.started Heard", "meeting.ended Heard"]),
  );
  const { deliveries } = (await json(await fetch(`${sandbox.url}/_sandbox/deliveries?settled`))) as {
    deliveries: { status: string }[];
  };
  expect(new Set(deliveries.map(({ status }) => status))).toEqual(new Set(["delivered"]));
  receiver.stop();
});

test("a person installs an app through the SDK's own pages, and the SDK calls with their token", async () => {
  const { owner, sandbox } = rivet;
  const scopes = ["meeting:read:list_meetings", "meeting:write:meeting", "user:read:user"];
  const app = await makeApp(sandbox.url, owner, scopes, "user_managed");
  const client = new MeetingsOAuthClient({
    ...{
      clientId: app.client_id,
      clientSecret: app.client_secret,
      webhooksSecretToken: app.secret_token,
      port: 0,
    },
    installerOptions: {
      ...{ directInstall: true, redirectUri: "http://127.0.0.1:9", redirectUriPath: "/callback" },
      stateStore: "a secret of the test",
    },
  });
  const receiver = await started(client);
  const install = await fetch(`${receiver.url}/zoom/oauth/install`, { redirect: "manual" });
  const authorize = new URL(install.headers.get("location") ?? "");
  expect(authorize.origin).toBe("https://zoom.us");
  const answer = await owner.post("/oauth/authorize", {
    ...Object.fromEntries(authorize.searchParams),
    decision: "allow",
  });
  const back = new URL(answer.headers.get("location") ?? "");
  const cookie = (install.headers.get("set-cookie") ?? "").split(";", 1)[0] ?? "";
  const done = await fetch(`${receiver.url}/callback${back.search}`, { headers: { cookie } });
  expect(await done.text()).toContain("successfully authorized");
  const list = await dataOf(client.endpoints.meetings.listMeetings({ path: { userId: "me" } }));
  expect(list.meetings).toEqual(expect.any(Array));
  receiver.stop();
});
