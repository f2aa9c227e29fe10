import { afterAll, beforeAll, expect, it } from "vitest";
import { connectedSandbox, failure } from "../../connected-sandbox.test-kit.ts";

let zoom: Awaited<ReturnType<typeof connectedSandbox>>;

beforeAll(async () => {
  zoom = await connectedSandbox();
});
afterAll(() => zoom.close());

it("says which meeting is not there, and what that may mean", async () => {
  const error = await failure(zoom.run("get-meeting", { meetingId: 81_234_567_890 }));
  expect(error).toMatchObject({ kind: "not-found", code: "zoom.3001" });
  expect(error.message).toContain("81234567890");
  expect(error.hint).toBeDefined();
});

it("takes the id as text too, as started and ended events give it", async () => {
  const { id } = await zoom.run("create-meeting", { topic: "By text" });
  await expect(zoom.run("get-meeting", { meetingId: String(id) })).resolves.toMatchObject({
    id,
    topic: "By text",
  });
});

it("lists the occurrences of a recurring meeting", async () => {
  const { id } = await zoom.run("create-meeting", {
    topic: "Daily",
    type: 8,
    start_time: "2027-03-01T09:00:00Z",
    duration: 15,
    recurrence: { type: 1, repeat_interval: 1, end_times: 3 },
  });
  const { occurrences } = await zoom.run("get-meeting", { meetingId: id });
  expect(occurrences).toHaveLength(3);
});
