import { afterAll, beforeAll, expect, it } from "vitest";
import { connectedSandbox } from "../../connected-sandbox.test-kit.ts";

let zoom: Awaited<ReturnType<typeof connectedSandbox>>;

beforeAll(async () => {
  zoom = await connectedSandbox();
});
afterAll(() => zoom.close());

it("lists by status, approved people by default", async () => {
  const { id } = await zoom.run("create-meeting", {
    topic: "By hand",
    start_time: "2027-03-01T09:00:00Z",
    settings: { approval_type: 1 },
  });
  await zoom.run("add-meeting-registrant", { meetingId: id, email: "ada@example.com", first_name: "Ada" });
  expect((await zoom.run("list-meeting-registrants", { meetingId: id })).registrants).toEqual([]);
  const { registrants } = await zoom.run("list-meeting-registrants", { meetingId: id, status: "pending" });
  expect(registrants).toMatchObject([{ email: "ada@example.com", status: "pending" }]);
});
