import { afterAll, beforeAll, expect, it } from "vitest";
import { connectedSandbox } from "../connected-sandbox.test-kit.ts";

let zoom: Awaited<ReturnType<typeof connectedSandbox>>;
beforeAll(async () => {
  zoom = await connectedSandbox();
});
afterAll(() => zoom.close());

const mei = "mei@acme.example";
const question = { name: "Which part?", type: "single", answers: ["One", "Two"] } as const;
const schedule = async (settings: object = {}) => {
  const made = await zoom.run("create-webinar", {
    ...{ userId: mei, topic: "Tour", start_time: "2030-01-07T09:00:00Z", settings },
  });
  return made.id ?? 0;
};

it("schedules a webinar, changes, lists, reads and deletes it", async () => {
  const webinarId = await schedule();
  await zoom.run("update-webinar", { webinarId, agenda: "All of it", settings: { host_video: false } });
  await expect(zoom.run("get-webinar", { webinarId })).resolves.toMatchObject({
    ...{ agenda: "All of it", settings: { host_video: false } },
  });
  expect((await zoom.run("list-webinars", { userId: mei })).webinars).toHaveLength(1);
  await zoom.run("create-webinar-template", { userId: mei, webinar_id: webinarId, name: "Tour" });
  expect((await zoom.run("list-webinar-templates", { userId: mei })).templates).toHaveLength(1);
  await zoom.run("delete-webinar", { webinarId });
  expect((await zoom.run("list-webinars", { userId: mei })).webinars).toEqual([]);
});

it("registers people for a webinar, one and many, and decides about them", async () => {
  const webinarId = await schedule({ approval_type: 1 });
  await zoom.run("update-webinar-registration-questions", {
    ...{ webinarId, questions: [{ field_name: "city", required: false }] },
  });
  const asked = await zoom.run("get-webinar-registration-questions", { webinarId });
  expect(asked.questions).toMatchObject([{ field_name: "city" }]);
  const { registrant_id: registrantId } = await zoom.run("add-webinar-registrant", {
    ...{ webinarId, email: "ada@northwind.example", first_name: "Ada" },
  });
  await zoom.run("update-webinar-registrant-status", {
    ...{ webinarId, action: "approve", registrants: [{ id: registrantId }] },
  });
  await expect(zoom.run("get-webinar-registrant", { webinarId, registrantId })).resolves.toMatchObject({
    ...{ first_name: "Ada", status: "approved" },
  });
  await zoom.run("add-webinar-registrants", {
    ...{ webinarId, auto_approve: true, registrants: [{ email: "bo@contoso.example", first_name: "Bo" }] },
  });
  expect((await zoom.run("list-webinar-registrants", { webinarId })).registrants).toHaveLength(2);
  expect((await zoom.run("list-webinar-tracking-sources", { webinarId })).tracking_sources).toEqual([]);
  await zoom.run("delete-webinar-registrant", { webinarId, registrantId });
});

it("gives a webinar panelists, polls, a survey and links", async () => {
  const webinarId = await schedule();
  await zoom.run("add-webinar-panelists", {
    webinarId,
    panelists: [{ name: "Pia", email: "pia@speakers.example" }],
  });
  const { panelists } = await zoom.run("list-webinar-panelists", { webinarId });
  expect(panelists).toMatchObject([{ name: "Pia" }]);
  await zoom.run("remove-webinar-panelist", { webinarId, panelistId: panelists?.[0]?.id });
  await zoom.run("remove-webinar-panelists", { webinarId });
  const { id: pollId } = await zoom.run("create-webinar-poll", {
    webinarId,
    title: "Parts",
    questions: [question],
  });
  await zoom.run("update-webinar-poll", { webinarId, pollId, title: "Pieces", questions: [question] });
  expect((await zoom.run("get-webinar-poll", { webinarId, pollId })).title).toBe("Pieces");
  expect((await zoom.run("list-webinar-polls", { webinarId })).polls).toHaveLength(1);
  await zoom.run("delete-webinar-poll", { webinarId, pollId });
  await zoom.run("update-webinar-survey", { webinarId, third_party_survey: "https://survey.example/1" });
  const survey = await zoom.run("get-webinar-survey", { webinarId });
  expect(survey.third_party_survey).toBe("https://survey.example/1");
  await zoom.run("delete-webinar-survey", { webinarId });
  const links = await zoom.run("create-webinar-invite-links", { webinarId, attendees: [{ name: "Ada" }] });
  expect(links.attendees).toHaveLength(1);
});

it("ends a webinar and reads who came, who stayed away, what was answered and asked", async () => {
  const webinarId = await schedule({ approval_type: 0 });
  for (const name of ["ada", "bo"])
    await zoom.run("add-webinar-registrant", {
      webinarId,
      email: `${name}@northwind.example`,
      first_name: name,
    });
  const act = (what: string, body: object = {}) => zoom.control(`/webinars/${webinarId}/${what}`, body);
  await act("start");
  await act("join", { email: "ada@northwind.example" });
  await act("polls/raise", { title: "Parts", questions: [question] });
  await act("polls/answer", {
    ...{ email: "ada@northwind.example", answers: [{ question: "Which part?", answer: "Two" }] },
  });
  await act("questions/ask", { email: "ada@northwind.example", question: "Why?" });
  await zoom.sandbox.clock.advance(10 * 60_000);
  await zoom.run("end-webinar", { webinarId, action: "end" });
  const { participants } = await zoom.run("list-past-webinar-participants", { webinarId });
  expect(participants?.map(({ name }) => name)).toContain("ada");
  const { registrants } = await zoom.run("list-webinar-absentees", { webinarId });
  expect(registrants).toMatchObject([{ email: "bo@northwind.example" }]);
  expect((await zoom.run("list-past-webinar-instances", { webinarId })).webinars).toHaveLength(1);
  const polls = await zoom.run("list-past-webinar-polls", { webinarId });
  expect(JSON.stringify(polls.questions)).toContain("Two");
  const questions = await zoom.run("list-past-webinar-questions", { webinarId });
  expect(JSON.stringify(questions.questions)).toContain("Why?");
});

it("lists all webinars by the page's number, as Zoom's webinars know no token", async () => {
  // By somebody else: Zoom lets Greenroom make no more than 100 a day for a host.
  const headers = {
    authorization: `Bearer ${zoom.tokens.accessToken.reveal()}`,
    "content-type": "application/json",
  };
  const make = (index: number) =>
    fetch(`${zoom.sandbox.url}/v2/users/mei@acme.example/webinars`, {
      ...{ method: "POST", headers, body: JSON.stringify({ topic: `W${index}`, type: 6 }) },
    });
  for (let count = 0; count < 305; count += 61)
    await Promise.all(Array.from({ length: 61 }, (_, index) => make(count + index)));
  const { webinars } = await zoom.run("list-webinars", { userId: "mei@acme.example" });
  const topics = webinars?.map(({ topic }) => topic).filter((topic) => /^W\d+$/.test(topic ?? ""));
  expect(new Set(topics).size).toBe(305);
  const one = await zoom.run("list-webinars", { userId: "mei@acme.example", page_size: 10 });
  expect(one.webinars).toHaveLength(10);
});
