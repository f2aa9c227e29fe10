import { expect } from "vitest";
import { dataOf, type Rivet } from "./rivet.test-kit.ts";

/** A webinar from scheduling to deleting. */
export async function driveWebinars({ meetings: { endpoints } }: Rivet): Promise<void> {
  const { webinars } = endpoints;
  const host = { userId: "mei@acme.example" };
  const inAWeek = new Date(Date.now() + 7 * 86_400_000).toISOString().replace(/\.\d+Z/, "Z");
  const made = await dataOf(
    webinars.createWebinar({
      path: host,
      body: {
        topic: "Product tour",
        type: 5,
        start_time: inAWeek,
        duration: 60,
        settings: { approval_type: 1 },
      },
    }),
  );
  const path = { webinarId: Number(made.id) };
  const asText = { webinarId: String(made.id) };
  await webinars.updateWebinar({ path: asText as never, body: { agenda: "All of it" } });
  expect(await dataOf(webinars.getWebinar({ path: asText }))).toMatchObject({ agenda: "All of it" });
  expect((await dataOf(webinars.listWebinars({ path: host }))).webinars).toHaveLength(1);

  await webinars.addPanelists({
    path,
    body: { panelists: [{ name: "Pia", email: "pia@speakers.example" }] },
  });
  const panel = await dataOf(webinars.listPanelists({ path }));
  expect(panel.panelists).toMatchObject([{ name: "Pia" }]);
  await webinars.removePanelist({ path: { ...path, panelistId: panel.panelists?.[0]?.id ?? "" } });
  await webinars.removeAllPanelists({ path });

  const registrant = await dataOf(
    webinars.addWebinarRegistrant({
      path,
      body: { email: "ada@northwind.example", first_name: "Ada" },
    }),
  );
  const registrantId = registrant.registrant_id ?? "";
  await webinars.updateRegistrantsStatus({
    path,
    body: { action: "approve", registrants: [{ id: registrantId }] },
  });
  expect((await dataOf(webinars.listWebinarRegistrants({ path }))).registrants).toHaveLength(1);
  expect((await dataOf(webinars.getWebinarRegistrant({ path: { ...path, registrantId } }))).status).toBe(
    "approved",
  );
  await webinars.deleteWebinarRegistrant({ path: { ...path, registrantId } });
  await webinars.performBatchRegistration({
    path: asText,
    body: { registrants: [{ email: "bo@contoso.example", first_name: "Bo" }] },
  });
  expect((await dataOf(webinars.listRegistrationQuestions({ path }))).questions).toEqual(expect.any(Array));

  const question = { name: "Which part?", type: "single" as const, answers: ["One", "Two"] };
  const poll = await dataOf(
    webinars.createWebinarsPoll({ path, body: { title: "Parts", questions: [question] } }),
  );
  const pollPath = { ...path, pollId: poll.id ?? "" };
  await webinars.updateWebinarPoll({ path: pollPath, body: { title: "Pieces", questions: [question] } });
  expect((await dataOf(webinars.getWebinarPoll({ path: pollPath }))).title).toBe("Pieces");
  expect((await dataOf(webinars.listWebinarsPolls({ path }))).polls).toHaveLength(1);
  await webinars.deleteWebinarPoll({ path: pollPath });
  expect((await dataOf(webinars.getWebinarTrackingSources({ path }))).tracking_sources).toEqual(
    expect.any(Array),
  );
  expect(await dataOf(webinars.getWebinarsSessionBranding({ path }))).toBeDefined();
  await webinars.createWebinarsInviteLinks({ path, body: { attendees: [{ name: "Ada" }] } });
  await webinars.createWebinarTemplate({ path: host, body: { webinar_id: path.webinarId, name: "Tour" } });
  expect((await dataOf(webinars.listWebinarTemplates({ path: host }))).templates).toHaveLength(1);
  await webinars.deleteWebinar({ path });
  expect((await dataOf(webinars.listWebinars({ path: host }))).webinars).toEqual([]);
}
