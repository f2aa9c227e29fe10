import { afterAll, beforeAll, expect, test } from "vitest";
import { type CheckedSandbox, checkedSandbox, type Client } from "../../checked-sandbox.test-kit.ts";

let sandbox: CheckedSandbox;
let zoom: Client;
const days = "from=2026-11-20&to=2026-11-25";

beforeAll(async () => {
  sandbox = await checkedSandbox({ covers: ["meetings/Cloud Recording", "meetings/Archiving"] });
  zoom = sandbox.owner;
});
afterAll(() => sandbox.finish());

/** A meeting of ten minutes that was recorded, with chat and a poll. */
async function recorded(host = "hana@acme.example"): Promise<{ id: number; uuid: string }> {
  const meeting = (await zoom.post(`/users/${host}/meetings`, { topic: "Recorded" })).body;
  const act = (what: string, body?: object) => sandbox.act(`/_sandbox/meetings/${meeting.id}/${what}`, body);
  const poll = { title: "P", questions: [{ name: "Good?", type: "single", answers: ["yes", "no"] }] };
  const { id: pollId } = (await zoom.post(`/meetings/${meeting.id}/polls`, poll)).body;
  await act("start");
  await act("recording/start");
  const ada = (await act("join", { name: "Ada" })).body;
  await act("chat", { user_id: ada.user_id, text: "Hello all" });
  await act("polls/raise", { poll_id: pollId });
  await act("polls/answer", { user_id: ada.user_id, answers: [{ question: "Good?", answer: "yes" }] });
  await sandbox.clock.advance(10 * 60_000);
  await act("end");
  await sandbox.clock.advance(7 * 60_000);
  zoom = await sandbox.again();
  return meeting;
}
const whole = async (id: number) => (await zoom.get(`/meetings/${id}/recordings`)).body;
const fileOf = (recording: { recording_files: { file_type: string }[] }, type: string) =>
  recording.recording_files.find((file) => file.file_type === type) as unknown as Record<string, string> & {
    file_size: number;
  };

test("a recorded meeting is processed, then completed with its files, then its transcript", async () => {
  const { id, uuid } = await recorded();
  const [completed] = sandbox.eventsOf("recording.completed");
  expect(completed?.payload.object).toMatchObject({
    id,
    uuid,
    duration: 10,
    host_email: "hana@acme.example",
  });
  expect(completed?.["download_token"]).toMatch(/\./);
  expect(sandbox.eventsOf("recording.transcript_completed")).toHaveLength(1);
  const recording = await whole(id);
  expect(recording.recording_files.map(({ file_type }: { file_type: string }) => file_type)).toEqual([
    ...["MP4", "M4A", "TIMELINE", "CHAT", "CSV", "TRANSCRIPT"],
  ]);
  expect(fileOf(recording, "TIMELINE")).not.toHaveProperty("id");
  expect(recording.total_size).toBeGreaterThan(90_000);
  expect((await zoom.get(`/users/hana@acme.example/recordings?${days}`)).body.meetings).toMatchObject([
    { uuid },
  ]);
  expect((await zoom.get("/meetings/123/recordings")).body).toEqual({
    code: 3301,
    message: "There is no recording for this meeting.",
  });
});

