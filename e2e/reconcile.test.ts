/** Webhooks that are lost, doubled and shuffled: every event gives exactly one job all the same. */
import type { Engine } from "@greenroom/engine";
import { zoom } from "@greenroom/zoom";
import { afterAll, beforeAll, expect, test, vi } from "vitest";
import { zoomOperation } from "../packages/zoom/src/facts/operations.ts";
import { call } from "../tools/api-client.ts";
import { onlooker } from "../tools/sandbox-people.ts";
import { subscribe } from "../tools/sandbox-owner.ts";
import { accountOwner, connectedEngines } from "./connected-engines.test-kit.ts";
import { webhookReceiver } from "./webhook-receiver.test-kit.ts";

const triggers = {
  "meeting-created": "meeting.created",
  "meeting-updated": "meeting.updated",
  "meeting-ended": "meeting.ended",
  "recording-completed": "recording.completed",
  "recording-transcript-completed": "recording.transcript_completed",
  "meeting-registration-created": "meeting.registration_created",
  "user-created": "user.created",
  "chat-message-sent": "chat_message.sent",
} as const;
/** 2,000 in all. */
const counts: Readonly<Record<keyof typeof triggers, number>> = {
  ...{ "meeting-created": 700, "meeting-updated": 500, "meeting-ended": 100, "recording-completed": 50 },
  ...{ "recording-transcript-completed": 50, "meeting-registration-created": 400 },
  ...{ "user-created": 150, "chat-message-sent": 50 },
};
const hosts = [accountOwner, "hana@acme.example", "luis@acme.example"];

let stack: Awaited<ReturnType<typeof connectedEngines>>;
let engine: Engine;
let http: Awaited<ReturnType<typeof webhookReceiver>>;
let authorization: { authorization: string };

beforeAll(async () => {
  stack = await connectedEngines();
  engine = stack.first;
  const reads = (zoom.reconcilers ?? []).flatMap((one) => one.reads);
  const all = [
    ...[...Object.values(zoom.actions), ...Object.values(zoom.triggers)].flatMap((one) => one.scopes),
    ...reads.flatMap((read) => {
      const [method = "", path = ""] = read.split(" ");
      const { classic, granular } = zoomOperation(method, path)?.scopes ?? { classic: [], granular: [] };
      return [...granular, ...classic];
    }),
  ];
  const scopes = [...new Set(all)].filter((scope) => !scope.endsWith(":master"));
  const profile = await stack.newProfile("zoom-admin-oauth", "App", scopes);
  http = await webhookReceiver(engine, () => stack.time.now());
  const url = `${http.url}/zoom/${profile.id}`;
  await subscribe(stack.owner, profile.appId, url, Object.values(triggers));
  const { id } = await engine.connections.create({ name: "zoom", connector: "zoom", profileId: profile.id });
  await stack.connect(id, accountOwner);
  // People work at Zoom itself and not through Greenroom, whose limits are not theirs.
  authorization = { authorization: `Bearer ${(await onlooker(stack.sandbox.url, scopes)).token}` };
});
afterAll(async () => {
  await http?.close();
  await stack?.close();
});

/** Minute by minute: what is on the wire must not grow old. */
async function pass(ms: number): Promise<void> {
  for (let left = ms; left > 0; left -= 60_000) {
    await stack.control("GET", "/deliveries?settled");
    stack.time.advance(Math.min(left, 60_000));
    await stack.sandbox.clock.advance(Math.min(left, 60_000));
  }
}

const send = (method: string, path: string, body: unknown) =>
  call<{ id: number }>(method, `${stack.sandbox.url}/v2${path}`, body, authorization);
const post = (path: string, body: unknown) => send("POST", path, body);
const rule = (body: object) => stack.control("POST", "/deliveries/rules", body);
const times = <T>(count: number, work: (index: number) => Promise<T>) =>
  inTurns(
    Array.from({ length: count }, (_, index) => index),
    work,
  );

/** A few at a time, as people do it. */
async function inTurns<I, T>(items: readonly I[], work: (item: I) => Promise<T>): Promise<T[]> {
  const results: T[] = [];
  for (let at = 0; at < items.length; at += 8)
    results.push(...(await Promise.all(items.slice(at, at + 8).map(work))));
  return results;
}

