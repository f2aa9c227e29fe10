import { afterAll, beforeAll, expect, it } from "vitest";
import { connectedSandbox, failure } from "../../connected-sandbox.test-kit.ts";

let zoom: Awaited<ReturnType<typeof connectedSandbox>>;

beforeAll(async () => {
  zoom = await connectedSandbox();
});
afterAll(() => zoom.close());

it("changes the given fields and leaves the others", async () => {
  const { id } = await zoom.run("create-meeting", {
    topic: "Before",
    agenda: "Same",
    start_time: "2027-03-01T09:00:00Z",
  });
  await expect(
    zoom.run("update-meeting", { meetingId: id, topic: "After", settings: { waiting_room: false } }),
  ).resolves.toEqual({ done: true });
  await expect(zoom.run("get-meeting", { meetingId: id })).resolves.toMatchObject({
    topic: "After",
    agenda: "Same",
    settings: { waiting_room: false },
  });
});

it("can empty a field", async () => {
  const { id } = await zoom.run("create-meeting", { topic: "T", agenda: "Away with it" });
  await zoom.run("update-meeting", { meetingId: id, agenda: "" });
  const { agenda } = await zoom.run("get-meeting", { meetingId: id });
  expect(agenda ?? "").toBe("");
});

it("says when the meeting is not there", async () => {
  const error = await failure(zoom.run("update-meeting", { meetingId: 81_234_567_890, topic: "x" }));
  expect(error).toMatchObject({ kind: "not-found", code: "zoom.3001" });
});
