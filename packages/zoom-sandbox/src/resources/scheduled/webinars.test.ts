import { afterAll, beforeAll, expect, test } from "vitest";
import { type CheckedSandbox, checkedSandbox, type Client } from "../../checked-sandbox.test-kit.ts";

let sandbox: CheckedSandbox;
let zoom: Client;

beforeAll(async () => {
  sandbox = await checkedSandbox({ covers: ["meetings/Webinars"] });
  zoom = sandbox.owner;
});
afterAll(() => sandbox.finish());

const schedule = async (body: object = {}, user = "mei@acme.example") =>
  (
    await zoom.post(`/users/${user}/webinars`, {
      topic: "Launch",
      start_time: "2026-12-01T10:00:00Z",
      ...body,
    })
  ).body;
const act = (id: number, what: string, body?: object) =>
  sandbox.act(`/_sandbox/webinars/${id}/${what}`, body);
const png = () => {
  const form = new FormData();
  form.set("file", new File(["x"], "wall.png", { type: "image/png" }));
  return form;
};

test("webinars are scheduled once or again and again, listed, changed, ended and deleted", async () => {
  const webinar = await schedule();
  expect(webinar).toMatchObject({ type: 5, topic: "Launch", host_email: "mei@acme.example" });
  const weekly = await schedule({ type: 9, recurrence: { type: 2, weekly_days: "3", end_times: 3 } });
  expect(weekly.occurrences).toHaveLength(3);
  expect((await zoom.patch(`/webinars/${webinar.id}`, { topic: "Relaunch" })).status).toBe(204);
  expect((await zoom.get(`/webinars/${webinar.id}`)).body.topic).toBe("Relaunch");
  expect((await zoom.get("/users/mei@acme.example/webinars")).body.webinars).toHaveLength(2);
  await act(webinar.id, "start");
  expect((await zoom.put(`/webinars/${webinar.id}/status`, { action: "end" })).status).toBe(200);
  expect((await zoom.delete(`/webinars/${weekly.id}`)).status).toBe(204);
  expect((await zoom.get(`/webinars/${weekly.id}`)).body.code).toBe(3001);
  expect(
    ["created", "updated", "deleted"].map((what) => sandbox.eventsOf(`webinar.${what}`).length > 0),
  ).toEqual([true, true, true]);
});

test("a webinar needs the licence, and is no meeting", async () => {
  const basic = await zoom.post("/users/ben@acme.example/webinars", { topic: "x" });
  expect([basic.status, basic.body.code]).toEqual([400, 200]);
  const { id } = await schedule();
  expect((await zoom.get(`/meetings/${id}`)).body).toEqual({
    code: 3000,
    message: "Cannot access webinar information.",
  });
  const meeting = (await zoom.post("/users/me/meetings", {})).body;
  expect((await zoom.get(`/webinars/${meeting.id}`)).body.message).toBe("Cannot access meeting information.");
});

test("a meeting becomes a webinar with who registered and its polls, and a meeting again", async () => {
  const { body: meeting } = await zoom.post("/users/mei@acme.example/meetings", {
    ...{ topic: "All hands", type: 8, start_time: "2026-12-01T10:00:00Z", settings: { approval_type: 0 } },
    recurrence: { type: 1, end_times: 2 },
  });
  const { id } = meeting;
  await zoom.post(`/meetings/${id}/registrants`, { email: "ada@x.example", first_name: "Ada" });
  await zoom.post(`/meetings/${id}/polls`, {
    title: "P",
    questions: [{ name: "Q?", type: "single", answers: ["a", "b"] }],
  });
  const convert = (kind: string) => sandbox.act(`/_sandbox/${kind}/${id}/convert`);
  await sandbox.act(`/_sandbox/meetings/${id}/start`);
  expect((await convert("meetings")).body.error).toContain("under way");
  await sandbox.act(`/_sandbox/meetings/${id}/end`);

  expect((await convert("meetings")).body).toEqual({ id, type: 9 });
  expect((await zoom.get(`/meetings/${id}`)).body.code).toBe(3000);
  expect((await zoom.get(`/webinars/${id}`)).body).toMatchObject({
    topic: "All hands",
    type: 9,
    occurrences: [{}, {}],
  });
  expect((await zoom.get(`/webinars/${id}/registrants`)).body.registrants).toMatchObject([
    { email: "ada@x.example" },
  ]);
  expect((await zoom.get(`/webinars/${id}/polls`)).body.polls).toMatchObject([{ title: "P" }]);
  expect(sandbox.eventsOf("meeting.converted_to_webinar")).toMatchObject([
    { payload: { operator: "mei@acme.example", object: { id, type: 9, topic: "All hands" } } },
  ]);
  await zoom.post(`/webinars/${id}/panelists`, { panelists: [{ name: "Pia", email: "pia@x.example" }] });

  expect((await convert("webinars")).body).toEqual({ id, type: 8 });
  expect((await zoom.get(`/meetings/${id}/registrants`)).body.total_records).toBe(1);
  expect((await zoom.get(`/meetings/${id}/polls`)).body.polls).toHaveLength(1);
  expect((await zoom.get(`/webinars/${id}/panelists`)).body.code).toBe(3000);
  expect(sandbox.eventsOf("webinar.converted_to_meeting")).toHaveLength(1);
  const { id: unlicensed } = (await zoom.post("/users/ben@acme.example/meetings", {})).body;
  expect((await sandbox.act(`/_sandbox/meetings/${unlicensed}/convert`)).body.error).toContain(
    "Webinar plan",
  );
});

