/** Devices of rooms and desks. Not emulated: firmware and its upgrades, settings of telephones. */
import type { Call } from "../../call.ts";
import { readBody } from "../../read-body.ts";
import { type Sandbox, zoomError } from "../../sandbox.ts";
import type { PhoneUser } from "../phone/phone-rows.ts";
import type { Room } from "../rooms/room-rows.ts";
import { type Device, type DeviceGroup, deviceView, macOf, statusOf, TELEPHONE } from "./device-rows.ts";

type NewDevice = Partial<Device> & { user_email?: string; zdm_group_id?: string; extension_number?: string };
const MAX_TAG = 64;

/** The operations, and `POST /_sandbox/devices/groups`, as Zoom has none that makes a group. */
export function managedDevices(sandbox: Sandbox): void {
  const { api, app, table, ids, users } = sandbox;
  const rows = table<Device>("devices");
  const groups = table<DeviceGroup>("device_groups");
  const phones = table<PhoneUser>("phone_users");
  const named = (call: Call, code: number, text: (id: string) => string): Device => {
    const id = call.params["deviceId"] ?? "";
    const found = rows.get(id);
    if (!found) throw zoomError(404, code, text(id));
    return found;
  };
  const noSuch = () => "No found unified deviceId.";
  const notThere = (id: string) => `Device does not exist: ${id}.`;
  const checkRoom = (id: string | undefined): void => {
    if (id && !table<Room>("rooms").get(id)) throw zoomError(400, 30_055_001, "zoom room does not exist.");
  };
  const checkTag = (tag: string | undefined): void => {
    if (tag && tag.length > MAX_TAG) throw zoomError(400, 30_055_005, "tag length can not be more than 64.");
  };
  const byMac = (mac: string, vendor: string) =>
    rows.find((row) => macOf(row.mac_address) === mac && row.vendor.toLowerCase() === vendor.toLowerCase());
  const byExtension = (extension: string) =>
    phones.find(({ extension_number }) => String(extension_number) === extension)?.id;

  api.on("GET /devices", (call) => {
    const search = (call.query("search_text") ?? "").toLowerCase();
    const same = (given: string | undefined, value: string) => !given || given === value;
    const type = call.query("device_type") ?? "-1";
    const shown = rows.filter(
      (row) =>
        `${row.device_name}\n${row.serial_number}`.toLowerCase().includes(search) &&
        same(call.query("device_vendor"), row.vendor) &&
        same(call.query("device_model"), row.model) &&
        // Zoom: -1 means every kind of a room's devices, so not telephones (OpenAPI file of meetings, listDevices).
        (type === "-1" ? row.device_type !== TELEPHONE : type === String(row.device_type)),
    );
    // What was never switched on has no system, and is not online; -1 is also the filter's default, so it takes all.
    const status = call.query("device_status") ?? "-1";
    const wanted = shown.filter((row) => status === "-1" || String(statusOf(sandbox, row)) === status);
    const none = (call.query("is_enrolled_in_zdm") ?? "true") !== "true" || !!call.query("platform_os");
    const { rows: page, ...rest } = call.page(none ? [] : wanted);
    return { ...rest, devices: page.map((row) => deviceView(sandbox, row)) };
  });
  api.on("POST /devices", (call) => {
    const body = call.body<NewDevice>();
    const { device_name = "", mac_address = "", serial_number = "", vendor = "", model = "" } = body;
    const { tag = "", device_type = 0, room_id = "", zdm_group_id: group_id = "" } = body;
    const mac = macOf(mac_address);
    if (mac === undefined) throw zoomError(400, 30_055_007, "invalid mac address.");
    if (byMac(mac, vendor)) throw zoomError(400, 30_055_006, "device has already exist.");
    checkTag(tag);
    checkRoom(room_id);
    if (group_id !== "" && !groups.get(group_id)) throw zoomError(400, 300, "Validation Failed.");
    const { user_email, extension_number } = body;
    const user_id = extension_number
      ? byExtension(extension_number)
      : user_email && phones.get(users.byEmail(user_email)?.id ?? "")?.id;
    if ((user_email || extension_number) && !user_id)
      throw zoomError(400, 30_055_009, "email does not have plan.");
    const about = { device_name, mac_address, serial_number, vendor, model, tag, device_type };
    const device_id = ids.key();
    rows.set(device_id, { device_id, ...about, room_id, user_id: user_id ?? "", group_id });
  });
  api.on("GET /devices/groups", (call) => {
    const { rows: page, ...rest } = call.page(groups.all());
    return { ...rest, groups: page };
  });
  api.on("GET /devices/{deviceId}", (call) => deviceView(sandbox, named(call, 30_055_012, noSuch)));
  api.on("PATCH /devices/{deviceId}", (call) => {
    const row = named(call, 30_055_012, notThere);
    const body = call.body<NewDevice>();
    checkRoom(body.room_id);
    checkTag(body.tag);
    Object.assign(row, body);
  });
  api.on("DELETE /devices/{deviceId}", (call) => {
    rows.delete(named(call, 30_055_012, () => "no found unified deviceId.").device_id);
  });
  api.on("PATCH /devices/{deviceId}/assign_group", (call) => {
    const row = named(call, 30_055_012, () => "Device does not exist.");
    const group = call.query("group_id") ?? "";
    if (!groups.get(group)) throw zoomError(400, 30_052_010, "Group does not exist.");
    row.group_id = group;
  });
  api.on("POST /devices/zpa/assignment", (call) => {
    const { mac_address = "", vendor = "", extension_number } = call.body<NewDevice>();
    const mac = macOf(mac_address);
    if (mac === undefined) throw zoomError(400, 30_055_007, "Mac address is wrong.");
    const row = byMac(mac, vendor);
    if (!row) throw zoomError(400, 30_051_039, "Device not exists.");
    const user = extension_number ? byExtension(extension_number) : "";
    if (user === undefined) throw zoomError(400, 30_052_024, "Extension number not exists.");
    row.user_id = user;
  });
  api.on("DELETE /devices/zpa/vendors/{vendor}/mac_addresses/{macAddress}", (call) => {
    const mac = macOf(call.params["macAddress"] ?? "");
    if (mac === undefined) throw zoomError(400, 30_055_007, "Mac address is wrong.");
    const row = byMac(mac, call.params["vendor"] ?? "");
    if (!row) throw zoomError(404, 30_051_039, "Zdm device not found.");
    if (row.device_type !== TELEPHONE) throw zoomError(400, 30_052_026, "Device is not ZPA.");
    rows.delete(row.device_id);
  });

  app.post("/_sandbox/devices/groups", async (c) => {
    const { deviceGroupBody } = await import("./device-group-body.ts");
    const group = { zdm_group_id: ids.key(), ...(await readBody(c, deviceGroupBody)) };
    groups.set(group.zdm_group_id, group);
    return c.json(group, 201);
  });
  sandbox.onUserRemoved(({ id }) => {
    for (const row of rows.filter(({ user_id }) => user_id === id)) row.user_id = "";
  });
}
