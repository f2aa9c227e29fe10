import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { connectedSandbox, listen } from "../connected-sandbox.test-kit.ts";
import { triggers } from "../triggers.gen.ts";

const typed = Object.entries(triggers).flatMap(([id, trigger]) =>
  trigger.kind !== "polling" && typeof trigger.event === "string" && trigger.event !== "app_deauthorized"
    ? [{ id, event: trigger.event, trigger }]
    : [],
);

let zoom: Awaited<ReturnType<typeof connectedSandbox>>;
let receiver: Awaited<ReturnType<typeof listen>>;
beforeAll(async () => {
  zoom = await connectedSandbox();
  receiver = await listen(zoom.profile);
  const saved = await zoom.owner.post(`/marketplace/apps/${zoom.appId}/subscriptions`, {
    ...{ name: "All", url: receiver.url, events: typed.map(({ event }) => event) },
  });
  if (saved.status !== 303) throw new Error(await saved.text());
});
afterAll(async () => {
  await zoom.close();
  await receiver.close();
});

/** What arrived of an event, signed and over real HTTP. */
const arrived = async (name: string) => {
  await fetch(`${zoom.sandbox.url}/_sandbox/deliveries?settled`);
  return receiver.answers.flatMap(({ events }) => events).filter((event) => event.name === name);
};

describe("every trigger of one event", () => {
  it.each(typed)(
    "$id gets its event from the sandbox, in the shape it declares",
    async ({ event, trigger }) => {
      const { account_id: _, ...payload } = trigger.sample as Record<string, unknown>;
      await zoom.control("/events", { event, payload: { object: {}, ...payload } });
      const [got] = await arrived(event);
      expect(got).toBeDefined();
      const read = trigger.payload.safeParse(got?.payload);
      expect(read.error?.message).toBeUndefined();
    },
  );

  it.each(typed)("$id reads an event that says no more than its account", ({ trigger }) => {
    expect(trigger.payload.safeParse({ account_id: "a" }).error?.message).toBeUndefined();
    expect(trigger.payload.safeParse({ account_id: "a", object: {} }).error?.message).toBeUndefined();
  });

  it("there are at least forty", () => {
    expect(typed.length).toBeGreaterThanOrEqual(40);
  });
});

describe("what people do at Zoom reaches the triggers", () => {
  const payloadsOf = async (event: string) =>
    (await arrived(event)).map(({ payload }) => payload as { object: Record<string, unknown> });

  it("a meeting: created, started, joined, left, ended", async () => {
    const { id } = await zoom.run("create-meeting", { topic: "Really held" });
    const act = (what: string, body: object = {}) => zoom.control(`/meetings/${id}/${what}`, body);
    await act("start");
    await act("join", { email: "luis@acme.example" });
    await act("leave", { email: "luis@acme.example" });
    await act("end");
    for (const name of ["created", "started", "participant_joined", "participant_left", "ended"]) {
      const found = (await payloadsOf(`meeting.${name}`)).filter(
        ({ object }) => object["topic"] === "Really held",
      );
      expect([name, found.length > 0]).toEqual([name, true]);
    }
  });

  it("a person: created, deactivated, deleted", async () => {
    const email = "new@acme.example";
    await zoom.run("create-user", { action: "autoCreate", user_info: { email, type: 1 } });
    await zoom.run("change-user-status", { userId: email, action: "deactivate" });
    await zoom.run("delete-user", { userId: email, action: "delete" });
    for (const name of ["created", "deactivated", "deleted"]) {
      const found = (await payloadsOf(`user.${name}`)).filter(({ object }) => object["email"] === email);
      expect([name, found.length]).toEqual([name, 1]);
    }
  });
});

