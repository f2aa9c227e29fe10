import { afterAll, beforeAll, expect, it } from "vitest";
import { connectedSandbox, failure } from "../../connected-sandbox.test-kit.ts";

let zoom: Awaited<ReturnType<typeof connectedSandbox>>;

beforeAll(async () => {
  zoom = await connectedSandbox();
});
afterAll(() => zoom.close());

const ada = { email: "ada@example.com", first_name: "Ada", last_name: "Example" };
const meetingWithRegistration = () =>
  zoom.run("create-meeting", {
    topic: "Open day",
    start_time: "2027-03-01T09:00:00Z",
    settings: { approval_type: 0 },
  });

it("registers someone and gives their own join link", async () => {
  const { id } = await meetingWithRegistration();
  const answer = await zoom.run("add-meeting-registrant", { meetingId: id, ...ada });
  expect(answer.registrant_id).not.toBe("");
  expect(answer.join_url).toMatch(/^http/);
  const { registrants } = await zoom.run("list-meeting-registrants", { meetingId: id });
  expect(registrants).toMatchObject([{ email: ada.email, first_name: "Ada" }]);
});

it("finds a registrant whose answer was lost, whatever the case of the address", async () => {
  const { id } = await meetingWithRegistration();
  const input = { meetingId: id, ...ada, email: "Ada@Example.com" };
  const since = new Date();
  await expect(zoom.lookUp("add-meeting-registrant", input, since)).resolves.toBeUndefined();
  await zoom.control("/faults", {
    kind: "drop-after-write",
    method: "POST",
    path: "/v2/meetings/*/registrants",
  });
  expect(await failure(zoom.run("add-meeting-registrant", input))).toMatchObject({ kind: "outcome-unknown" });
  await expect(zoom.lookUp("add-meeting-registrant", input, since)).resolves.toHaveProperty("registrant_id");
});

it("finds a registrant who awaits approval", async () => {
  const { id } = await zoom.run("create-meeting", {
    topic: "By hand",
    settings: { approval_type: 1 },
    start_time: "2027-03-01T09:00:00Z",
  });
  await zoom.run("add-meeting-registrant", { meetingId: id, ...ada });
  const input = { meetingId: id, ...ada };
  await expect(zoom.lookUp("add-meeting-registrant", input, new Date())).resolves.toHaveProperty(
    "registrant_id",
  );
});

it("says how to switch registration on where it is off", async () => {
  const { id } = await zoom.run("create-meeting", { topic: "Closed", start_time: "2027-03-01T09:00:00Z" });
  const error = await failure(zoom.run("add-meeting-registrant", { meetingId: id, ...ada }));
  expect(error.kind).toBe("invalid-input");
  expect(error.hint).toContain("approval_type");
});

it("refuses what is no email address before it asks Zoom", async () => {
  const error = await failure(zoom.run("add-meeting-registrant", { meetingId: 1, ...ada, email: "ada" }));
  expect(error).toMatchObject({ kind: "invalid-input", fields: [{ field: "email" }] });
});
