import { afterAll, beforeAll, expect, it } from "vitest";
import { connectedSandbox, failure } from "../connected-sandbox.test-kit.ts";

let zoom: Awaited<ReturnType<typeof connectedSandbox>>;
let meetingId: string;

beforeAll(async () => {
  zoom = await connectedSandbox();
  await zoom.client.request("PATCH", "/accounts/me/settings", {
    body: { recording: { archive: { enable: true } } },
  });
  const { id } = await zoom.run("create-meeting", { userId: "hana@acme.example", topic: "Recorded" });
  meetingId = String(id);
  const act = (what: string) => zoom.control(`/meetings/${meetingId}/${what}`);
  await act("start");
  await act("recording/start");
  await zoom.sandbox.clock.advance(10 * 60_000);
  await act("end");
  await zoom.sandbox.clock.advance(10 * 60_000);
});
afterAll(() => zoom.close());

it("finds a recording with its files, and its settings, registrants and uses", async () => {
  const { meetings } = await zoom.run("list-recordings", { userId: "hana@acme.example" });
  expect(meetings).toMatchObject([{ topic: "Recorded" }]);
  const { recording_files: files } = await zoom.run("get-recording", { meetingId });
  expect(files?.map(({ file_type }) => file_type)).toContain("TRANSCRIPT");
  await zoom.run("update-recording-settings", {
    meetingId,
    on_demand: true,
    viewer_download: false,
    approval_type: 1,
  });
  await expect(zoom.run("get-recording-settings", { meetingId })).resolves.toMatchObject({
    viewer_download: false,
  });
  await zoom.run("add-recording-registrant", {
    meetingId,
    email: "ada@northwind.example",
    first_name: "Ada",
  });
  const { registrants } = await zoom.run("list-recording-registrants", { meetingId, status: "pending" });
  await zoom.run("update-recording-registrant-status", {
    ...{ meetingId, action: "approve", registrants: [{ id: registrants?.[0]?.id }] },
  });
  const approved = await zoom.run("list-recording-registrants", { meetingId, status: "approved" });
  expect(approved.registrants).toMatchObject([{ email: "ada@northwind.example" }]);
  await expect(zoom.run("get-recording-analytics", { meetingId })).resolves.toHaveProperty(
    "analytics_summary",
  );
  await expect(
    zoom.run("list-recording-analytics-details", { meetingId, type: "by_view" }),
  ).resolves.toHaveProperty("analytics_details");
  expect((await zoom.run("list-archive-files", {})).meetings).toHaveLength(1);
});

it("asks those who want to see it, and tells of its transcript until that is deleted", async () => {
  await zoom.run("update-recording-registration-questions", {
    ...{ meetingId, questions: [{ field_name: "city", required: true }] },
  });
  const { questions } = await zoom.run("get-recording-registration-questions", { meetingId });
  expect(questions).toMatchObject([{ field_name: "city", required: true }]);
  const { id } = await zoom.run("create-meeting", { userId: "hana@acme.example", topic: "Spoken" });
  const act = (what: string) => zoom.control(`/meetings/${id}/${what}`);
  await act("start");
  await act("recording/start");
  await zoom.sandbox.clock.advance(60_000);
  await act("end");
  await zoom.sandbox.clock.advance(10 * 60_000);
  const spoken = { meetingId: String(id) };
  expect(await zoom.run("get-meeting-transcript", spoken)).toMatchObject({ can_download: true });
  await zoom.run("delete-meeting-transcript", spoken);
  const gone = await zoom.run("get-meeting-transcript", spoken).catch((error: unknown) => error);
  expect(gone).not.toHaveProperty("download_url");
});

it("throws a file and a whole recording away, and brings them back", async () => {
  const { recording_files: files, uuid = "" } = await zoom.run("get-recording", { meetingId });
  const recordingId = files?.find(({ file_type }) => file_type === "M4A")?.id;
  await zoom.run("delete-recording-file", { meetingId, recordingId });
  const types = async () =>
    (await zoom.run("get-recording", { meetingId })).recording_files?.map(({ file_type }) => file_type);
  expect(await types()).not.toContain("M4A");
  await zoom.run("recover-recording-file", { meetingId, recordingId, action: "recover" });
  expect(await types()).toContain("M4A");
  await zoom.run("delete-recording", { meetingId, action: "trash" });
  expect(await failure(zoom.run("get-recording", { meetingId }))).toMatchObject({ kind: "not-found" });
  await zoom.run("recover-recording", { meetingUUID: uuid, action: "recover" });
  expect(await types()).toContain("MP4");
});
