/** What is found has the keys of what was told: each reconciler against the sandbox, beside its webhooks. */
import { ConnectorError, type IncomingEvent, type ReconciledEvent } from "@greenroom/connector-kit";
import { afterAll, beforeAll, expect, it } from "vitest";
import { actions } from "../actions.gen.ts";
import { connectedSandbox, listen } from "../connected-sandbox.test-kit.ts";
import { zoomOperation } from "../facts/operations.ts";
import { triggers } from "../triggers.gen.ts";
import { reconcilers } from "./reconcilers.ts";

const events = reconcilers.flatMap((one) => one.events);
let zoom: Awaited<ReturnType<typeof connectedSandbox>>;
let receiver: Awaited<ReturnType<typeof listen>>;
const cursors = new Map<string, unknown>();
const found: ReconciledEvent[] = [];

beforeAll(async () => {
  const scopes = [
    ...[...Object.values(actions), ...Object.values(triggers)].flatMap((one) => one.scopes as string[]),
    ...reconcilers
      .flatMap(({ reads }) => reads)
      .flatMap((read) => {
        const [method = "", path = ""] = read.split(" ");
        const { classic = [], granular = [] } = zoomOperation(method, path)?.scopes ?? {};
        return [...granular, ...classic];
      }),
  ];
  zoom = await connectedSandbox([...new Set(scopes)].filter((scope) => !scope.endsWith(":master")));
  receiver = await listen(zoom.profile, () => zoom.sandbox.clock.now());
  const subscription = { name: "All", url: receiver.url, events };
  const saved = await zoom.owner.post(`/marketplace/apps/${zoom.appId}/subscriptions`, subscription);
  if (saved.status !== 303) throw new Error(await saved.text());
});
afterAll(async () => {
  await zoom.close();
  await receiver.close();
});

/** Looks with every reconciler, some minutes later. */
async function look(): Promise<void> {
  await zoom.sandbox.clock.advance(3 * 60_000);
  for (const reconciler of reconcilers) {
    const answer = await reconciler.look({
      ...{ client: zoom.client, cursor: cursors.get(reconciler.id), config: new Set(events) },
      ...{ now: zoom.sandbox.clock.now(), accountId: "account", signal: new AbortController().signal },
    });
    // What is kept between looks is JSON.
    cursors.set(reconciler.id, JSON.parse(JSON.stringify(answer.cursor)));
    found.push(...answer.events);
  }
}

async function told(): Promise<IncomingEvent[]> {
  await fetch(`${zoom.sandbox.url}/_sandbox/deliveries?settled`);
  return receiver.answers.flatMap((answer) => answer.events);
}

const send = (method: string, path: string, body?: unknown) =>
  zoom.client.request(method, path, { body }) as Promise<never>;

