import { afterAll, beforeAll, expect, it } from "vitest";
import { connectedSandbox, failure } from "../../connected-sandbox.test-kit.ts";

let zoom: Awaited<ReturnType<typeof connectedSandbox>>;

beforeAll(async () => {
  zoom = await connectedSandbox();
});
afterAll(() => zoom.close());

it("deletes the meeting, once", async () => {
  const { id } = await zoom.run("create-meeting", { topic: "Gone soon" });
  await expect(zoom.run("delete-meeting", { meetingId: id })).resolves.toEqual({ done: true });
  expect(await failure(zoom.run("get-meeting", { meetingId: id }))).toMatchObject({ kind: "not-found" });
});

it("deletes nothing when its id is empty or leads out of the path", async () => {
  for (const meetingId of ["", ".", ".."]) {
    expect(await failure(zoom.run("delete-meeting", { meetingId }))).toMatchObject({ kind: "invalid-input" });
  }
});
