import { afterAll, beforeAll, expect, test } from "vitest";
import { type CheckedSandbox, checkedSandbox, type Client } from "../../checked-sandbox.test-kit.ts";
import { visit } from "../../visitor.test-kit.ts";

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
  const { length } = bytes;
  for (const [range, from, to] of [
    ["bytes=-5", length - 5, length],
    [`bytes=-${length + 9}`, 0, length],
    [`bytes=${length - 3}-`, length - 3, length],
    [`Bytes=${length - 3}-${length + 3}`, length - 3, length],
  ] as const) {
    const one = await get("MP4", { range });
    expect([range, one.status, one.headers.get("content-range")]).toEqual([
      ...[range, 206, `bytes ${from}-${to - 1}/${length}`],
    ]);
    expect(Buffer.from(await one.arrayBuffer()).equals(bytes.subarray(from, to))).toBe(true);
  }
  for (const range of [`bytes=${length}-`, "bytes=-0"]) {
    const none = await get("MP4", { range });
    expect([range, none.status, none.headers.get("content-range")]).toEqual([
      range,
      416,
      `bytes */${length}`,
    ]);
  }
  // Several ranges, and what makes no sense, are answered with the whole file, as RFC 9110 allows.
  for (const range of ["bytes=0-1,4-5", "bytes=9-3", "bytes=-", "lines=1-2"]) {
    const all = await get("MP4", { range });
    expect([range, all.status, (await all.arrayBuffer()).byteLength]).toEqual([range, 200, length]);
  }
  const etag = video.headers.get("etag") ?? "";
  const modified = video.headers.get("last-modified") ?? "";
  expect(modified).toBe(new Date(fileOf(recording, "MP4")["recording_end"] ?? "").toUTCString());
  const status = async (headers: Record<string, string>) => {
    const answer = await get("MP4", headers);
    return [answer.status, (await answer.arrayBuffer()).byteLength];
  };
  expect(await status({ "if-none-match": `"other", ${etag}` })).toEqual([304, 0]);
  expect(await status({ "if-none-match": '"other"' })).toEqual([200, length]);
  expect(await status({ "if-modified-since": modified })).toEqual([304, 0]);
  expect(await status({ "if-modified-since": "Mon, 23 Nov 2020 12:00:00 GMT" })).toEqual([200, length]);
  expect(await status({ "if-match": '"other"' })).toEqual([412, 0]);
  expect(await status({ range: "bytes=0-1", "if-range": etag })).toEqual([206, 2]);
  expect(await status({ range: "bytes=0-1", "if-range": modified })).toEqual([206, 2]);
  expect(await status({ range: "bytes=0-1", "if-range": '"other"' })).toEqual([200, length]);
  const head = await fetch(fileOf(recording, "MP4")["download_url"] ?? "", {
    ...{ method: "HEAD", headers: { authorization: `Bearer ${token}`, range: "bytes=0-1" } },
  });
  expect([head.status, head.headers.get("content-length"), head.headers.get("etag")]).toEqual([
    ...[200, String(length), etag],
  ]);
  for (const type of ["M4A", "CHAT", "CSV", "TRANSCRIPT"])
    expect([type, (await (await get(type)).arrayBuffer()).byteLength]).toEqual([
      ...[type, fileOf(recording, type).file_size],
    ]);
  expect(await (await get("TRANSCRIPT")).text()).toMatch(/^WEBVTT\n\n1\n00:00:0\d\.000 --> .*\nHana Hale: /);
  expect(await (await get("CHAT")).text()).toMatch(/^00:00:00\tAda:\tHello all/);
  expect(await (await get("CSV")).text()).toContain('"Ada","","');
  expect(await (await get("TIMELINE")).json()).toMatchObject({
    timeline: [{ users: [{ username: "Hana Hale" }] }, {}],
  });
});

