import { afterAll, beforeAll, expect, it } from "vitest";
import { connectedSandbox } from "../../connected-sandbox.test-kit.ts";

let zoom: Awaited<ReturnType<typeof connectedSandbox>>;

beforeAll(async () => {
  zoom = await connectedSandbox();
});
afterAll(() => zoom.close());

it("ends a meeting that is under way", async () => {
  const { id } = await zoom.run("create-meeting", { topic: "Too long" });
  await zoom.control(`/meetings/${id}/start`);
  await expect(zoom.run("get-meeting", { meetingId: id })).resolves.toMatchObject({ status: "started" });
  await expect(zoom.run("end-meeting", { meetingId: id })).resolves.toEqual({ done: true });
  await expect(zoom.run("get-meeting", { meetingId: id })).resolves.not.toMatchObject({ status: "started" });
});