test("people register, from a source, and those who stay away are absentees", async () => {
  const { id } = await schedule({ settings: { approval_type: 0 } });
  const source = (
    await sandbox.act(`/_sandbox/webinars/${id}/tracking_sources`, { source_name: "Newsletter" })
  ).body;
  const add = async (email: string) =>
    (
      await zoom.post(`/webinars/${id}/registrants`, {
        email,
        first_name: "Ada",
        last_name: "A",
        source_id: source.id,
      })
    ).body;
  const ada = await add("ada@x.example");
  await add("bo@x.example");
  expect((await zoom.get(`/webinars/${id}/tracking_sources`)).body.tracking_sources).toMatchObject([
    { source_name: "Newsletter", registration_count: 2 },
  ]);
  expect(
    (await zoom.get(`/webinars/${id}/registrants?tracking_source_id=${source.id}`)).body.total_records,
  ).toBe(2);
  expect((await zoom.get(`/webinars/${id}/registrants/${ada.registrant_id}`)).body.email).toBe(
    "ada@x.example",
  );
  const batch = [{ email: "cy@x.example", first_name: "Cy" }];
  const cy = (await zoom.post(`/webinars/${id}/batch_registrants`, { registrants: batch })).body
    .registrants[0];
  expect(
    (
      await zoom.put(`/webinars/${id}/registrants/status`, {
        action: "deny",
        registrants: [{ id: cy.registrant_id }],
      })
    ).status,
  ).toBe(204);
  expect((await zoom.delete(`/webinars/${id}/registrants/${cy.registrant_id}`)).status).toBe(204);
  await zoom.patch(`/webinars/${id}/registrants/questions`, {
    questions: [{ field_name: "org", required: false }],
  });
  expect((await zoom.get(`/webinars/${id}/registrants/questions`)).body.questions).toHaveLength(1);
  await act(id, "start");
  await act(id, "join", { email: "ada@x.example" });
  await sandbox.clock.advance(60_000);
  await act(id, "end");
  expect((await zoom.get(`/past_webinars/${id}/absentees`)).body.registrants).toMatchObject([
    { email: "bo@x.example" },
  ]);
  expect((await zoom.get(`/past_webinars/${id}/participants`)).body.participants).toHaveLength(2);
  expect((await zoom.get(`/past_webinars/${id}/instances`)).body.webinars).toHaveLength(1);
  expect((await zoom.get(`/past_webinars/${id}/polls`)).body.questions).toEqual([]);
  expect((await zoom.get(`/past_webinars/${id}/qa`)).body.questions).toEqual([]);
});

test("registration ends when the webinar is full, closed or over", async () => {
  const { id } = await schedule({ settings: { approval_type: 0, registrants_restrict_number: 1 } });
  const add = (webinar: number, email: string) =>
    zoom.post(`/webinars/${webinar}/registrants`, { email, first_name: "A" });
  await add(id, "a@x.example");
  expect((await add(id, "b@x.example")).body.code).toBe(3035);
  expect((await add(id, "A@x.example")).status, "who is registered already is").toBe(201);
  // Who is denied leaves room for another, and cannot come back into a webinar that is full.
  const decide = (action: string, email: string) =>
    zoom.put(`/webinars/${id}/registrants/status`, { action, registrants: [{ email }, { email }] });
  expect((await decide("deny", "a@x.example")).status).toBe(204);
  expect((await add(id, "b@x.example")).status).toBe(201);
  const refused = await decide("approve", "a@x.example");
  expect([refused.status, refused.body.code]).toEqual([400, 3035]);
  expect((await decide("cancel", "b@x.example")).status).toBe(204);
  expect(
    sandbox.eventsOf("webinar.registration_cancelled").filter(({ payload }) => payload.object.id === id),
  ).toHaveLength(1);
  expect((await decide("approve", "a@x.example")).status).toBe(204);
  const over = await schedule({ start_time: "2026-11-20T10:00:00Z", settings: { approval_type: 0 } });
  expect((await add(over.id, "a@x.example")).body.code).toBe(3038);
  const none = await schedule({ settings: { approval_type: 2 } });
  expect((await add(none.id, "a@x.example")).body.code).toBe(3000);
});

