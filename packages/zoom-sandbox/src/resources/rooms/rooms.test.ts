import { afterAll, beforeAll, expect, test } from "vitest";
import { type CheckedSandbox, checkedSandbox, type Client } from "../../checked-sandbox.test-kit.ts";

let sandbox: CheckedSandbox;
let zoom: Client;

beforeAll(async () => {
  sandbox = await checkedSandbox({
    covers: [
      ...["rooms/Zoom Rooms", "rooms/Zoom Rooms Account", "rooms/Zoom Rooms Location"],
      ...["rooms/Zoom Rooms Devices", "rooms/Zoom Rooms Tags", "rooms/Zoom Rooms Calendar"],
    ],
  });
  zoom = sandbox.owner;
});
afterAll(() => sandbox.finish());

const room = async (name: string, more: object = {}) =>
  (await zoom.post("/rooms", { name, type: "ZoomRoom", ...more })).body as { id: string; room_id: string };

test("a room is added, listed, found by name and status, renamed and deleted, and each change is told", async () => {
  const made = await zoom.post("/rooms", { name: "Berlin Spree", type: "ZoomRoom" });
  expect(made.status).toBe(201);
  const { id, room_id } = made.body;
  expect(id).not.toBe(room_id);
  const listed = (await zoom.get("/rooms?query_name=spree&status=Available")).body;
  expect(listed.rooms).toMatchObject([{ id, name: "Berlin Spree", status: "Available" }]);
  expect((await zoom.get("/rooms?status=InMeeting")).body.rooms).toEqual([]);

  expect(
    (await zoom.patch(`/rooms/${id}`, { basic: { name: "Berlin Havel", support_phone: "555" } })).status,
  ).toBe(204);
  expect((await zoom.get(`/rooms/${id}`)).body).toMatchObject({
    basic: { name: "Berlin Havel", support_phone: "555", zoom_room_type: "ZoomRoom" },
  });
  expect((await zoom.get(`/rooms/${room_id}`)).body.basic.name, "the dashboard's id works too").toBe(
    "Berlin Havel",
  );
  expect((await zoom.delete(`/rooms/${id}`)).status).toBe(204);
  const gone = await zoom.get(`/rooms/${id}`);
  expect([gone.status, gone.body]).toEqual([404, { code: 1012, message: `Room not found: ${id}.` }]);
  const told = ["created", "updated", "deleted"].map(
    (what) => sandbox.eventsOf(`zoomroom.${what}`).at(-1)?.payload.object,
  );
  expect(told).toEqual([
    { id, room_name: "Berlin Spree" },
    { id, room_name: "Berlin Havel" },
    { id, room_name: "Berlin Havel" },
  ]);
});

test("a room under construction is shown so until it is not", async () => {
  const { id } = await room("New wing");
  await zoom.patch(`/rooms/${id}`, { setup: { under_construction: true } });
  expect((await zoom.get("/rooms?status=UnderConstruction")).body.rooms).toMatchObject([{ id }]);
  await zoom.patch(`/rooms/${id}`, { setup: { under_construction: false } });
  expect((await zoom.get(`/rooms/${id}`)).body.setup.under_construction).toBe(false);
});

