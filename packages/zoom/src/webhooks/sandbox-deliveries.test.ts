import { afterAll, beforeAll, expect, it } from "vitest";
import { connectedSandbox, listen } from "../connected-sandbox.test-kit.ts";
import { triggers } from "../triggers.gen.ts";

let zoom: Awaited<ReturnType<typeof connectedSandbox>>;
let receiver: Awaited<ReturnType<typeof listen>>;

const events = ["meeting.created", "meeting.started", "meeting.ended", "meeting.participant_joined"];

beforeAll(async () => {
  zoom = await connectedSandbox();
  receiver = await listen(zoom.profile);
  const subscription = { name: "all", url: receiver.url, events };
  const saved = await zoom.owner.post(`/marketplace/apps/${zoom.appId}/subscriptions`, subscription);
  if (saved.status !== 303) throw new Error(`the subscription was refused: ${await saved.text()}`);
});
afterAll(async () => {
  await receiver.close();
  await zoom.close();
});

/** What has come, once nothing is on the wire. */
async function received() {
  await fetch(`${zoom.sandbox.url}/_sandbox/deliveries?settled`);
  return receiver.answers.flatMap((answer) => answer.events);
}

it("answers the challenge, so that Zoom saves the subscription", () => {
  expect(receiver.answers[0]).toMatchObject({
    status: 200,
    body: { plainToken: expect.any(String) },
    events: [],
  });
});

it("accepts what Zoom signs; every trigger reads its event as it comes", async () => {
  const { id } = await zoom.run("create-meeting", { topic: "Signed" });
  await zoom.control(`/meetings/${id}/start`);
  await zoom.control(`/meetings/${id}/join`, { name: "Ada", email: "ada@example.com" });
  await zoom.control(`/meetings/${id}/join`, { device: "telephone", phone_number: "+33123456789" });
  await zoom.control(`/meetings/${id}/end`);
  const came = await received();
  expect(receiver.answers.filter(({ status }) => status !== 200)).toEqual([]);
  expect(new Set(came.map(({ name }) => name))).toEqual(new Set(events));
  for (const trigger of Object.values(triggers)) {
    if (trigger.kind === "polling" || typeof trigger.event !== "string") continue;
    for (const { payload } of came.filter(({ name }) => name === trigger.event))
      trigger.payload.parse(payload);
  }
  expect(new Set(came.map(({ dedupeKey }) => dedupeKey)).size).toBe(came.length);
});

it("knows a duplicate delivery by its key", async () => {
  const before = await received();
  const list: unknown = await (await fetch(`${zoom.sandbox.url}/_sandbox/deliveries?limit=1`)).json();
  const id = /"id":"([^"]+)"/.exec(JSON.stringify(list))?.[1] ?? "";
  await zoom.control(`/deliveries/${id}/duplicate`);
  const after = await received();
  expect(after).toHaveLength(before.length + 1);
  expect(before.map(({ dedupeKey }) => dedupeKey)).toContain(after.at(-1)?.dedupeKey);
});

it("learns from app_deauthorized that the account removed the app, and its token is dead", async () => {
  await zoom.owner.post(`/marketplace/apps/${zoom.appId}`, { deauthorization_url: receiver.url });
  await zoom.owner.post(`/marketplace/added/${zoom.appId}/remove`, { reason: "A test" });
  await received();
  const told = receiver.answers.find(({ deauthorized }) => deauthorized);
  expect(told?.deauthorized?.accountId).toBe(told?.events[0]?.accountId);
  await expect(zoom.run("get-user", {})).rejects.toMatchObject({ kind: "reconnect", code: "zoom.124" });
});