test("panelists are added once each and removed one by one or all", async () => {
  const { id } = await schedule();
  const added = await zoom.post(`/webinars/${id}/panelists`, {
    panelists: [
      { name: "Pia", email: "pia@x.example" },
      { name: "Pit", email: "pit@x.example" },
    ],
  });
  expect([added.status, added.body.id]).toEqual([201, String(id)]);
  await zoom.post(`/webinars/${id}/panelists`, { panelists: [{ name: "Pia", email: "PIA@x.example" }] });
  const { panelists } = (await zoom.get(`/webinars/${id}/panelists`)).body;
  expect(panelists).toHaveLength(2);
  expect((await zoom.delete(`/webinars/${id}/panelists/${panelists[0].id}`)).status).toBe(204);
  expect((await zoom.delete(`/webinars/${id}/panelists/${panelists[0].id}`)).body.code).toBe(300);
  expect((await zoom.delete(`/webinars/${id}/panelists`)).status).toBe(204);
  expect((await zoom.get(`/webinars/${id}/panelists`)).body.total_records).toBe(0);
});

test("a webinar has its own look", async () => {
  const { id } = await schedule();
  const path = `/webinars/${id}/branding`;
  const tag = {
    name: "Speaker",
    text_color: "#000000",
    accent_color: "#111111",
    background_color: "#ffffff",
  };
  const first = (await zoom.post(`${path}/name_tags`, tag)).body;
  const second = (await zoom.post(`${path}/name_tags`, { ...tag, name: "Guest", is_default: true })).body;
  expect((await zoom.patch(`${path}/name_tags/${first.id}`, { name: "Host" })).status).toBe(204);
  const background = (await zoom.post(`${path}/virtual_backgrounds`, png())).body;
  expect((await zoom.patch(`${path}/virtual_backgrounds?id=${background.id}&default=true`)).status).toBe(204);
  expect((await zoom.post(`${path}/wallpaper`, png())).body.name).toBe("wall.png");
  expect((await zoom.get(path)).body).toMatchObject({
    name_tags: [
      { name: "Host", is_default: false },
      { name: "Guest", is_default: true },
    ],
    virtual_backgrounds: [{ id: background.id, is_default: true }],
  });
  expect((await zoom.delete(`${path}/name_tags?name_tag_ids=${second.id}`)).status).toBe(204);
  expect((await zoom.delete(`${path}/virtual_backgrounds?ids=${background.id}`)).status).toBe(204);
  expect((await zoom.delete(`${path}/wallpaper`)).status).toBe(204);
});

test("polls, surveys, templates, streams, links and tokens work as for meetings", async () => {
  const { id } = await schedule();
  const poll = { title: "Q", questions: [{ name: "?", type: "single", answers: ["a", "b"] }] };
  const made = (await zoom.post(`/webinars/${id}/polls`, poll)).body;
  expect((await zoom.put(`/webinars/${id}/polls/${made.id}`, { ...poll, title: "R" })).status).toBe(204);
  expect((await zoom.get(`/webinars/${id}/polls`)).body.polls).toMatchObject([{ title: "R" }]);
  expect((await zoom.get(`/webinars/${id}/polls/${made.id}`)).body.title).toBe("R");
  expect((await zoom.delete(`/webinars/${id}/polls/${made.id}`)).status).toBe(204);
  await zoom.patch(`/webinars/${id}/survey`, { custom_survey: { title: "How?" } });
  expect((await zoom.get(`/webinars/${id}/survey`)).body.custom_survey.title).toBe("How?");
  expect((await zoom.delete(`/webinars/${id}/survey`)).status).toBe(204);
  const template = (
    await zoom.post("/users/mei@acme.example/webinar_templates", { webinar_id: id, name: "T" })
  ).body;
  expect((await zoom.get("/users/mei@acme.example/webinar_templates")).body.templates).toMatchObject([
    { id: template.id },
  ]);
  await zoom.patch(`/webinars/${id}/livestream`, {
    stream_url: "rtmp://x",
    stream_key: "k",
    page_url: "https://x.example",
  });
  expect((await zoom.get(`/webinars/${id}/livestream`)).body.stream_url).toBe("rtmp://x");
  expect((await zoom.patch(`/webinars/${id}/livestream/status`, { action: "start" })).status).toBe(400);
  await act(id, "start");
  expect((await zoom.patch(`/webinars/${id}/livestream/status`, { action: "start" })).status).toBe(204);
  const sent = (await act(id, "chat", { name: "Mei Morgan", text: "hi" })).body;
  expect(
    (await zoom.delete(`/live_webinars/${id}/chat/messages/${encodeURIComponent(sent.id)}`)).status,
  ).toBe(204);
  await act(id, "end");
  expect(
    (await zoom.post(`/webinars/${id}/invite_links`, { attendees: [{ name: "Ada" }] })).body.attendees,
  ).toHaveLength(1);
  expect((await zoom.post(`/webinars/${id}/sip_dialing`, {})).body.sip_dialing).toContain(String(id));
  expect((await zoom.get(`/webinars/${id}/token`)).status).toBe(200);
  for (const what of ["live_streaming", "local_archiving", "local_recording"]) {
    expect((await zoom.get(`/webinars/${id}/jointoken/${what}`)).body.expire_in).toBe(120);
  }
});

test("a webinar's past is nobody's who never held it", async () => {
  expect((await zoom.get("/past_webinars/123/participants")).status).toBe(404);
});
