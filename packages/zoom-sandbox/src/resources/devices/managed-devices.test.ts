import { afterAll, beforeAll, expect, test } from "vitest";
import { type CheckedSandbox, checkedSandbox } from "../../checked-sandbox.test-kit.ts";

let sandbox: CheckedSandbox;
beforeAll(async () => {
  sandbox = await checkedSandbox({ covers: ["meetings/Devices"] });
});
afterAll(() => sandbox.finish());

const about = { serial_number: "S1", vendor: "Poly", model: "X50" };
const computer = { ...about, device_name: "Bar", mac_address: "00:11:22:33:44:55", device_type: 0 };

test("a room's device is added once, found, moved to a room and a group, and removed", async () => {
  const zoom = sandbox.owner;
  expect((await zoom.post("/devices", computer)).status).toBe(202);
  expect((await zoom.post("/devices", computer)).body.code).toBe(30_055_006);
  expect((await zoom.post("/devices", { ...computer, mac_address: "nonsense" })).body.code).toBe(30_055_007);
  const { body: list } = await zoom.get("/devices?search_text=bar");
  expect(list.devices).toMatchObject([{ device_name: "Bar", device_status: -1, room_name: "" }]);
  expect((await zoom.get("/devices?search_text=other")).body.devices).toEqual([]);
  expect((await zoom.get("/devices?device_status=0")).body.devices).toEqual([]);
  expect((await zoom.get("/devices?platform_os=win")).body.devices).toEqual([]);
  const path = `/devices/${list.devices[0].device_id}`;
  const room = (await zoom.post("/rooms", { name: "Oak", type: "ZoomRoom" })).body;
  expect((await zoom.patch(path, { device_name: "Oak bar", room_id: "nowhere" })).body.code).toBe(30_055_001);
  expect((await zoom.patch(path, { device_name: "Oak bar", room_id: room.id })).status).toBe(204);
  expect((await zoom.get(path)).body).toMatchObject({
    device_name: "Oak bar",
    room_name: "Oak",
    device_status: 0,
  });

  expect((await zoom.get("/devices?device_status=0")).body.devices).toHaveLength(1);

  const { body: group } = await sandbox.act("/_sandbox/devices/groups", { name: "Bars" });
  expect((await zoom.get("/devices/groups")).body.groups).toEqual([group]);
  expect((await zoom.patch(`${path}/assign_group?group_id=none`, {})).body.code).toBe(30_052_010);
  expect((await zoom.patch(`${path}/assign_group?group_id=${group.zdm_group_id}`, {})).status).toBe(204);
  const vendor = "/devices/zpa/vendors/Poly/mac_addresses/001122334455";
  expect((await zoom.delete(vendor)).body.code).toBe(30_052_026);
  expect((await zoom.delete(path)).status).toBe(204);
  expect((await zoom.get(path)).body).toEqual({ code: 30_055_012, message: "No found unified deviceId." });
});

test("a telephone is given to an extension, given up by who leaves, and removed by its address", async () => {
  const zoom = sandbox.owner;
  const phone = { ...about, device_name: "Desk", mac_address: "00-11-22-33-44-66", device_type: 5 };
  const planless = await zoom.post("/devices", { ...phone, user_email: "mei@acme.example" });
  expect(planless.body).toEqual({ code: 30_055_009, message: "email does not have plan." });
  expect((await zoom.post("/devices", { ...phone, user_email: "hana@acme.example" })).status).toBe(202);
  const owner = async () => (await zoom.get("/devices?device_type=5")).body.devices[0].user_email;
  expect(await owner()).toBe("hana@acme.example");
  expect((await zoom.get("/devices")).body.devices).toEqual([]);
  const { extension_number } = (await zoom.get("/phone/users/luis@acme.example")).body;
  const give = (extension: string) =>
    zoom.post("/devices/zpa/assignment", {
      ...{ mac_address: "001122334466", vendor: "Poly", extension_number: extension },
    });
  expect((await give("99999")).body.code).toBe(30_052_024);
  expect((await give(String(extension_number))).status).toBe(204);
  expect(await owner()).toBe("luis@acme.example");
  await zoom.delete("/users/luis@acme.example?action=delete");
  expect(await owner()).toBe("");
  const path = "/devices/zpa/vendors/Poly/mac_addresses/001122334466";
  expect((await zoom.delete(path)).status).toBe(204);
  expect((await zoom.delete(path)).body.code).toBe(30_051_039);
});
