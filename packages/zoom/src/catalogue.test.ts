/** The connector's declarations against Zoom's own description of its API. */
import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { inputJsonSchema, outputJsonSchema } from "@greenroom/connector-kit";
import { describe, expect, it } from "vitest";
import { actions } from "./actions.gen.ts";
import { zoom } from "./connector.ts";
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