test("files are downloaded with a token, in parts too, and are what they say", async () => {
  const { id } = await recorded();
  const { download_access_token: token } = (
    await zoom.get(`/meetings/${id}/recordings?include_fields=download_access_token&ttl=600`)
  ).body;
  const recording = await whole(id);
  const get = (type: string, headers: Record<string, string> = {}) =>
    fetch(fileOf(recording, type)["download_url"] ?? "", {
      headers: { authorization: `Bearer ${token}`, ...headers },
    });
  const video = await get("MP4");
  expect([
    video.status,
    video.headers.get("content-type"),
    Number(video.headers.get("content-length")),
  ]).toEqual([...[200, "video/mp4", fileOf(recording, "MP4").file_size]]);
  const bytes = Buffer.from(await video.arrayBuffer());
  expect(bytes.length).toBe(fileOf(recording, "MP4").file_size);
  const part = await get("MP4", { range: "bytes=100-199" });
  expect([part.status, part.headers.get("content-range")]).toEqual([206, `bytes 100-199/${bytes.length}`]);
  expect(Buffer.from(await part.arrayBuffer()).equals(bytes.subarray(100, 200))).toBe(true);
  expect((await get("MP4", { range: `bytes=${bytes.length}-` })).status).toBe(416);
  expect(await (await get("TRANSCRIPT")).text()).toMatch(/^WEBVTT\n\n1\n00:00:0\d\.000 --> .*\nHana Hale: /);
  expect(await (await get("CHAT")).text()).toMatch(/^00:00:00\tAda:\tHello all/);
  expect(await (await get("CSV")).text()).toContain('"Ada","","');
  expect(await (await get("TIMELINE")).json()).toMatchObject({
    timeline: [{ users: [{ username: "Hana Hale" }] }, {}],
  });
});

test("all recordings of a person are trashed, recovered and deleted at once, each told by one event", async () => {
  const { uuid } = await recorded("luis@acme.example");
  const other = await recorded("mei@acme.example");
  const batch = (what: string, body: object) => sandbox.act(`/_sandbox/recordings/${what}`, body);
  const host = "luis@acme.example";
  const single = () => sandbox.eventsOf("recording.trashed").length;
  const before = single();
  expect((await batch("trash", { host: "nobody@acme.example" })).status).toBe(404);
  expect((await batch("recover", { host })).status).toBe(409);
  expect((await batch("trash", { host, by: host })).body).toEqual({ meeting_uuids: [uuid] });
  expect(sandbox.eventsOf("recording.batch_trashed")).toMatchObject([
    {
      payload: {
        ...{ operator: host, operation: "trash_user_recordings", object: { meeting_uuids: [uuid] } },
      },
    },
  ]);
  expect(single()).toBe(before);
  const of = async (query: string) =>
    (await zoom.get(`/users/${host}/recordings?${days}${query}`)).body.meetings.length;
  expect([await of(""), await of("&trash=true")]).toEqual([0, 1]);
  expect((await batch("recover", { uuids: [uuid] })).body.meeting_uuids).toEqual([uuid]);
  expect([await of(""), await of("&trash=true")]).toEqual([1, 0]);
  await batch("trash", { host });
  await batch("delete", { host });
  expect([await of(""), await of("&trash=true")]).toEqual([0, 0]);
  expect(sandbox.eventsOf("recording.batch_recovered")[0]?.payload.object.meetings).toMatchObject([
    { meeting_uuid: uuid, recording_file_ids: expect.any(Array) },
  ]);
  expect(sandbox.eventsOf("recording.batch_deleted")).toHaveLength(1);
  expect((await zoom.get(`/users/mei@acme.example/recordings?${days}`)).body.meetings).toMatchObject([
    { uuid: other.uuid },
  ]);
});

test("a download with a wrong or an old token is answered 200 with a page", async () => {
  const { id } = await recorded();
  const token = sandbox.eventsOf("recording.completed").at(-1)?.["download_token"] as string;
  const url = fileOf(await whole(id), "MP4")["download_url"] ?? "";
  const type = async (headers: Record<string, string>) => {
    const answer = await fetch(url, { headers });
    await answer.body?.cancel();
    return [answer.status, answer.headers.get("content-type")?.split(";")[0]];
  };
  expect(await type({})).toEqual([200, "text/html"]);
  expect(await type({ authorization: "Bearer nonsense" })).toEqual([200, "text/html"]);
  expect(await type({ authorization: `Bearer ${token}` })).toEqual([200, "video/mp4"]);
  expect(await type({ authorization: `Bearer ${zoom.token}` }), "the OAuth token of an admin's app").toEqual([
    200,
    "video/mp4",
  ]);
  await sandbox.clock.advance(24 * 3_600_000);
  expect(await type({ authorization: `Bearer ${token}` })).toEqual([200, "text/html"]);
  zoom = await sandbox.again();
});