test("locations form a hierarchy: each level lies below the one before, and its rooms lose their place with it", async () => {
  expect((await zoom.get("/rooms/locations/structure")).body.structures).toEqual([
    "city",
    "building",
    "floor",
  ]);
  const add = async (name: string, parent_location_id?: string) =>
    (await zoom.post("/rooms/locations", { name, ...(parent_location_id && { parent_location_id }) })).body;
  const typeOf = async (id: string) => {
    const { locations } = (await zoom.get("/rooms/locations")).body;
    return locations.find((one: { id: string }) => one.id === id)?.type;
  };
  const city = await add("Berlin");
  const building = await add("Spree house", city.id);
  const floor = await add("Floor 2", building.id);
  expect(await Promise.all([city, building, floor].map(({ id }) => typeOf(id)))).toEqual([
    "city",
    "building",
    "floor",
  ]);
  const below = await zoom.post("/rooms/locations", { name: "Too deep", parent_location_id: floor.id });
  expect([below.status, below.body.code]).toEqual([400, 300]);
  const twice = await zoom.post("/rooms/locations", { name: "Berlin" });
  expect([twice.status, twice.body.code]).toEqual([400, 300]);

  const other = await add("Havel house", city.id);
  expect(
    (await zoom.put(`/rooms/locations/${floor.id}/location`, { parent_location_id: other.id })).status,
  ).toBe(204);
  const wrong = await zoom.put(`/rooms/locations/${floor.id}/location`, { parent_location_id: city.id });
  expect([wrong.status, wrong.body.code]).toEqual([400, 300]);
  const list = (await zoom.get(`/rooms/locations?parent_location_id=${other.id}`)).body.locations;
  expect(list).toMatchObject([{ id: floor.id, type: "floor" }]);

  const { id } = await room("Havel 2.1");
  expect((await zoom.put(`/rooms/${id}/location`, { location_id: floor.id })).status).toBe(204);
  expect((await zoom.get(`/rooms?location_id=${floor.id}`)).body.rooms).toMatchObject([{ id }]);
  await zoom.patch(`/rooms/locations/${floor.id}`, { basic: { name: "Second floor", description: "quiet" } });
  expect((await zoom.get(`/rooms/locations/${floor.id}`)).body.basic).toMatchObject({
    ...{ name: "Second floor", description: "quiet", parent_location_id: other.id },
  });
  await zoom.patch(`/rooms/locations/${floor.id}/settings?setting_type=meeting`, {
    zoom_rooms: { upcoming_meeting_alert: true },
  });
  const settings = (await zoom.get(`/rooms/locations/${floor.id}/settings?setting_type=meeting`)).body;
  expect(settings.zoom_rooms.upcoming_meeting_alert).toBe(true);

  expect((await zoom.delete(`/rooms/locations/${other.id}`)).status).toBe(204);
  expect((await zoom.get(`/rooms/locations/${floor.id}`)).body.code, "what lies below goes too").toBe(4801);
  expect((await zoom.get("/rooms?unassigned_rooms=true&query_name=Havel%202.1")).body.rooms).toMatchObject([
    { id },
  ]);
  expect(sandbox.eventsOf("zoomroom.location_deleted").at(-1)?.payload.object.name).toBe("Havel house");

  expect((await zoom.put("/rooms/locations/structure", { structures: ["floor", "city"] })).status).toBe(400);
  expect((await zoom.put("/rooms/locations/structure", { structures: ["country", "city"] })).status).toBe(
    204,
  );
});

test("tags are put on rooms one by one or by location, ten at most, and go with the tag", async () => {
  const tag = async (name: string) =>
    (await zoom.post("/rooms/tags", { name, description: "" })).body.id as string;
  const vip = await tag("vip");
  expect((await zoom.post("/rooms/tags", { name: "vip", description: "" })).body.code).toBe(8302);
  expect((await zoom.post("/rooms/tags", { name: "a,b", description: "" })).body.code).toBe(8302);
  const { id } = await room("Tagged", { tag_ids: [vip] });
  const more = await Promise.all(Array.from({ length: 9 }, (_, index) => tag(`tag ${index}`)));
  expect((await zoom.patch(`/rooms/${id}/tags`, { tag_ids: more })).status).toBe(204);
  const eleventh = await zoom.patch(`/rooms/${id}/tags`, { tag_ids: [await tag("eleventh")] });
  expect([eleventh.status, eleventh.body.code]).toEqual([400, 8308]);
  expect((await zoom.get("/rooms?tag_ids=" + vip)).body.rooms).toMatchObject([{ id }]);
  const listed = (await zoom.get("/rooms/tags?next_page_token=")).body.tags as {
    id: string;
    num_of_rooms: number;
  }[];
  expect(listed?.find((one) => one.id === vip)?.num_of_rooms ?? 1).toBe(1);
  expect((await zoom.delete(`/rooms/${id}/tags?tag_ids=${vip}`)).status).toBe(204);
  expect((await zoom.patch(`/rooms/tags/${more[0]}`, {})).body.code).toBe(8305);
  expect((await zoom.patch(`/rooms/tags/${more[0]}`, { name: "renamed" })).status).toBe(204);
  expect((await zoom.delete(`/rooms/tags/${more[0]}`)).status).toBe(204);
  expect((await zoom.get(`/rooms/${id}`)).body.basic.tag_ids).toHaveLength(8);

  const { id: location } = (await zoom.post("/rooms/locations", { name: "Tag city" })).body;
  expect((await zoom.patch(`/rooms/locations/${location}/tags`, { tag_ids: [vip] })).body.code).toBe(8308);
  await zoom.put(`/rooms/${id}/location`, { location_id: location });
  expect((await zoom.patch(`/rooms/locations/${location}/tags`, { tag_ids: [vip] })).status).toBe(204);
  expect((await zoom.get(`/rooms/${id}`)).body.basic.tag_ids).toContain(vip);
});

