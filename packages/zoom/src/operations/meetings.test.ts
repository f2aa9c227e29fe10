import { afterAll, beforeAll, expect, it } from "vitest";
import { connectedSandbox } from "../connected-sandbox.test-kit.ts";

let zoom: Awaited<ReturnType<typeof connectedSandbox>>;
beforeAll(async () => {
  zoom = await connectedSandbox();
});
afterAll(() => zoom.close());

const hana = "hana@acme.example";
const question = { name: "Which day?", type: "single", answers: ["Monday", "Friday"] } as const;
const schedule = async (more: object = {}) =>
  (
    await zoom.run("create-meeting", {
      userId: hana,
      topic: "Review",
      start_time: "2030-01-07T09:00:00Z",
      ...more,
    })
  ).id;

it("registers people for a meeting, one and many, approves, reads and removes them", async () => {
  const meetingId = await schedule({ settings: { approval_type: 1 } });
  await zoom.run("update-meeting-registration-questions", {
    ...{ meetingId, questions: [{ field_name: "city", required: false }] },
  });
  const { questions } = await zoom.run("get-meeting-registration-questions", { meetingId });
  expect(questions).toMatchObject([{ field_name: "city", required: false }]);
  const { registrants } = await zoom.run("add-meeting-registrants", {
    ...{
      meetingId,
      registrants: [{ email: "ada@northwind.example", first_name: "Ada" }],
      auto_approve: false,
    },
  });
  const registrantId = registrants?.[0]?.registrant_id ?? "";
  await zoom.run("update-meeting-registrant-status", {
    ...{ meetingId, action: "approve", registrants: [{ id: registrantId }] },
  });
  await expect(zoom.run("get-meeting-registrant", { meetingId, registrantId })).resolves.toMatchObject({
    ...{ email: "ada@northwind.example", status: "approved" },
  });
  await zoom.run("delete-meeting-registrant", { meetingId, registrantId });
  expect((await zoom.run("list-meeting-registrants", { meetingId })).registrants).toEqual([]);
});

it("gives a meeting an invitation, links, polls, a survey, a stream and a template", async () => {
  const meetingId = await schedule();
  expect((await zoom.run("get-meeting-invitation", { meetingId })).invitation).toContain("Review");
  const links = await zoom.run("create-meeting-invite-links", { meetingId, attendees: [{ name: "Ada" }] });
  expect(links.attendees).toMatchObject([{ name: "Ada" }]);
  const { id: pollId } = await zoom.run("create-meeting-poll", {
    meetingId,
    title: "Days",
    questions: [question],
  });
  await zoom.run("update-meeting-poll", { meetingId, pollId, title: "Weekdays", questions: [question] });
  expect((await zoom.run("get-meeting-poll", { meetingId, pollId })).title).toBe("Weekdays");
  expect((await zoom.run("list-meeting-polls", { meetingId })).polls).toHaveLength(1);
  await zoom.run("delete-meeting-poll", { meetingId, pollId });
  await zoom.run("update-meeting-survey", { meetingId, third_party_survey: "https://survey.example/1" });
  const survey = await zoom.run("get-meeting-survey", { meetingId });
  expect(survey.third_party_survey).toBe("https://survey.example/1");
  await zoom.run("delete-meeting-survey", { meetingId });
  await zoom.run("update-meeting-livestream", {
    ...{
      meetingId,
      stream_url: "rtmp://stream.example/x",
      stream_key: "key",
      page_url: "https://stream.example",
    },
  });
  const { page_url } = await zoom.run("get-meeting-livestream", { meetingId });
  expect(page_url).toBe("https://stream.example");
  await zoom.run("create-meeting-template", { userId: hana, meeting_id: meetingId, name: "Review" });
  expect((await zoom.run("list-meeting-templates", { userId: hana })).templates).toHaveLength(1);
  const inAnHour = new Date(zoom.sandbox.clock.now().getTime() + 3_600_000).toISOString();
  const soon = await zoom.run("create-meeting", { userId: hana, topic: "Soon", start_time: inAnHour });
  // Zoom: those of the next 24 hours.
  const { meetings } = await zoom.run("list-upcoming-meetings", { userId: hana });
  expect(meetings?.map(({ id }) => id)).toContain(soon.id);
  expect(meetings?.map(({ id }) => id)).not.toContain(meetingId);
  await zoom.run("delete-meeting", { meetingId });
  await zoom.run("change-meeting-status", { meetingId, action: "recover" });
  await expect(zoom.run("get-meeting", { meetingId })).resolves.toMatchObject({ topic: "Review" });
});

it("steers a meeting that runs, and reads its past with polls, questions and summary", async () => {
  const meetingId = await schedule({ settings: { auto_recording: "none" } });
  const act = (what: string, body: object = {}) => zoom.control(`/meetings/${meetingId}/${what}`, body);
  await act("start");
  await act("join", { email: "luis@acme.example" });
  await zoom.run("update-meeting-livestream", {
    ...{
      meetingId,
      stream_url: "rtmp://stream.example/x",
      stream_key: "key",
      page_url: "https://stream.example",
    },
  });
  await zoom.run("change-meeting-livestream-status", { meetingId, action: "start" });
  await zoom.run("control-live-meeting", { meetingId, method: "recording.start" });
  await act("ai-companion/start", { summary: true });
  await act("polls/raise", { title: "Days", questions: [question] });
  await act("polls/answer", {
    ...{ email: "luis@acme.example", answers: [{ question: "Which day?", answer: "Friday" }] },
  });
  await act("questions/ask", { email: "luis@acme.example", question: "Why?" });
  await zoom.sandbox.clock.advance(10 * 60_000);
  await zoom.run("end-meeting", { meetingId });
  await zoom.sandbox.clock.advance(10 * 60_000);
  await expect(zoom.run("get-past-meeting", { meetingId })).resolves.toMatchObject({ participants_count: 2 });
  const { meetings } = await zoom.run("list-past-meeting-instances", { meetingId });
  expect(meetings).toHaveLength(1);
  expect((await zoom.run("list-past-meeting-polls", { meetingId })).questions?.length).toBeGreaterThan(0);
  expect((await zoom.run("list-past-meeting-questions", { meetingId })).questions?.length).toBeGreaterThan(0);
  const uuid = meetings?.[0]?.uuid ?? "";
  expect((await zoom.run("get-meeting-summary", { meetingId: uuid })).meeting_topic).toBe("Review");
  expect((await zoom.run("list-meeting-summaries", {})).summaries).toHaveLength(1);
  await zoom.run("delete-meeting-summary", { meetingId: uuid });
});