test("a file may be made five gigabytes big, and is streamed from any place", async () => {
  const { id } = await recorded();
  const recording = await whole(id);
  const answer = await fetch(`${sandbox.url}/_sandbox/recordings/${fileOf(recording, "MP4")["id"]}/size`, {
    ...{ method: "PUT", body: JSON.stringify({ file_size: 5e9 }) },
  });
  expect(answer.status).toBe(200);
  const part = await fetch(fileOf(recording, "MP4")["download_url"] ?? "", {
    headers: { authorization: `Bearer ${zoom.token}`, range: "bytes=4999999990-" },
  });
  expect([part.status, part.headers.get("content-range")]).toEqual([
    206,
    "bytes 4999999990-4999999999/5000000000",
  ]);
  expect((await part.arrayBuffer()).byteLength).toBe(10);
});

test("what is thrown away lies in the trash for thirty days, and comes back when asked", async () => {
  const { id, uuid } = await recorded("luis@acme.example");
  const file = fileOf(await whole(id), "MP4")["id"] ?? "";
  expect((await zoom.delete(`/meetings/${id}/recordings/${file}?action=trash`)).status).toBe(204);
  expect(fileOf(await whole(id), "MP4")).toBeUndefined();
  const trash = async (type = "meeting_recordings") =>
    (await zoom.get(`/users/luis@acme.example/recordings?trash=true&trash_type=${type}`)).body.meetings;
  expect(await trash("recording_file")).toMatchObject([{ uuid, recording_files: [{ id: file }] }]);
  expect((await zoom.put(`/meetings/${id}/recordings/${file}/status`, { action: "recover" })).status).toBe(
    204,
  );
  expect((await zoom.delete(`/meetings/${id}/recordings`)).status).toBe(204);
  expect((await zoom.get(`/meetings/${id}/recordings`)).body.code).toBe(3301);
  expect(await trash()).toMatchObject([{ uuid }]);
  const encoded = encodeURIComponent(encodeURIComponent(uuid));
  expect((await zoom.put(`/meetings/${encoded}/recordings/status`, { action: "recover" })).status).toBe(200);
  expect((await whole(id)).recording_count).toBe(6);
  await zoom.delete(`/meetings/${id}/recordings?action=trash`);
  await sandbox.clock.advance(31 * 86_400_000);
  zoom = await sandbox.again();
  expect(await trash()).toEqual([]);
  expect(["trashed", "recovered"].map((what) => sandbox.eventsOf(`recording.${what}`).length)).toEqual([
    3, 2,
  ]);
});