test("settings of a room, its account profile and account settings keep what was changed and default the rest", async () => {
  const { id } = await room("Settings");
  await zoom.patch(`/rooms/${id}/settings?setting_type=meeting`, {
    zoom_rooms: { weekly_system_restart: true },
  });
  const settings = (await zoom.get(`/rooms/${id}/settings?setting_type=meeting`)).body;
  expect(settings.zoom_rooms).toMatchObject({ weekly_system_restart: true, display_top_banner: false });
  await zoom.patch("/rooms/account_profile", { basic: { support_phone: "112" } });
  expect((await zoom.get("/rooms/account_profile")).body.basic).toMatchObject({ support_phone: "112" });
  await zoom.patch("/rooms/account_settings?setting_type=meeting", {
    zoom_rooms: { display_meeting_list: true },
  });
  const account = (await zoom.get("/rooms/account_settings?setting_type=meeting")).body;
  expect(account.zoom_rooms.display_meeting_list).toBe(true);
  expect((await zoom.get("/rooms/account_settings")).body.code, "the kind of setting is required").toBe(300);
});

test("a room's devices are listed, updated and removed; the last one gone leaves the room offline", async () => {
  const { id } = await room("Devices");
  const { devices } = (await zoom.get(`/rooms/${id}/devices`)).body;
  expect(devices.map((one: { device_type: string }) => one.device_type)).toEqual([
    "Zoom Rooms Computer",
    "Controller",
  ]);
  await zoom.put(`/rooms/${id}/devices/${devices[0].id}/app_version`, { action: "upgrade" });
  expect((await zoom.get(`/rooms/${id}/devices`)).body.devices[0].app_version).not.toBe(
    devices[0].app_version,
  );
  for (const device of devices)
    expect((await zoom.delete(`/rooms/${id}/devices/${device.id}`)).status).toBe(204);
  expect((await zoom.get("/rooms?status=Offline")).body.rooms).toMatchObject([{ id }]);
  const offline = await zoom.patch(`/rooms/${id}/events`, { method: "zoomroom.mute" });
  expect([offline.status, offline.body.message]).toEqual([400, expect.stringContaining("offline")]);
});

test("device profiles choose among what stands in the room", async () => {
  const { id } = await room("Profiles");
  const { cameras } = (await zoom.get(`/rooms/${id}/device_profiles/devices`)).body;
  expect(
    (await zoom.post(`/rooms/${id}/device_profiles`, { name: "Board", noise_suppression: "none" })).status,
  ).toBe(201);
  const [profile] = (await zoom.get(`/rooms/${id}/device_profiles`)).body;
  expect(profile).toMatchObject({ name: "Board", noise_suppression: "none", camera_id: cameras[0].id });
  await zoom.patch(`/rooms/${id}/device_profiles/${profile.id}`, { noise_suppression: "aggressive" });
  expect((await zoom.get(`/rooms/${id}/device_profiles/${profile.id}`)).body.noise_suppression).toBe(
    "aggressive",
  );
  expect((await zoom.delete(`/rooms/${id}/device_profiles/${profile.id}`)).status).toBe(204);
  expect((await zoom.get(`/rooms/${id}/device_profiles/${profile.id}`)).body.code).toBe(8005);
});

