// `then` is a word of the language.
/* oxlint-disable unicorn/no-thenable */
import { expect, it } from "vitest";
import {
  duplicateStep,
  insertStep,
  moveStep,
  pathOf,
  pathText,
  readText,
  removeStep,
  setValue,
} from "./recipe-text.ts";
import { rowsOf } from "./step-rows.ts";

const text = `# Follow up
name: Follow up
trigger:
  use: zoom/meeting-ended
  connection: zoom
steps:
  # Who was there
  - id: people
    use: zoom/list-past-meeting-participants
    input:
      meetingId: "{{ trigger.object.uuid }}" # quoted
  - if: people.participants.size() < 2
    then:
      - stop: { as: succeeded }
    else:
      - id: meeting
        use: zoom/create-meeting
        input: { topic: "{{ people.total }} met" }
  - stop: { as: failed, reason: Late }
`;
const stepsOf = (source: string) => {
  const read = readText(source);
  if ("error" in read) throw new Error(read.error);
  return read.recipe.steps;
};

it("changes a value and keeps comments, quotes and order", () => {
  const next = setValue(text, ["steps", 0, "input", "meetingId"], "{{ trigger.object.id }}");
  expect(next).toBe(text.replace("object.uuid", "object.id"));
});

it("sets what was not there, with what is around it, and takes it out without leaving something empty", () => {
  const set = setValue(text, ["trigger", "input", "filters", "topic"], "Webinar");
  expect(set).toContain("  input:\n    filters:\n      topic: Webinar\n");
  expect(setValue(set, ["trigger", "input", "filters", "topic"], undefined)).toBe(text);
});

it("keeps a text that looks like a number a text", () => {
  const next = setValue(text, ["steps", 0, "input", "meetingId"], "123");
  expect(stepsOf(next)[0]).toMatchObject({ input: { meetingId: "123" } });
});

it("inserts into an empty list in block style", () => {
  const empty = insertStep("name: A\nsteps: []\n", ["steps"], 0, { use: "http/get", input: { url: "x" } });
  expect(empty).toBe("name: A\nsteps:\n  - use: http/get\n    input:\n      url: x\n");
  expect(insertStep("name: A\nsteps:\n", ["steps"], 0, { use: "a/b" })).toBe(
    "name: A\nsteps:\n  - use: a/b\n",
  );
});

it("moves a step into a branch of a later one, and back", () => {
  const moved = moveStep(text, ["steps", 0], ["steps", 1, "else"], 1);
  expect(moved?.path).toEqual(["steps", 0, "else", 1]);
  expect(stepsOf(moved?.text ?? "")[0]).toMatchObject({ else: [{ id: "meeting" }, { id: "people" }] });
  expect(moved?.text).toContain("# Who was there");
  const back = moveStep(moved?.text ?? "", ["steps", 0, "else", 1], ["steps"], 0);
  expect(stepsOf(back?.text ?? "")).toEqual(stepsOf(text));
});

it("moves down in its own list, and not into itself", () => {
  expect(stepsOf(moveStep(text, ["steps", 0], ["steps"], 2)?.text ?? "")[1]).toMatchObject({ id: "people" });
  expect(moveStep(text, ["steps", 1], ["steps", 1, "then"], 0)).toBeUndefined();
  expect(moveStep(text, ["steps", 1], ["steps"], 2)).toBeUndefined();
});

it("a copy has ids of its own, and refers to them", () => {
  const [, , copy] = stepsOf(duplicateStep(text, ["steps", 1]));
  expect(copy).toMatchObject({ else: [{ id: "meeting2", input: { topic: "{{ people.total }} met" } }] });
  const loop =
    "steps:\n  - forEach: a\n    as: x\n    steps:\n      - id: b\n        use: c/d\n      - stop: { as: failed, reason: '{{ b.id }} {{ b2.b.id }}' }\n";
  const [, second] = stepsOf(duplicateStep(loop, ["steps", 0]));
  expect(second).toMatchObject({ steps: [{ id: "b2" }, { stop: { reason: "{{ b2.id }} {{ b2.b.id }}" } }] });
});

it("takes a step out and leaves an empty branch an empty list", () => {
  expect(stepsOf(removeStep(text, ["steps", 1, "then", 0]))[1]).toMatchObject({ then: [] });
});

it("says where a text is not YAML", () => {
  expect(readText("name: [\n")).toMatchObject({ line: 2 });
  expect(readText("- a\n")).toMatchObject({ error: expect.stringContaining("object") as string });
  expect(readText("")).toMatchObject({ recipe: { steps: [] } });
});

it("numbers rows, and ends every list with a place to add", () => {
  const read = readText(text);
  if ("error" in read) throw new Error(read.error);
  const rows = rowsOf(read.recipe);
  expect(
    rows.map((row) => (row.type === "step" ? row.number : row.type === "branch" ? row.branch.label : "+")),
  ).toEqual(["1", "2", "Then", "2a.1", "+", "Else", "2b.1", "+", "3", "+"]);
});

it("writes and reads paths as problems name them", () => {
  expect(pathText(["steps", 0, "elsif", 1, "then", 2, "input"])).toBe("steps[0].elsif[1].then[2].input");
  expect(pathOf("steps[0].elsif[1].if")).toEqual(["steps", 0, "elsif", 1, "if"]);
});

it("a recipe of 300 steps is changed in one place again and again", () => {
  const steps = Array.from({ length: 300 }, (_, index) => ({
    id: `s${index}`,
    use: "zoom/create-meeting",
    input: {
      userId: "{{ trigger.object.host_id }}",
      topic: `Topic ${index}`,
      settings: { host_video: false },
    },
  }));
  let long = steps.reduce(
    (so, step, index) => (index === 0 ? so : so) && insertStep(so, ["steps"], index, step),
    "name: Long\nsteps: []\n",
  );
  for (let change = 0; change < 10; change += 1) {
    long = setValue(long, ["steps", 150, "input", "topic"], `Changed ${change}`);
    expect(stepsOf(long)).toHaveLength(300);
  }
  expect(long.match(/topic: .+/g)).toHaveLength(300);
  expect(long).toContain("topic: Changed 9\n");
});
