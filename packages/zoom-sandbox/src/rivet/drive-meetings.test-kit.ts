import { expect } from "vitest";
import { dataOf, type Rivet } from "./rivet.test-kit.ts";

const host = { userId: "hana@acme.example" };

/** A meeting from scheduling to its reports, and what stands around meetings. */
export async function driveMeetings(rivet: Rivet): Promise<void> {
  await scheduled(rivet);
  await held(rivet);
  await around(rivet);
}

async function scheduled({ meetings: { endpoints } }: Rivet): Promise<void> {
  const { meetings } = endpoints;
  const soon = new Date(Date.now() + 3_600_000).toISOString().replace(/\.\d+Z/, "Z");
  const made = await dataOf(
    meetings.createMeeting({
      path: host,
      body: { topic: "Review", type: 2, start_time: soon, duration: 45, settings: { approval_type: 1 } },
    }),
  );
  const path = { meetingId: Number(made.id) };
  const asText = { meetingId: String(made.id) };
  await meetings.updateMeeting({ path, body: { agenda: "Numbers" } });
  expect(await dataOf(meetings.getMeeting({ path }))).toMatchObject({ topic: "Review", agenda: "Numbers" });
  expect((await dataOf(meetings.listMeetings({ path: host }))).meetings).toHaveLength(1);
  expect((await dataOf(meetings.listUpcomingMeetings({ path: host }))).meetings).toHaveLength(1);
  expect((await dataOf(meetings.getMeetingInvitation({ path }))).invitation).toContain("Review");
  const links = await dataOf(
    meetings.createMeetingsInviteLinks({
      path,
      body: { attendees: [{ name: "Ada" }] },
    }),
  );
  expect(links.attendees).toMatchObject([{ name: "Ada" }]);

  const registrant = await dataOf(
    meetings.addMeetingRegistrant({
      path,
      body: { email: "ada@northwind.example", first_name: "Ada" },
    }),
  );
  const registrantId = registrant.registrant_id ?? "";
  await meetings.updateRegistrantsStatus({
    path,
    body: { action: "approve", registrants: [{ id: registrantId }] },
  });
  expect((await dataOf(meetings.listMeetingRegistrants({ path }))).registrants).toMatchObject([
    { id: registrantId },
  ]);
  const one = await dataOf(meetings.getMeetingRegistrant({ path: { ...path, registrantId } }));
  expect(one.status).toBe("approved");
  await meetings.performBatchRegistration({
    path: asText,
    body: { registrants: [{ email: "bo@contoso.example", first_name: "Bo" }] },
  });
  await meetings.updateRegistrationQuestions({
    path,
    body: { questions: [{ field_name: "city", required: true }] },
  });
  expect((await dataOf(meetings.listRegistrationQuestions({ path }))).questions).toMatchObject([
    { field_name: "city" },
  ]);
  await meetings.deleteMeetingRegistrant({ path: { ...path, registrantId } });

  const question = { name: "Which day?", type: "single" as const, answers: ["Monday", "Friday"] };
  const poll = await dataOf(
    meetings.createMeetingPoll({ path, body: { title: "Days", questions: [question] } }),
  );
  const pollPath = { ...path, pollId: poll.id ?? "" };
  await meetings.updateMeetingPoll({ path: pollPath, body: { title: "Weekdays", questions: [question] } });
  expect((await dataOf(meetings.getMeetingPoll({ path: pollPath }))).title).toBe("Weekdays");
  expect((await dataOf(meetings.listMeetingPolls({ path }))).polls).toHaveLength(1);
  await meetings.performBatchPollCreation({
    path: asText,
    body: { polls: [{ title: "Two", questions: [question] }] },
  });
  await meetings.deleteMeetingPoll({ path: pollPath });
  await meetings.updateMeetingSurvey({ path, body: { third_party_survey: "https://survey.example/1" } });
  expect((await dataOf(meetings.getMeetingSurvey({ path }))).third_party_survey).toBe(
    "https://survey.example/1",
  );
  await meetings.deleteMeetingSurvey({ path });
  await meetings.updateLivestream({
    path,
    body: { stream_url: "rtmp://stream.example/x", stream_key: "key", page_url: "https://stream.example" },
  });
  expect((await dataOf(meetings.getLivestreamDetails({ path: asText }))).page_url).toBe(
    "https://stream.example",
  );
  await meetings.createMeetingTemplateFromExistingMeeting({
    path: host,
    body: { meeting_id: path.meetingId, name: "Review template" },
  });
  expect((await dataOf(meetings.listMeetingTemplates({ path: host }))).templates).toHaveLength(1);
  await meetings.deleteMeeting({ path });
  await expect(meetings.getMeeting({ path })).rejects.toThrow("[404/3001]");
}

