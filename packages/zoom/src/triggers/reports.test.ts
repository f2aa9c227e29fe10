import { type Client, type LookAnswer, type PollingTrigger, runAction } from "@greenroom/connector-kit";
import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { actions } from "../actions.gen.ts";
import { zoomAdminOAuth } from "../auth/zoom-oauth.ts";
import { type ActionId, connectedSandbox } from "../connected-sandbox.test-kit.ts";
import { createZoomClient } from "../create-zoom-client.ts";
import { triggers } from "../triggers.gen.ts";

let zoom: Awaited<ReturnType<typeof connectedSandbox>>;
let client: Client;
beforeAll(async () => {
  zoom = await connectedSandbox();
  const { profile, sandbox } = zoom;
  let { tokens } = zoom;
  // The tests let days pass.
  client = createZoomClient({
    profile,
    async accessToken(options) {
      if (options?.after?.reveal() === tokens.accessToken.reveal())
        tokens = await zoomAdminOAuth.refresh({ profile, tokens, now: sandbox.clock.now() });
      return { accessToken: tokens.accessToken, apiUrl: undefined };
    },
  });
});
const run = (id: ActionId, input: unknown) =>
  runAction(actions[id], { client, input, idempotencyKey: "test" }) as Promise<Record<string, unknown>>;
afterAll(() => zoom.close());

const polling = Object.entries(triggers).flatMap(([id, trigger]) => (trigger.kind === "polling" ? [id] : []));
type Id = {
  [K in keyof typeof triggers]: (typeof triggers)[K] extends { kind: "polling" } ? K : never;
}[keyof typeof triggers];

/** A recipe's looks: until there is no more, each from where the one before ended. */
function looking(id: Id, input: object = {}) {
  const trigger = triggers[id] as unknown as PollingTrigger;
  let cursor: unknown;
  return async () => {
    const found: { object: Record<string, unknown> }[] = [];
    let answer: LookAnswer;
    do {
      answer = await trigger.poll({
        ...{
          client,
          cursor,
          config: trigger.config?.parse(input),
          now: zoom.sandbox.clock.now(),
        },
        ...{ accountId: "account", signal: new AbortController().signal },
      });
      // What is kept between looks is JSON.
      cursor = JSON.parse(JSON.stringify(answer.cursor)) as unknown;
      for (const { payload } of answer.events) {
        trigger.payload.parse(payload);
        found.push(payload as { object: Record<string, unknown> });
      }
    } while (answer.more);
    return found;
  };
}

const pass = (ms: number) => zoom.sandbox.clock.advance(ms);
const hour = 3_600_000;
const today = () => zoom.sandbox.clock.now().toISOString().slice(0, 10);
const daysAgo = (days: number) =>
  new Date(zoom.sandbox.clock.now().getTime() - days * 24 * hour).toISOString().slice(0, 10);

async function hold(topic: string, guests: readonly string[]): Promise<void> {
  const { id } = await run("create-meeting", { topic });
  await zoom.control(`/meetings/${id}/start`);
  for (const email of guests) await zoom.control(`/meetings/${id}/join`, { email });
  await pass(60_000);
  await zoom.control(`/meetings/${id}/end`);
}

it("there are triggers for rows of reports, each with a sample that its own schema reads", () => {
  expect(polling.length).toBeGreaterThanOrEqual(7);
  for (const id of polling) {
    const trigger = triggers[id as Id];
    expect([id, trigger.payload.safeParse(trigger.sample).success]).toEqual([id, true]);
    expect([id, trigger.scopes.length > 0]).toEqual([id, true]);
  }
});

describe("participants of a meeting", () => {
  it("of one that ended after the start are found once its report is ready, each stay once", async () => {
    await hold("Before", ["luis@acme.example"]);
    const look = looking("new-meeting-participant-row");
    expect(await look()).toEqual([]);
    await hold("After", ["luis@acme.example", "mei@acme.example"]);
    expect(await look()).toEqual([]);
    await pass(hour);
    const rows = await look();
    expect(rows.map(({ object }) => object["topic"])).toEqual(rows.map(() => "After"));
    const emails = rows.map(({ object }) => (object["participant"] as { user_email: string }).user_email);
    expect(emails).toEqual(expect.arrayContaining(["luis@acme.example", "mei@acme.example"]));
    expect(await look()).toEqual([]);
  });

  it("since a day: those from before the start too, with nothing left out on the way", async () => {
    const rows = await looking("new-meeting-participant-row", { since: daysAgo(1) })();
    const topics = new Set(rows.map(({ object }) => object["topic"]));
    expect(topics).toEqual(new Set(["Before", "After"]));
  });

  it("a meeting in which nobody else was has no report, and holds nothing up", async () => {
    const look = looking("new-meeting-participant-row");
    await look();
    await hold("Alone", []);
    await hold("Together", ["luis@acme.example"]);
    await pass(hour);
    const topics = (await look()).map(({ object }) => object["topic"]);
    expect(new Set(topics)).toEqual(new Set(["Together"]));
  });
});

describe("daily usage", () => {
  it("tells a day once it is over", async () => {
    const look = looking("new-daily-usage-row");
    await look();
    await hold("Today", ["luis@acme.example"]);
    expect(await look()).toEqual([]);
    const day = today();
    await pass(25 * hour);
    expect((await look()).map(({ object }) => object["date"])).toContain(day);
    expect(await look()).toEqual([]);
  });

  it("tells a day again each time it changes, where that is wanted", async () => {
    const look = looking("new-daily-usage-row", { changes: true });
    await look();
    await hold("Now", ["luis@acme.example"]);
    const [row, ...others] = await look();
    expect([row?.object["date"], others]).toEqual([today(), []]);
    expect(await look()).toEqual([]);
    await hold("Again", ["luis@acme.example"]);
    expect(await look()).toHaveLength(1);
  });

  it("since long ago: every day, in portions", async () => {
    const rows = await looking("new-daily-usage-row", { since: daysAgo(70) })();
    const dates = rows.map(({ object }) => object["date"]);
    expect(new Set(dates).size).toBe(dates.length);
    expect(dates.length).toBeGreaterThanOrEqual(69);
  });
});

describe("logs", () => {
  beforeEach(() => pass(60_000));

  it("an administrator's change is found, and one that says the same is another", async () => {
    const look = looking("new-operation-log-row");
    await look();
    await run("update-user", { userId: "luis@acme.example", dept: "Sales" });
    const [row] = await look();
    expect(row?.object).toMatchObject({ category_type: "user", action: "Update" });
    expect(await look()).toEqual([]);
  });

  it("who signs in is found", async () => {
    const look = looking("new-sign-in-activity");
    await look();
    const form = new URLSearchParams({ email: "mei@acme.example", password: "sandbox" });
    await fetch(`${zoom.sandbox.url}/signin`, { method: "POST", body: form, redirect: "manual" });
    expect((await look()).map(({ object }) => [object["email"], object["type"]])).toEqual([
      ["mei@acme.example", "Sign in"],
    ]);
  });
});

it("filters choose among the rows, and a day that is none is refused with what to write", () => {
  const { config, matches } = triggers["new-operation-log-row"];
  const object = { category_type: "user", operator: "ada@northwind.example" };
  const takes = (filters: object) => matches?.(config?.parse({ filters }), { object });
  expect([takes({ category: "User" }), takes({ category: ["im"] }), takes({ email: "@northwind." })]).toEqual(
    [...[true, false, true]],
  );
  expect(config?.safeParse({ since: "yesterday" }).error?.message).toContain("ISO date");
});