test("transcripts, settings, analytics and registrants of a recording", async () => {
  const { id } = await recorded();
  const { download_url } = (await zoom.get(`/meetings/${id}/transcript`)).body;
  expect(
    await (await fetch(download_url, { headers: { authorization: `Bearer ${zoom.token}` } })).text(),
  ).toMatch(/^WEBVTT/);
  expect(
    (await zoom.patch(`/meetings/${id}/recordings/settings`, { topic: "Renamed", approval_type: 1 })).status,
  ).toBe(204);
  expect((await zoom.get(`/meetings/${id}/recordings/settings`)).body).toMatchObject({
    topic: "Renamed",
    approval_type: 1,
  });
  expect(sandbox.eventsOf("recording.renamed").at(-1)?.payload).toMatchObject({
    object: { topic: "Renamed" },
    old_object: { topic: "Recorded" },
  });

  const today = sandbox.clock.now().toISOString().slice(0, 10);
  const play = fileOf(await whole(id), "MP4")["play_url"] ?? "";
  expect(await (await fetch(play)).text()).toContain("<video");
  const summary = (await zoom.get(`/meetings/${id}/recordings/analytics_summary?from=${today}&to=${today}`))
    .body;
  expect(summary.analytics_summary).toMatchObject([{ views_total_count: 1, downloads_total_count: 1 }]);
  const details = (
    await zoom.get(`/meetings/${id}/recordings/analytics_details?from=${today}&to=${today}&type=by_download`)
  ).body;
  expect(details.analytics_details).toHaveLength(1);

  const path = `/meetings/${id}/recordings/registrants`;
  const added = (await zoom.post(path, { email: "ada@x.example", first_name: "Ada", org: "X" })).body;
  expect((await zoom.get(`${path}?status=pending`)).body.registrants).toMatchObject([
    { email: "ada@x.example", org: "X" },
  ]);
  expect(
    (await zoom.put(`${path}/status`, { action: "approve", registrants: [{ id: added.registrant_id }] }))
      .status,
  ).toBe(204);
  expect((await zoom.get(path)).body.total_records).toBe(1);
  await zoom.patch(`${path}/questions`, { questions: [{ field_name: "org", required: true }] });
  expect((await zoom.get(`${path}/questions`)).body.questions).toHaveLength(1);

  expect((await zoom.delete(`/meetings/${id}/transcript`)).status).toBe(204);
  expect((await zoom.get(`/meetings/${id}/transcript`)).body.code).toBe(3322);
  expect((await zoom.delete(`/meetings/${id}/recordings?action=delete`)).status).toBe(204);
  expect(sandbox.eventsOf("recording.deleted")).toHaveLength(1);
});

test("recordings of a person who leaves go to another", async () => {
  await zoom.post("/users", { action: "autoCreate", user_info: { email: "giver@acme.example", type: 2 } });
  const { id } = await recorded("giver@acme.example");
  await zoom.delete(
    "/users/giver@acme.example?action=delete&transfer_email=mei@acme.example&transfer_recording=true",
  );
  expect((await whole(id)).host_email ?? (await whole(id)).host_id).toBe(
    (await zoom.get("/users/mei@acme.example")).body.id,
  );
});

test("meetings are archived while the account's setting is on", async () => {
  expect((await zoom.get("/archive_files")).body.meetings).toEqual([]);
  await zoom.patch("/accounts/me/settings", { recording: { archive: { enable: true } } });
  const { uuid, id } = await recorded();
  const [meeting] = (await zoom.get("/archive_files")).body.meetings;
  expect(meeting).toMatchObject({
    uuid,
    meeting_type: "external",
    duration_in_second: 600,
    status: "completed",
  });
  expect((await zoom.get("/archive_files/statistics")).body.statistic_by_file_extension).toMatchObject({
    mp4_file_count: 1,
    txt_file_count: 1,
  });
  const told = sandbox.eventsOf("recording.archive_files_completed").at(-1);
  const file = await fetch(meeting.archive_files[0].download_url, {
    headers: { authorization: `Bearer ${told?.["download_token"]}` },
  });
  expect(Number(file.headers.get("content-length"))).toBe(meeting.archive_files[0].file_size);
  await file.body?.cancel();
  expect(
    (await zoom.patch(`/archive_files/${meeting.archive_files[0].id}`, { auto_delete: false })).status,
  ).toBe(204);
  const encoded = encodeURIComponent(encodeURIComponent(uuid));
  expect((await zoom.get(`/past_meetings/${encoded}/archive_files`)).body.archive_files[0].auto_delete).toBe(
    false,
  );
  expect((await zoom.delete(`/past_meetings/${encoded}/archive_files`)).status).toBe(204);
  expect((await zoom.get(`/past_meetings/${encoded}/archive_files`)).body.code).toBe(3001);
  expect((await zoom.get(`/meetings/${id}/jointoken/local_archiving`)).body.expire_in).toBe(120);
});
