import { afterAll, beforeAll, expect, test } from "vitest";
import { type CheckedSandbox, checkedSandbox } from "../../checked-sandbox.test-kit.ts";

let sandbox: CheckedSandbox;
beforeAll(async () => {
  sandbox = await checkedSandbox({ covers: ["meetings/H323 Devices", "meetings/SIP Phone"] });
});
afterAll(() => sandbox.finish());

test("an H.323 device is added, listed, changed and removed; its name is its own", async () => {
  const zoom = sandbox.owner;
  const device = { name: "Lobby", protocol: "H.323", ip: "10.0.0.7", encryption: "auto" };
  const made = await zoom.post("/h323/devices", device);
  expect([made.status, made.body]).toEqual([201, { ...device, id: made.body.id }]);
  const second = (await zoom.post("/h323/devices", { ...device, name: "Attic" })).body;
  const taken = { code: 2020, message: "H.323 device's display name Lobby is already in use." };
  const again = await zoom.post("/h323/devices", device);
  expect([again.status, again.body]).toEqual([404, taken]);
  expect((await zoom.patch(`/h323/devices/${second.id}`, device)).body).toEqual(taken);
  const changed = { ...device, ip: "10.0.0.8", protocol: "SIP" };
  expect((await zoom.patch(`/h323/devices/${made.body.id}`, changed)).status).toBe(204);
  expect((await zoom.delete(`/h323/devices/${second.id}`)).status).toBe(200);
  expect((await zoom.delete(`/h323/devices/${second.id}`)).status).toBe(404);
  const list = (await zoom.get("/h323/devices")).body;
  expect([list.total_records, list.devices]).toEqual([1, [{ ...changed, id: made.body.id }]]);
});

test("a person has one SIP phone, found by name or email, until it or the person is removed", async () => {
  const zoom = sandbox.owner;
  const phone = (name: string) => ({
    ...{ user_email: `${name}@acme.example`, user_name: name, authorization_name: name, password: "p" },
    ...{ domain: "sip.acme.example", server: { proxy_server: "p.acme.example", transport_protocol: "TLS" } },
  });
  const made = await zoom.post("/sip_phones/phones", phone("hana"));
  const whole = { ...phone("hana"), phone_id: made.body.phone_id, registration_expire_time: 60 };
  expect([made.status, made.body]).toEqual([201, whole]);
  const luis = (await zoom.post("/sip_phones/phones", phone("luis"))).body;
  const mei = (await zoom.post("/sip_phones/phones", phone("mei"))).body;
  expect((await zoom.post("/sip_phones/phones", phone("hana"))).body.code).toBe(300);
  const nobody = await zoom.post("/sip_phones/phones", phone("nobody"));
  expect([nobody.status, nobody.body.code]).toEqual([404, 1001]);
  expect((await zoom.patch(`/sip_phones/phones/${luis.phone_id}`, { display_number: "17" })).status).toBe(
    204,
  );
  const found = (await zoom.get("/sip_phones/phones?search_key=luis@acme.example")).body.phones;
  expect(found).toEqual([{ ...luis, display_number: "17" }]);
  expect((await zoom.delete(`/sip_phones/phones/${luis.phone_id}`)).status).toBe(204);
  expect((await zoom.patch(`/sip_phones/phones/${luis.phone_id}`, {})).body.code).toBe(2305);
  expect((await zoom.get("/sip_phones/phones")).body.phones).toEqual([whole, mei]);
  expect((await zoom.delete("/users/mei@acme.example?action=delete")).status).toBe(204);
  expect((await zoom.get("/sip_phones/phones")).body.phones).toEqual([whole]);
});
