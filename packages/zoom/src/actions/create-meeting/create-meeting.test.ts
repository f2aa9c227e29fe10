import { afterAll, beforeAll, expect, it } from "vitest";
import { connectedSandbox, failure } from "../../connected-sandbox.test-kit.ts";

let zoom: Awaited<ReturnType<typeof connectedSandbox>>;

beforeAll(async () => {
  zoom = await connectedSandbox();
});
afterAll(() => zoom.close());

const made = (topic: string) => ({ topic, start_time: "2027-03-01T09:00:00Z", duration: 45 });

it("schedules a meeting for the person who connected, as its fields say", async () => {
  const { id } = await zoom.run("create-meeting", {
    ...made("Kick-off"),
    settings: { join_before_host: false, approval_type: 0 },
  });
  await expect(zoom.run("get-meeting", { meetingId: id })).resolves.toMatchObject({
    topic: "Kick-off",
    start_time: "2027-03-01T09:00:00Z",
    duration: 45,
    host_email: "olivia@acme.example",
    settings: { join_before_host: false, approval_type: 0 },
  });
});

it("schedules for another person by email address", async () => {
  const meeting = await zoom.run("create-meeting", { userId: "hana@acme.example", ...made("For Hana") });
  expect(meeting["host_email"]).toBe("hana@acme.example");
});

it.each([
  [{ topci: "x" }, "topci", "topic"],
  [{ duration: 0 }, "duration", ">=1"],
  [{ type: 4 }, "type", "1, 2, 3, 8, 10"],
  [{ start_time: "tomorrow" }, "start_time", "2026-01-31T09:30:00Z"],
  [{ recurrence: { type: 1, repeat_evry: 2 } }, "recurrence.repeat_evry", "repeat_interval"],
])("refuses %j, naming the field and what was expected", async (input, field, expected) => {
  const error = await failure(zoom.run("create-meeting", input));
  expect(error).toMatchObject({ kind: "invalid-input", fields: [{ field }] });
  expect(error.message).toContain(expected);
});

it("does not repeat a creation whose answer was lost, and finds what it made", async () => {
  const since = new Date();
  await zoom.control("/faults", { kind: "drop-after-write", method: "POST", path: "/v2/users/*/meetings" });
  const input = { userId: "hana@acme.example", ...made("Lost answer") };
  expect(await failure(zoom.run("create-meeting", input))).toMatchObject({ kind: "outcome-unknown" });
  await expect(zoom.lookUp("create-meeting", input, since)).resolves.toMatchObject({ topic: "Lost answer" });
  const { meetings } = await zoom.run("list-meetings", { userId: "hana@acme.example" });
  expect(meetings.filter(({ topic }) => topic === "Lost answer")).toHaveLength(1);
});

it("knows a lost meeting by its wall-clock start in its own zone", async () => {
  const since = new Date();
  const input = {
    topic: "In Paris",
    start_time: "2027-07-01T09:00:00",
    timezone: "Europe/Paris",
    duration: 30,
  };
  await zoom.run("create-meeting", input);
  await expect(zoom.lookUp("create-meeting", input, since)).resolves.toMatchObject({ topic: "In Paris" });
  const later = { ...input, start_time: "2027-07-01T10:00:00" };
  await expect(zoom.lookUp("create-meeting", later, since)).resolves.toBeUndefined();
});

it("finds nothing that was made before the attempt, or for somebody else", async () => {
  const input = made("Old");
  await zoom.run("create-meeting", input);
  await expect(zoom.lookUp("create-meeting", input, new Date(Date.now() + 60_000))).resolves.toBeUndefined();
  const other = { ...input, userId: "luis@acme.example" };
  await expect(zoom.lookUp("create-meeting", other, new Date(Date.now() - 60_000))).resolves.toBeUndefined();
});

it("says that Zoom cannot tell whether an instant meeting was made", async () => {
  const error = await failure(zoom.lookUp("create-meeting", { topic: "Now", type: 1 }, new Date()));
  expect(error).toMatchObject({ kind: "outcome-unknown", code: "look-up-undecided" });
});
