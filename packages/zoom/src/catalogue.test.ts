/** The connector's declarations against Zoom's own description of its API. */
import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { carriedBy, inputJsonSchema, outputJsonSchema } from "@greenroom/connector-kit";
import { describe, expect, it } from "vitest";
import { actions } from "./actions.gen.ts";
import { zoom } from "./connector.ts";
import { eventNames } from "./facts/operations.ts";
import { triggers } from "./triggers.gen.ts";

const specs = join(import.meta.dirname, "../../../../shared/zoom-specs");
const why =
  "Zoom's API descriptions are not here (../shared/zoom-specs); they may not be part of the repository";

const rowsOf = (file: string) =>
  readFileSync(join(specs, file), "utf8")
    .split("\n")
    .map((line) => line.split("\t"));

describe.skipIf(!existsSync(specs))(`declared as Zoom describes it (skipped where ${why})`, () => {
  const declared = Object.entries(actions).filter(([id]) => id !== "custom-action");

  it.each(declared)("%s: its endpoint exists and takes each of its scopes", (_, action) => {
    const row = rowsOf("endpoint-index.tsv").find(
      ([, , method, path]) => `${method} ${path}` === action.endpoint,
    );
    const scopes = [row?.[6], row?.[7]].flatMap((list) => list?.split(",") ?? []);
    expect(scopes).toEqual(expect.arrayContaining([...action.scopes]));
    expect(action.scopes.length).toBeGreaterThan(0);
  });

  const told = Object.entries(triggers).filter(([id, { kind }]) => id !== "new-event" && kind !== "polling");
  it.each(told)("%s: its event exists", (_, trigger) => {
    expect(rowsOf("webhook-index.tsv").map(([, , event]) => event)).toContain(trigger.event);
  });
});

it.each(Object.entries(zoom.actions))(
  "%s says what it is in JSON Schema, and forbids unknown fields",
  (_, action) => {
    expect(inputJsonSchema(action)).toMatchObject({ type: "object", additionalProperties: false });
    expect(outputJsonSchema(action)).toMatchObject({ type: "object" });
    expect(action.title).not.toBe("");
    expect(action.summary).toMatch(/\.$/);
  },
);

it.each(Object.entries(triggers))("%s has a sample that its own payload schema takes", (_, trigger) => {
  expect(trigger.payload.safeParse(trigger.sample).success).toBe(true);
});

it("new-event listens to the event its recipe names, and to no nonsense", () => {
  const { event, config } = triggers["new-event"];
  if (typeof event === "string") throw new Error("expected a function");
  expect(event({ event: "meeting.participant_left" })).toBe("meeting.participant_left");
  expect(config?.safeParse({ event: "Meeting ended" }).success).toBe(false);
});

describe("what new-event carries", () => {
  const carried = (event: string) => carriedBy(triggers["new-event"], { event });

  it.each([
    ["meeting.started", ["topic", "host_id"]],
    ["webinar.registration_created", ["registrant"]],
    ["recording.completed", ["recording_files"]],
    ["user.created", ["email"]],
    ["account.created", ["owner_id"]],
    ["zoomroom.alert", ["room_name"]],
    ["chat_message.sent", ["message"]],
    ["phone.voicemail_received", ["caller_number"]],
    ["app_deauthorized", ["client_id"]],
  ])("of %s has the fields %j", (event, fields) => {
    const { payload, sample } = carried(event);
    expect(payload.safeParse(sample).error?.message).toBeUndefined();
    // Zoom: what an app is told of itself stands in the payload, not in its object.
    const { object = {}, ...own } = sample as { object?: object };
    for (const field of fields)
      expect([event, field, field in { ...own, ...object }]).toEqual([event, field, true]);
  });

  it("of each of the 535 events is known, and its own sample is read", () => {
    for (const event of eventNames()) {
      const { payload, sample } = carried(event);
      expect([event, payload.safeParse(sample).error?.message]).toEqual([event, undefined]);
      expect([event, payload]).not.toEqual([event, triggers["new-event"].payload]);
    }
  });

  it("a category takes its own events alone, and names the others when it is none", () => {
    const { config } = triggers["new-event"];
    const messageOf = (input: object) => config?.safeParse(input).error?.issues[0]?.message;
    expect(messageOf({ category: "meetings", event: "meeting.started" })).toBeUndefined();
    expect(messageOf({ category: "phone", event: "meeting.started" })).toContain("is not of phone");
    expect(messageOf({ category: "telephone", event: "meeting.started" })).toContain("meetings");
  });
});