test("a calendar resource in use by a room cannot be removed", async () => {
  const [service] = (await zoom.get("/rooms/calendar/services")).body.calendar_services;
  const path = `/rooms/calendar/services/${service.calendar_service_id}`;
  const free = (await zoom.post(`${path}/resources`, { calendar_resource_email: "free@acme.example" })).body;
  const used = (await zoom.post(`${path}/resources`, { calendar_resource_email: "used@acme.example" })).body;
  const { id } = await room("Booked");
  await zoom.patch(`/rooms/${id}`, { basic: { calendar_resource_id: used.calendar_resource_id } });
  expect((await zoom.get(`${path}/resources/${used.calendar_resource_id}`)).body).toMatchObject({
    ...{ calendar_resource_name: "used", calendar_resource_email: "used@acme.example" },
  });
  expect((await zoom.get(`${path}/resources`)).body.calendar_resources).toMatchObject([
    { assigned_room_id: "" },
    { assigned_room_id: id },
  ]);
  expect((await zoom.delete(`${path}/resources/${used.calendar_resource_id}`)).body.code).toBe(4005);
  expect((await zoom.delete(path)).body.code).toBe(4005);
  expect((await zoom.delete(`${path}/resources/${free.calendar_resource_id}`)).status).toBe(204);
  await sandbox.clock.advance(60_000);
  expect((await zoom.put(`${path}/sync`)).status).toBe(202);
  const [synced] = (await zoom.get("/rooms/calendar/services")).body.calendar_services;
  expect(synced.latest_synced_date_time > service.latest_synced_date_time).toBe(true);
  await zoom.patch(`/rooms/${id}`, { basic: { calendar_resource_id: "" } });
  expect((await zoom.get(`/rooms/${id}`)).body.basic.calendar_resource_id).toBe("");
  expect((await zoom.delete(path)).status).toBe(204);
  const gone = await zoom.get(`${path}/resources`);
  expect([gone.status, gone.body.code]).toEqual([404, 4061]);
});

test("a room joins a meeting and leaves it from afar, and is a participant with a room system meanwhile", async () => {
  const { id } = await room("Joiner");
  const meeting = (await zoom.post("/users/me/meetings", { topic: "With a room", default_password: false }))
    .body;
  const control = (method: string, params: object = {}) =>
    zoom.patch(`/rooms/${id}/events`, { method, params });
  expect((await control("zoomroom.meeting_join", { meeting_number: "1" })).status).toBe(400);
  expect((await control("zoomroom.meeting_join", { meeting_number: String(meeting.id) })).status).toBe(202);
  expect((await zoom.get("/rooms?status=InMeeting")).body.rooms).toMatchObject([{ id }]);
  expect(sandbox.eventsOf("meeting.participant_joined").at(-1)?.payload.object.participant.user_name).toBe(
    "Joiner",
  );
  expect((await control("zoomroom.meeting_leave")).status).toBe(202);
  expect(sandbox.eventsOf("meeting.participant_left").at(-1)?.payload.object.participant.user_name).toBe(
    "Joiner",
  );
  await control("zoomroom.meeting_join", { meeting_number: String(meeting.id) });
  expect((await control("zoomroom.meeting_end")).status).toBe(202);
  expect((await zoom.get(`/meetings/${meeting.id}`)).body.status).toBe("waiting");

  // Whoever ends the meeting, the room is free again; a room that is deleted leaves it.
  await control("zoomroom.meeting_join", { meeting_number: String(meeting.id) });
  await zoom.put(`/meetings/${meeting.id}/status`, { action: "end" });
  expect((await zoom.get("/rooms?status=InMeeting")).body.rooms).toEqual([]);
  await control("zoomroom.meeting_join", { meeting_number: String(meeting.id) });
  expect((await zoom.delete(`/rooms/${id}`)).status).toBe(204);
  expect(sandbox.eventsOf("meeting.participant_left").at(-1)?.payload.object.participant.user_name).toBe(
    "Joiner",
  );
  expect((await zoom.get(`/rooms/${id}`)).status).toBeGreaterThan(399);
});