describe("filters", () => {
  const matches = (id: keyof typeof triggers, filters: object, object: object): boolean => {
    const trigger = triggers[id];
    if (!trigger.matches || !trigger.config) throw new Error(`${id} has no filters`);
    return trigger.matches(trigger.config.parse({ filters }) as never, { object });
  };

  it.each([
    [{ topic: "review" }, { topic: "Quarterly Review" }, true],
    [{ topic: "review" }, { topic: "Stand-up" }, false],
    [{ meetingId: 81234567890 }, { id: "81234567890" }, true],
    [{ meetingId: ["1", "2"] }, { id: 3 }, false],
    [{ type: [2, 8] }, { type: 8 }, true],
    [{ minimumDuration: 30 }, { duration: 15 }, false],
    [{ host: "abc" }, { host_id: "abc" }, true],
    [{ host: ["abc", "def"], topic: "x" }, { host_id: "def", topic: "y" }, false],
    [{}, {}, true],
  ])("of a meeting: %j takes %j: %s", (filters, object, wanted) => {
    expect(matches("meeting-ended", filters, object)).toBe(wanted);
  });

  it("a summary by its meeting's host, topic and id, which stand in fields of their own", () => {
    const summary = { meeting_id: 81234567890, meeting_topic: "Quarterly Review", meeting_host_id: "abc" };
    const passes = (filters: object) => matches("meeting-summary-completed", filters, summary);
    expect([
      passes({ topic: "review", host: "abc", meetingId: "81234567890" }),
      passes({ host: "def" }),
    ]).toEqual([...[true, false]]);
  });

  it("a registrant by address, and a recording by its files", () => {
    const registered = { registrant: { email: "ada@northwind.example" } };
    expect(matches("meeting-registration-created", { registrantEmail: "@northwind." }, registered)).toBe(
      true,
    );
    expect(matches("meeting-registration-created", { registrantEmail: "@contoso." }, registered)).toBe(false);
    const files = { recording_files: [{ file_type: "MP4" }, { file_type: "M4A" }] };
    expect(matches("recording-completed", { fileType: ["transcript", "m4a"] }, files)).toBe(true);
    expect(matches("recording-completed", { fileType: "TRANSCRIPT" }, files)).toBe(false);
  });

  it("a host by address where the event says it, a participant by address, a tracking field and its value", () => {
    expect(
      matches(
        "meeting-ended",
        { host: "hana@acme.example" },
        { host_id: "h", host_email: "hana@acme.example" },
      ),
    ).toBe(true);
    const joined = { participant: { email: "ada@northwind.example" } };
    expect(matches("meeting-participant-joined", { participantEmail: "@NORTHWIND." }, joined)).toBe(true);
    expect(matches("meeting-participant-joined", { participantEmail: "@contoso." }, joined)).toBe(false);
    const tracked = {
      tracking_fields: [
        { field: "Region", value: "EMEA" },
        { field: "Cost centre", value: "" },
      ],
    };
    const tracks = (trackingField: object) => matches("meeting-created", { trackingField }, tracked);
    expect([tracks({ field: "region", value: "emea" }), tracks({ field: "Region" })]).toEqual([true, true]);
    expect([tracks({ field: "Region", value: "APAC" }), tracks({ field: "Cost centre" })]).toEqual([
      false,
      false,
    ]);
    expect(matches("meeting-created", { trackingField: { field: "Region" } }, {})).toBe(false);
  });

  it("a group says what it must know, and lets nothing through while that is not known", () => {
    const trigger = triggers["meeting-ended"];
    const config = trigger.config?.parse({ filters: { group: ["Sales", "g2"] } }) as never;
    expect(trigger.needs?.(config)).toEqual({ knowledge: "groups", of: ["Sales", "g2"] });
    const known = [{ id: "g1", name: "sales", members: ["h1"] }];
    const passes = (host_id: string, what?: unknown) =>
      trigger.matches?.(config, { object: { host_id } }, what);
    expect([passes("h1", known), passes("h2", known), passes("h1")]).toEqual([true, false, false]);
    expect(trigger.needs?.(trigger.config?.parse({}) as never)).toBeUndefined();
  });

  it("an unknown filter, and one that the event cannot answer, are refused", () => {
    const { config } = triggers["room-alert"];
    expect(config?.safeParse({ filters: { topic: "x" } }).success ?? false).toBe(false);
    expect(triggers["meeting-ended"].config?.safeParse({ filters: { colour: "red" } }).success).toBe(false);
  });
});

it("new-event refuses a name that Zoom does not have, with the nearest", () => {
  const refused = triggers["new-event"].config?.safeParse({ event: "meeting.endedd" });
  expect(refused?.error?.message).toContain("did you mean meeting.ended?");
});