/** Everything that happens. */
async function happen(): Promise<void> {
  const meetings = await times(counts["meeting-created"], (index) =>
    post(`/users/${hosts[index % hosts.length]}/meetings`, {
      ...{ topic: `Meeting ${index}`, type: 2, start_time: "2030-01-01T10:00:00Z", duration: 30 },
      settings: { approval_type: index < 40 ? 0 : 2 },
    }),
  );
  const ids = meetings.map(({ id }) => id);
  // Five minutes later somebody looks. Of what is made and changed between two looks Zoom lists the last state alone.
  await pass(5 * 60_000);
  await engine.triggers.runDue();
  await times(400, (index) =>
    post(`/meetings/${ids[index % 40]}/registrants`, {
      email: `r${index}@people.example`,
      first_name: "R",
      last_name: "R",
    }),
  );
  await inTurns(ids.slice(100, 600), (id) => send("PATCH", `/meetings/${id}`, { topic: `Changed ${id}` }));
  await times(counts["user-created"], (index) =>
    post("/users", {
      action: "custCreate",
      user_info: { email: `u${index}@acme.example`, type: 1, first_name: "U" },
    }),
  );
  await times(counts["chat-message-sent"], (index) =>
    post("/chat/users/me/messages", { message: `Hello ${index}`, to_contact: "hana@acme.example" }),
  );
  const act = (id: number, what: string) => stack.control("POST", `/meetings/${id}/${what}`, {});
  // One after the other for each host: Zoom lets a person hold one meeting at a time.
  const held = Map.groupBy(ids.slice(600), (id) => ids.indexOf(id) % hosts.length);
  let recorded = 0;
  for (const group of held.values()) {
    for (const id of group) {
      await act(id, "start");
      if (recorded < counts["recording-completed"]) {
        recorded += 1;
        await act(id, "recording/start");
        await pass(1_000);
      }
      await act(id, "end");
    }
  }
}

test("with a fifth of 2,000 deliveries dropped, a tenth doubled and all shuffled, every event gives exactly one job", async () => {
  const recipes = new Map<keyof typeof triggers, string>();
  for (const trigger of Object.keys(triggers) as (keyof typeof triggers)[]) {
    const source = `name: ${trigger}\ntrigger: { use: zoom/${trigger}, connection: zoom }\nsteps:\n  - stop: { as: succeeded }\n`;
    const { id } = await engine.recipes.create(source);
    await engine.recipes.start(id);
    recipes.set(trigger, id);
  }
  await engine.triggers.runDue();
  await pass(60_000);

  await rule({ kind: "drop", share: 0.2 });
  await rule({ kind: "duplicate", share: 0.1 });
  for (const delayMs of [20_000, 80_000, 140_000]) await rule({ kind: "delay", share: 0.3, delayMs });
  await rule({ kind: "reorder", share: 0.5 });
  await happen();
  await stack.control("GET", "/deliveries?settled");
  // What was held back comes late, what Zoom has to process is done, and the looks are due.
  await pass(9 * 60_000);
  await stack.control("GET", "/deliveries?settled");
  const { deliveries } = await stack.control<{ deliveries: { id: string; status: string; event: string }[] }>(
    ...(["GET", "/deliveries?limit=5000"] as const),
  );
  const dropped = deliveries.filter(({ status }) => status === "dropped");
  expect(deliveries.length).toBe(2_000);
  expect(dropped.length).toBeGreaterThan(300);

  await engine.triggers.runDue();
  await engine.idle();
  const jobs = async () => {
    const counted = await engine.queries.countJobs();
    return Object.fromEntries(
      [...recipes].map(([trigger, id]) => [trigger, counted.get(id)?.succeeded ?? 0]),
    );
  };
  await vi.waitFor(async () => expect(await jobs()).toEqual(counts), { timeout: 20_000, interval: 500 });

  // Zoom tries again what it believes lost: it is known by then.
  await stack.control("DELETE", "/deliveries/rules");
  await inTurns(dropped, ({ id }) => stack.control("POST", `/deliveries/${id}/redeliver`));
  await pass(5 * 60_000);
  await engine.triggers.runDue();
  await engine.idle();
  expect(await jobs()).toEqual(counts);
  let reconciled = 0;
  for (let cursor: string | undefined; ; ) {
    const page = await engine.queries.listEvents({ limit: 200, ...(cursor && { cursor }) });
    reconciled += page.items.filter((event) => event.reconciled).length;
    if (page.nextCursor === undefined) break;
    cursor = page.nextCursor;
  }
  expect(reconciled).toBeGreaterThan(250);
  // Not each that came late, or whose double came, was found first.
  expect(reconciled).toBeLessThan(2 * dropped.length);
  for (const id of recipes.values())
    expect((await engine.triggers.looksFor(id)).map(({ error }) => error)).toEqual([null]);
}, 400_000);