test("each stretch that was recorded has files of its own: what was written, answered and who was there meanwhile, nothing private", async () => {
  const { id } = (await zoom.post("/users/hana@acme.example/meetings", { topic: "Stretches" })).body;
  const act = async (what: string, body?: object) => {
    const { status, body: said } = await sandbox.act(`/_sandbox/meetings/${id}/${what}`, body);
    expect([what, status, said.error]).toEqual([what, 200, undefined]);
  };
  const minutes = (count: number) => sandbox.clock.advance(count * 60_000);
  await act("start");
  await act("join", { name: "Ada" });
  await act("chat", { name: "Ada", text: "before" });
  await minutes(1);
  await act("recording/start");
  await act("join", { name: "Bo" });
  await minutes(1);
  await act("chat", { name: "Ada", text: "first" });
  await act("chat", { name: "Ada", text: "secret", to: { name: "Bo" } });
  await minutes(1);
  await act("recording/stop");
  await act("leave", { name: "Ada" });
  await minutes(1);
  await act("recording/start");
  await minutes(2);
  await act("end");
  await minutes(10);
  const recording = await whole(id);
  const types = (start: string) =>
    recording.recording_files
      .filter((file: { recording_start: string }) => file.recording_start === start)
      .map(({ file_type }: { file_type: string }) => file_type);
  const [first, second] = [
    ...new Set(recording.recording_files.map((file: { recording_start: string }) => file.recording_start)),
  ] as [string, string];
  expect(types(first)).toEqual(["MP4", "M4A", "TIMELINE", "CHAT", "TRANSCRIPT"]);
  expect(types(second)).toEqual(["MP4", "M4A", "TIMELINE", "TRANSCRIPT"]);
  const texts = (type: string) =>
    Promise.all(
      recording.recording_files
        .filter(({ file_type }: { file_type: string }) => file_type === type)
        .map(async ({ download_url }: { download_url: string }) =>
          (await fetch(download_url, { headers: { authorization: `Bearer ${zoom.token}` } })).text(),
        ),
    );
  expect(await texts("CHAT")).toEqual(["00:01:00\tAda:\tfirst\r\n"]);
  expect((await texts("TRANSCRIPT")).map((text) => /Ada:/.test(text))).toEqual([true, false]);
  expect((await texts("TIMELINE")).map((text) => text.includes('"Ada"'))).toEqual([true, false]);
  expect(recording).toMatchObject({ duration: 4, recording_count: 9 });
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

test("the webhook's token opens its own recording and no other, by header or query; what is in the trash opens to nobody", async () => {
  const { id } = await recorded();
  const token = sandbox.eventsOf("recording.completed").at(-1)?.["download_token"] as string;
  const other = await recorded("luis@acme.example");
  const kind = async (meeting: number, suffix = "", headers: Record<string, string> = {}, url?: string) => {
    const address = url ?? fileOf(await whole(meeting), "M4A")["download_url"];
    const answer = await fetch(`${address}${suffix}`, { headers });
    await answer.body?.cancel();
    return [answer.status, answer.headers.get("content-type")?.split(";")[0], answer.url] as const;
  };
  const bearer = (text: string) => ({ authorization: `Bearer ${text}` });
  const audio = [200, "audio/mp4", expect.any(String)];
  const page = [200, "text/html", expect.any(String)];
  expect(await kind(id, "", bearer(token))).toEqual(audio);
  expect(await kind(id, `?access_token=${token}`)).toEqual(audio);
  expect(await kind(id, `?access_token=${zoom.token}`)).toEqual(audio);
  expect(await kind(other.id, "", bearer(token))).toEqual(page);
  const luis = await sandbox.as("luis@acme.example", ["cloud_recording:read:recording"]);
  const [, , moved] = await kind(other.id, "", bearer(luis.token));
  expect(await kind(id, "", bearer(luis.token))).toEqual(page);
  const blind = await sandbox.as("luis@acme.example", ["meeting:read:meeting"]);
  expect(await kind(other.id, "", bearer(blind.token))).toEqual(page);
  // The address that a download is sent on to is nothing that can be guessed or kept for ever.
  expect(await kind(0, "", {}, moved)).toEqual(audio);
  expect(await kind(0, "", {}, moved.replace(/e=\d+/, "e=9999999999999"))).toEqual(page);
  const url = fileOf(await whole(id), "M4A")["download_url"] ?? "";
  await zoom.delete(`/meetings/${id}/recordings?action=trash`);
  expect(await kind(0, "", bearer(token), url)).toEqual(page);
  await sandbox.clock.advance(86_400_000);
  expect(await kind(0, "", {}, moved)).toEqual(page);
  zoom = await sandbox.again();
});

test("a share link asks for the passcode, unless the host comes; shared with nobody, it opens to the host alone", async () => {
  const { id } = await recorded();
  const share_url = sandbox.eventsOf("recording.completed").at(-1)?.payload.object.share_url as string;
  const { recording_play_passcode: password } = await whole(id);
  const settings = (body: object) => zoom.patch(`/meetings/${id}/recordings/settings`, body);
  const look = async (by: "stranger" | "hana" | "luis", pwd = "") => {
    const url = pwd === "" ? share_url : `${share_url}?pwd=${encodeURIComponent(pwd)}`;
    if (by === "stranger") return await (await fetch(url)).text();
    const visitor = await visit(sandbox.url, `${by}@acme.example`);
    return await (await visitor.get(new URL(url).pathname + new URL(url).search)).text();
  };
  expect(await look("stranger")).toContain('name="pwd"');
  expect(await look("stranger", "wrong")).toContain("The passcode is wrong.");
  expect(await look("stranger", password)).toContain("<video");
  const typed = await fetch(share_url, { method: "POST", body: new URLSearchParams({ pwd: password }) });
  expect(await typed.text()).toContain("<video");
  expect(await look("hana")).toContain("<video");
  expect(await look("luis")).toContain('name="pwd"');
  await settings({ password: "another-1" });
  expect(await look("stranger", password)).toContain("The passcode is wrong.");
  expect(await look("stranger", "another-1")).toContain("<video");
  await settings({ share_recording: "internally" });
  expect(await look("stranger", "another-1")).toContain("Sign in");
  expect(await look("luis", "another-1")).toContain("<video");
  await settings({ share_recording: "none" });
  expect(await look("luis")).toContain("shared with nobody");
  expect(await look("hana")).toContain("<video");
});

test("a file may be made five gigabytes big, and is streamed from any place", async () => {
  const { id } = await recorded();
  const recording = await whole(id);
  const answer = await fetch(`${sandbox.url}/_sandbox/recordings/${fileOf(recording, "MP4")["id"]}/size`, {
    ...{ method: "PUT", body: JSON.stringify({ file_size: 5e9 }) },
  });
  expect(answer.status).toBe(200);
  const size = async (type: string, file_size: number) => {
    const refused = await fetch(`${sandbox.url}/_sandbox/recordings/${fileOf(recording, type)["id"]}/size`, {
      ...{ method: "PUT", body: JSON.stringify({ file_size }) },
    });
    return [refused.status, ((await refused.json()) as { errors: object[] }).errors];
  };
  expect(await size("M4A", 10)).toEqual([
    ...[400, [{ field: "file_size", message: expect.stringMatching(/^must be \d+ or more/) }]],
  ]);
  expect(await size("CHAT", 1_000)).toEqual([
    ...[400, [{ field: "file_size", message: expect.stringContaining("MP4 and M4A can be made bigger") }]],
  ]);
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
  const told = () => ["trashed", "recovered"].map((what) => sandbox.eventsOf(`recording.${what}`).length);
  const [trashed = 0, recovered = 0] = told();
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
  expect(told()).toEqual([trashed + 3, recovered + 2]);
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
  const { recording_play_passcode: passcode } = await whole(id);
  const video = await (await fetch(`${play}?pwd=${encodeURIComponent(passcode)}`)).text();
  const source = /<video[^>]* src="([^"]+)"/.exec(video)?.[1]?.replaceAll("&amp;", "&") ?? "";
  expect((await fetch(new URL(source, play), { headers: { range: "bytes=0-9" } })).status).toBe(206);
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
  expect(sandbox.eventsOf("recording.deleted").at(-1)?.payload.object).toMatchObject({
    ...{ id, recording_count: 1, recording_files: [{ file_type: "TRANSCRIPT" }] },
  });
  expect((await zoom.delete(`/meetings/${id}/recordings?action=delete`)).status).toBe(204);
  expect(sandbox.eventsOf("recording.deleted")).toHaveLength(2);
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