test("a room comes to a closed door as people do, and what it schedules and cancels is told", async () => {
  const { id } = await room("Outsider");
  const control = (method: string, params: object = {}) =>
    zoom.patch(`/rooms/${id}/events`, { method, params });
  const registered = (
    await zoom.post("/users/me/meetings", {
      ...{ topic: "Closed", start_time: "2026-12-01T10:00:00Z", default_password: false },
      settings: { approval_type: 0 },
    })
  ).body;
  const refused = await control("zoomroom.meeting_join", { meeting_number: String(registered.id) });
  expect([refused.status, refused.body.message]).toEqual([400, expect.stringContaining("registration")]);

  const plan = { meeting_topic: "Stand-up", start_time: "2026-11-24T09:00:00Z", duration: 15 };
  expect((await control("zoomroom.meeting_schedule", plan)).status).toBe(202);
  const made = sandbox.eventsOf("meeting.created").at(-1)?.payload.object;
  expect(made).toMatchObject({ topic: "Stand-up", start_time: plan.start_time, duration: 15 });
  expect((await control("zoomroom.meeting_cancel", plan)).status).toBe(202);
  expect(sandbox.eventsOf("meeting.deleted").at(-1)?.payload).toMatchObject({
    ...{ operator: "olivia@acme.example", operation: "all", object: { id: made.id } },
  });
  expect((await zoom.get(`/meetings/${made.id}`)).body.code).toBe(3001);
  const other = { join_type: "sip", sip_address: "1@teams.example", third_party_meeting_id: "7" };
  expect((await control("zoomroom.thirdparty_meeting_join", other)).status).toBe(202);
  expect(sandbox.eventsOf("zoomroom.thirdparty_meeting_attempted").at(-1)?.payload.object).toMatchObject({
    ...{ room_id: id, meeting_source_type: "UNKNOWN", sip_address: "1@teams.example" },
  });
});

test("checking in and out, sensors and emergency texts are told and kept", async () => {
  const { id } = await room("Checked");
  const control = (method: string, params: object) => zoom.patch(`/rooms/${id}/events`, { method, params });
  expect((await control("zoomroom.check_in", {})).status).toBe(400);
  expect(
    (await control("zoomroom.check_in", { event_id: "e1", resource_email: "r@acme.example" })).status,
  ).toBe(202);
  expect((await control("zoomroom.check_out", { event_id: "e1" })).status).toBe(202);
  expect(sandbox.eventsOf("zoomroom.checked_in").at(-1)?.payload.object).toMatchObject({
    id,
    event_id: "e1",
  });
  expect(sandbox.eventsOf("zoomroom.checked_out")).toHaveLength(1);
  await sandbox.act(`/_sandbox/rooms/${id}/sensors`, { sensor_type: "CO2", sensor_value: "640" });
  const data = await zoom.get(
    `/rooms/${id}/sensor_data?from=2026-11-23T00:00:00Z&to=2026-11-24T00:00:00Z&sensor_type=CO2`,
  );
  expect(data.body).toMatchObject({
    total_records: 1,
    sensor_data: [{ sensor_type: "CO2", sensor_value: "640" }],
  });
  const shown = await zoom.patch("/rooms/events", {
    method: "zoomroom.emergency_alert_displayed",
    params: { content: "Leave the building", target_type: "room", target_ids: [id] },
  });
  expect(shown.status).toBe(202);
  const nowhere = await zoom.patch("/rooms/events", {
    method: "zoomroom.emergency_alert_displayed",
    params: { content: "x", target_type: "account", target_ids: ["nobody"] },
  });
  expect([nowhere.status, nowhere.body.code]).toEqual([400, 300]);
  const link = (await zoom.get(`/rooms/${id}/virtual_controller?pre_authenticated_link=true`)).body;
  expect(link).toMatchObject({ url: expect.stringContaining("token="), expire_in: 600 });
});

test("a token of a person whose role may not see rooms is refused", async () => {
  const hana = await sandbox.as("hana@acme.example");
  expect((await hana.get("/rooms")).status).toBe(400);
});