async function held({ meetings: { endpoints }, act, sandbox }: Rivet): Promise<void> {
  const { meetings, cloudRecording, reports } = endpoints;
  const made = await dataOf(
    meetings.createMeeting({
      path: host,
      body: {
        topic: "Demo",
        type: 2,
        start_time: new Date().toISOString().slice(0, 19).concat("Z"),
        duration: 30,
      },
    }),
  );
  const path = { meetingId: Number(made.id) };
  const recorded = { meetingId: String(path.meetingId) };
  await act(`/meetings/${path.meetingId}/start`);
  await act(`/meetings/${path.meetingId}/join`, { name: "Gus Guest", device: "mobile" });
  await act(`/meetings/${path.meetingId}/recording/start`);
  await sandbox.clock.advance(20 * 60_000);
  await meetings.updateMeetingStatus({ path, body: { action: "end" } });
  await sandbox.clock.advance(15 * 60_000);

  const past = await dataOf(meetings.getPastMeetingDetails({ path: recorded }));
  expect(past).toMatchObject({ topic: "Demo", participants_count: 2 });
  const people = await dataOf(
    meetings.getPastMeetingParticipants({ path: { meetingId: String(path.meetingId) } }),
  );
  expect(people.participants?.map(({ name }) => name)).toContain("Gus Guest");
  expect((await dataOf(meetings.listPastMeetingInstances({ path }))).meetings).toHaveLength(1);

  const recording = await dataOf(cloudRecording.getMeetingRecordings({ path: recorded }));
  expect(recording.recording_files?.map(({ file_type }) => file_type)).toContain("MP4");
  const days = { from: new Date(Date.now() - 86_400_000).toISOString().slice(0, 10) };
  expect((await dataOf(cloudRecording.listAllRecordings({ path: host, query: days }))).meetings).toHaveLength(
    1,
  );
  await cloudRecording.updateMeetingRecordingSettings({ path: recorded, body: { viewer_download: false } });
  const settings = await dataOf(cloudRecording.getMeetingRecordingSettings({ path: recorded }));
  expect(settings.viewer_download).toBe(false);
  await cloudRecording.getMeetingTranscript({ path: recorded });
  const file = { ...recorded, recordingId: recording.recording_files?.[0]?.id ?? "" };
  await cloudRecording.deleteRecordingFileForMeetingOrWebinar({ path: file });
  await cloudRecording.recoverSingleRecording({ path: file, body: { action: "recover" } });
  await cloudRecording.deleteMeetingOrWebinarRecordings({ path: recorded });
  await expect(cloudRecording.getMeetingRecordings({ path: recorded })).rejects.toThrow("[404/3301]");

  const report = await dataOf(
    reports.getMeetingParticipantReports({ path: { meetingId: recorded.meetingId } }),
  );
  expect(report.participants).toHaveLength(2);
  expect((await dataOf(reports.getMeetingDetailReports({ path: recorded }))).topic).toBe("Demo");
  const today = { from: days.from, to: new Date(Date.now() + 86_400_000).toISOString().slice(0, 10) };
  expect((await dataOf(reports.getDailyUsageReport({}))).dates?.length).toBeGreaterThan(0);
  const hosts = await dataOf(reports.getActiveOrInactiveHostReports({ query: { ...today, type: "active" } }));
  expect(hosts.users?.map(({ email }) => email)).toContain("hana@acme.example");
  const own = await dataOf(reports.getMeetingReports({ path: host, query: today }));
  expect(own.meetings).toHaveLength(1);
  const activities = await dataOf(reports.getSignInSignOutActivityReport({ query: today }));
  expect(activities.activity_logs?.length).toBeGreaterThan(0);
  const operations = await dataOf(reports.getOperationLogsReport({ query: today }));
  expect(operations.operation_logs).toEqual(expect.any(Array));
}

async function around({ meetings: { endpoints } }: Rivet): Promise<void> {
  const { trackingField, h323Devices, sIPPhone, archiving } = endpoints;
  const field = await dataOf(
    trackingField.createTrackingField({
      body: { field: "Purpose", recommended_values: ["Marketing"], required: false, visible: true },
    }),
  );
  const path = { fieldId: field.id ?? "" };
  await trackingField.updateTrackingField({ path, body: { field: "Aim" } });
  expect((await dataOf(trackingField.getTrackingField({ path }))).field).toBe("Aim");
  expect((await dataOf(trackingField.listTrackingFields({}))).tracking_fields).toHaveLength(1);
  await trackingField.deleteTrackingField({ path });

  const device = { name: "Boardroom", ip: "192.0.2.10", protocol: "SIP", encryption: "auto" } as const;
  const made = await dataOf(h323Devices.createHSIPDevice({ body: device }));
  const devicePath = { deviceId: made.id ?? "" };
  await h323Devices.updateHSIPDevice({ path: devicePath, body: { ...device, name: "Lobby" } });
  expect((await dataOf(h323Devices.listHSIPDevices({}))).devices).toMatchObject([{ name: "Lobby" }]);
  await h323Devices.deleteHSIPDevice({ path: devicePath });
  expect((await dataOf(sIPPhone.listSIPPhones({}))).phones).toEqual([]);
  expect((await dataOf(archiving.listArchivedFiles({}))).meetings).toEqual([]);
}
