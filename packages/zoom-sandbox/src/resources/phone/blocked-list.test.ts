import { afterAll, beforeAll, expect, test } from "vitest";
import { type CheckedSandbox, checkedSandbox } from "../../checked-sandbox.test-kit.ts";

let sandbox: CheckedSandbox;
beforeAll(async () => {
  sandbox = await checkedSandbox({ covers: ["phone/Blocked List"] });
});
afterAll(() => sandbox.finish());

const hana = { email: "hana@acme.example" };
const from = (number: string) => sandbox.act("/_sandbox/phone/calls", { from: { number }, to: hana });
const to = (number: string) => sandbox.act("/_sandbox/phone/calls", { from: hana, to: { number } });

test("numbers that the account blocks do not get through until they are unblocked", async () => {
  const zoom = sandbox.owner;
  const path = "/phone/blocked_list";
  const number = { match_type: "phoneNumber", status: "active", country: "US", comment: "Spam" };
  const blocked = await zoom.post(path, { ...number, block_type: "inbound", phone_number: "+12125550111" });
  expect(blocked.status).toBe(201);
  const one = `${path}/${blocked.body.id}`;
  expect((await zoom.get(one)).body).toMatchObject({ phone_number: "+12125550111", comment: "Spam" });
  const rung = () => sandbox.eventsOf("phone.callee_ringing").length;
  const before = rung();
  expect((await from("+12125550111")).body.error).toBe("The account blocks calls from +12125550111.");
  expect(rung()).toBe(before);
  expect((await from("+12125550112")).status).toBe(201);
  expect((await to("+12125550111")).status).toBe(201);

  expect((await zoom.patch(one, { status: "inactive" })).status).toBe(204);
  expect((await from("+12125550111")).status).toBe(201);
  expect(
    (await zoom.patch(one, { status: "active", match_type: "prefix", phone_number: "+1212" })).status,
  ).toBe(204);
  expect((await from("+12125550112")).status).toBe(409);
  const premium = { ...number, match_type: "prefix", block_type: "outbound", phone_number: "+1900" };
  expect((await zoom.post(path, premium)).status).toBe(201);
  expect((await to("+19005550100")).body.error).toBe("The account blocks calls to +19005550100.");
  expect((await from("+19005550100")).status).toBe(201);
  expect((await zoom.get(path)).body).toMatchObject({ total_records: 2 });

  expect((await zoom.delete(one)).status).toBe(204);
  expect((await from("+12125550112")).status).toBe(201);
  const id = blocked.body.id;
  const gone = `Blocked number (Id: ${id}) does not exist.`;
  expect((await zoom.get(one)).body).toEqual({ code: 400, message: gone });
  expect((await zoom.delete(one)).body).toEqual({ code: 300, message: `Validation Failed. ${gone}` });
  const nowhere = await zoom.post(path, { ...premium, country: "Atlantis" });
  expect(nowhere.body).toEqual({ code: 300, message: "Invalid country." });
});
