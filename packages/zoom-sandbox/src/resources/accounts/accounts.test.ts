import { afterAll, beforeAll, expect, test } from "vitest";
import { type CheckedSandbox, checkedSandbox, type Client } from "../../checked-sandbox.test-kit.ts";

let sandbox: CheckedSandbox;
let zoom: Client;

beforeAll(async () => {
  sandbox = await checkedSandbox({
    covers: ["accounts/Accounts", "accounts/Information Barriers", "accounts/Data Requests"],
  });
  zoom = sandbox.owner;
});
afterAll(() => sandbox.finish());

test("the account's settings and locks keep what was changed, and tell it", async () => {
  await zoom.patch("/accounts/me/settings", { in_meeting: { polling: false } });
  expect((await zoom.get("/accounts/me/settings")).body.in_meeting).toMatchObject({
    polling: false,
    chat: true,
  });
  expect(sandbox.eventsOf("account.settings_updated").at(-1)?.payload).toMatchObject({
    object: { settings: { in_meeting: { polling: false } } },
    old_object: { settings: { in_meeting: { polling: true } } },
  });
  expect(
    (await zoom.patch("/accounts/me/lock_settings", { recording: { cloud_recording: true } })).status,
  ).toBe(200);
  expect((await zoom.get("/accounts/me/lock_settings")).body.recording.cloud_recording).toBe(true);
  expect((await zoom.get("/accounts/elsewhere/settings")).body).toEqual({
    ...{ code: 2001, message: "Account does not exist: elsewhere." },
  });
  await zoom.patch("/accounts/me/settings/registration", { approve_type: 1 });
  expect((await zoom.get("/accounts/me/settings/registration?type=webinar")).body.approve_type).toBe(1);
  expect((await zoom.get("/accounts/me/managed_domains")).body.domains).toMatchObject([
    { domain: "acme.example" },
  ]);
  expect((await zoom.get("/accounts/me/trusted_domains")).body).toEqual({ trusted_domains: [] });
  const body = new FormData();
  body.set("file", new File(["x"], "wall.png", { type: "image/png" }));
  const { id } = (await zoom.post("/accounts/me/settings/virtual_backgrounds", body)).body;
  expect((await zoom.delete(`/accounts/me/settings/virtual_backgrounds?file_ids=${id}`)).status).toBe(204);
});

test("information barriers stand between two groups, once", async () => {
  const [one, two] = await Promise.all(
    ["Trading", "Research"].map(async (name) => (await zoom.post("/groups", { name })).body.id as string),
  );
  const settings = {
    ...{ complete_phone_calls: false, file_transfer: true, im: true, in_meeting_chat: true },
    ...{ meeting: true, message_via_sms: false, recording: false, screen_share: true },
  };
  const policy = {
    assigned_group_id: one,
    to_group_id: two,
    policy_name: "Wall",
    settings,
    status: 1,
    type: 0,
    id: "x",
  };
  const made = await zoom.post("/information_barriers/policies", policy);
  expect(made.status).toBe(201);
  const { id } = made.body;
  expect((await zoom.post("/information_barriers/policies", policy)).body.code).toBe(7002);
  expect((await zoom.post("/information_barriers/policies", { ...policy, to_group_id: one })).body.code).toBe(
    300,
  );
  expect((await zoom.get("/information_barriers/policies")).body.policies).toMatchObject([
    { id, policy_name: "Wall" },
  ]);
  expect((await zoom.delete(`/groups/${one}`)).body.message).toContain("Information Barriers");
  expect((await zoom.patch(`/information_barriers/policies/${id}`, { ...policy, status: 0 })).status).toBe(
    200,
  );
  expect((await zoom.get(`/information_barriers/policies/${id}`)).body.status).toBe(0);
  expect((await zoom.delete(`/information_barriers/policies/${id}`)).status).toBe(204);
  expect((await zoom.get(`/information_barriers/policies/${id}`)).body.code).toBe(7001);
});

test("a data request may be taken back while it is pending, and an export has its file when it is done", async () => {
  const made = await zoom.post("/data_requests/requests", {
    emails: ["hana@acme.example"],
    request_type: "DELETE",
  });
  const { request_id } = made.body.data[0];
  expect((await zoom.delete(`/data_requests/requests/${request_id}`)).status).toBe(204);
  const later = await zoom.post("/data_requests/requests", {
    emails: ["hana@acme.example"],
    request_type: "DELETE",
  });
  const exported = await zoom.post("/data_requests/requests", {
    ...{
      emails: ["hana@acme.example"],
      request_type: "EXPORT",
      start_date: "2026-01-01",
      end_date: "2026-02-01",
    },
  });
  const nobody = await zoom.post("/data_requests/requests", {
    emails: ["no@acme.example"],
    request_type: "DELETE",
  });
  expect(nobody.body.code).toBe(14111);
  expect(
    (await zoom.get("/data_requests/requests")).body.records.map(({ state }: { state: string }) => state),
  ).toEqual([...["Canceled", "Pending", "Pending"]]);
  const id = exported.body.data[0].request_id;
  expect((await zoom.get(`/data_requests/requests/${id}`)).body.file_records).toEqual([]);
  await sandbox.clock.advance(2 * 3_600_000);
  const fresh = await sandbox.again();
  expect((await fresh.delete(`/data_requests/requests/${later.body.data[0].request_id}`)).body.code).toBe(
    14106,
  );
  await sandbox.clock.advance(24 * 3_600_000);
  const owner = await sandbox.again();
  const [file] = (await owner.get(`/data_requests/requests/${id}`)).body.file_records;
  const { download_url } = (await owner.get(`/data_requests/files/${file.file_id}/url`)).body;
  expect((await (await fetch(download_url)).json()) as object).toMatchObject({
    user: { email: "hana@acme.example" },
  });
});

test("a vanity URL that the owner asked for is approved or rejected", async () => {
  const decide = (vanity_url: string, approved: boolean) =>
    sandbox.act("/_sandbox/account/vanity-url", { vanity_url, approved });
  expect((await decide("acme-events", false)).body).toEqual({ vanity_url: null });
  expect((await decide("Acme Events!", true)).status).toBe(400);
  expect((await decide("acme-events", true)).body).toEqual({ vanity_url: "acme-events.zoom.us" });
  expect(
    ["rejected", "approved"].map(
      (what) => sandbox.eventsOf(`account.vanity_url_${what}`)[0]?.payload.object.vanity_url,
    ),
  ).toEqual(["acme-events.zoom.us", "acme-events.zoom.us"]);
});

test("the account passes to another admin", async () => {
  expect((await zoom.put("/accounts/me/owner", { email: "hana@acme.example" })).status).not.toBe(204);
  const owner = await sandbox.again();
  expect((await owner.put("/accounts/me/owner", { email: "hana@acme.example" })).body.code).toBe(200);
  expect((await owner.put("/accounts/me/owner", { email: "adam@acme.example" })).status).toBe(204);
  expect((await owner.get("/users/adam@acme.example")).body.role_name).toBe("Owner");
});