it("whatever happens, what is found is what was told, with the same keys, and nothing else", async () => {
  const began = zoom.sandbox.clock.now();
  await look();
  expect(found).toEqual([]);

  const plan = { type: 2, start_time: "2030-01-01T10:00:00Z", duration: 30, settings: { approval_type: 1 } };
  const meeting: { id: number } = await send("POST", "/users/hana@acme.example/meetings", {
    topic: "A",
    ...plan,
  });
  const webinar: { id: number } = await send("POST", "/users/me/webinars", { topic: "W", ...plan, type: 5 });
  const user: { id: string } = await send("POST", "/users", {
    ...{ action: "custCreate", user_info: { email: "new@acme.example", type: 1, first_name: "New" } },
  });
  const message: { id: string } = await send("POST", "/chat/users/me/messages", {
    ...{ message: "Hello", to_contact: "hana@acme.example" },
  });
  await send("POST", "/chat/users/me/messages", {
    ...{ message: "Again", to_contact: "hana@acme.example", reply_main_message_id: message.id },
  });
  await look();
  const kinds = [
    [`/meetings/${meeting.id}`, "m"],
    [`/webinars/${webinar.id}`, "w"],
  ] as const;
  const people = new Map<string, { registrant_id: string }[]>();
  for (const [path, letter] of kinds) {
    await send("PATCH", path, { topic: "B", duration: 30 });
    const made: { registrant_id: string }[] = [];
    for (const name of ["approve", "deny", "cancel", "leave"])
      made.push(
        await send("POST", `${path}/registrants`, {
          email: `${name}-${letter}@people.example`,
          first_name: name,
          last_name: "P",
        }),
      );
    people.set(path, made);
  }
  await send("PATCH", `/users/${user.id}`, { dept: "Sales" });
  await look();
  for (const [path] of kinds) {
    for (const [index, action] of ["approve", "deny", "cancel"].entries())
      await send("PUT", `${path}/registrants/status`, {
        action,
        registrants: [{ id: people.get(path)?.[index]?.registrant_id }],
      });
  }
  await send("PUT", `/users/${user.id}/status`, { action: "deactivate" });
  await look();
  await send("PUT", `/users/${user.id}/status`, { action: "activate" });
  for (const [kind, { id }] of [
    ["meetings", meeting],
    ["webinars", webinar],
  ] as const) {
    await zoom.control(`/${kind}/${id}/start`);
    if (kind === "meetings") await zoom.control(`/${kind}/${id}/recording/start`);
    await zoom.sandbox.clock.advance(60_000);
    await zoom.control(`/${kind}/${id}/end`);
  }
  await look();
  await look();

  const all = await told();
  expect(new Set(all.map(({ name }) => name))).toEqual(new Set(events));
  const keyOfFound = ({ name, dedupeKey, state }: ReconciledEvent) => `${name} ${state?.key ?? dedupeKey}`;
  const keyOfTold = ({ name, dedupeKey, stateKey }: IncomingEvent) => `${name} ${stateKey ?? dedupeKey}`;
  // What is looked at twice, as reports come late, has one key.
  const distinct = [...new Map(found.map((one) => [one.dedupeKey, one])).values()];
  expect(distinct.map(keyOfFound).toSorted()).toEqual(all.map(keyOfTold).toSorted());

  // Who asks only now for all since then is listed the same, in spans that Zoom lists at once.
  const toldKeys = new Set(all.map(keyOfTold));
  for (const { id, past, look: lookAt } of reconcilers) {
    for (const daysBefore of [0, 100]) {
      const since = new Date(began.getTime() - daysBefore * 86_400_000);
      const { events: listed } = await lookAt({
        ...{ client: zoom.client, cursor: past?.cursor(since), config: new Set(events) },
        ...{ now: zoom.sandbox.clock.now(), accountId: "account", signal: new AbortController().signal },
      });
      expect([id, past?.events.filter((name) => !listed.some((one) => one.name === name))]).toEqual([id, []]);
      expect(listed.filter(({ occurredAt }) => occurredAt < since)).toEqual([]);
      if (daysBefore > 0) continue;
      const kept = listed.filter(({ name }) => past?.events.includes(name)).map(keyOfFound);
      expect(kept.filter((key) => !toldKeys.has(key))).toEqual([]);
    }
  }

  for (const one of found) {
    const trigger = Object.values(triggers).find(({ event }) => event === one.name);
    expect([one.name, trigger?.payload.safeParse(one.payload).error?.message]).toEqual([one.name, undefined]);
    // The span in which it happened holds the time that was told.
    const same = all.filter((event) => keyOfTold(event) === keyOfFound(one));
    if (one.state === undefined) continue;
    const { since } = one.state;
    expect([
      one.name,
      same.some(
        ({ occurredAt }) => occurredAt >= since && occurredAt.getTime() <= one.occurredAt.getTime() + 60_000,
      ),
    ]).toEqual([one.name, true]);
  }
}, 60_000);

it("who may not list the account's people looks at what is their own alone", async () => {
  const client = {
    ...zoom.client,
    request: async (method: string, path: string, options?: object) => {
      if (path === "/users") throw new ConnectorError("forbidden", "zoom.4711", "no scope");
      return await zoom.client.request(method, path, options);
    },
  };
  const meetings = reconcilers.find(({ id }) => id === "meetings");
  const at = { config: new Set(events), accountId: "account", signal: new AbortController().signal };
  const first = await meetings?.look({ ...at, client, cursor: undefined, now: zoom.sandbox.clock.now() });
  await send("POST", "/users/hana@acme.example/meetings", {
    topic: "Another's",
    type: 2,
    start_time: "2030-01-01T10:00:00Z",
  });
  await send("POST", "/users/me/meetings", { topic: "Mine", type: 2, start_time: "2030-01-01T10:00:00Z" });
  await zoom.sandbox.clock.advance(120_000);
  const next = await meetings?.look({ ...at, client, cursor: first?.cursor, now: zoom.sandbox.clock.now() });
  expect(next?.events.map(({ payload }) => (payload["object"] as { topic: string }).topic)).toEqual(["Mine"]);
});
