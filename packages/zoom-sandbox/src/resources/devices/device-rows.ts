/** Devices under Zoom Device Management (ZDM). */
import type { Sandbox } from "../../sandbox.ts";
import type { Room } from "../rooms/room-rows.ts";

/** A device. Table `devices`. */
export interface Device {
  device_id: string;
  device_name: string;
  mac_address: string;
  serial_number: string;
  vendor: string;
  model: string;
  tag: string;
  device_type: number;
  /** The room it stands in; empty without one. */
  room_id: string;
  /** Who has it, for telephones; empty without one. */
  user_id: string;
  group_id: string;
}

/** A group of devices. Table `device_groups`. */
export interface DeviceGroup {
  zdm_group_id: string;
  name: string;
  description: string;
}

/** Zoom's number of the kind of device that is a telephone. */
export const TELEPHONE = 5;

/** The address in one spelling, or nothing where it is none. */
export function macOf(text: string): string | undefined {
  const digits = text.replace(/[:-]/g, "").toLowerCase();
  return /^[0-9a-f]{12}$/.test(digits) ? digits : undefined;
}

/** A device as Zoom shows it. Devices here are never switched on: they are offline, or not linked to anything. */
export function deviceView(sandbox: Sandbox, row: Device): object {
  const { table, users } = sandbox;
  const room = table<Room>("rooms").get(row.room_id);
  const user = row.user_id === "" ? undefined : users.find(row.user_id);
  const { user_id: _, group_id: __, ...shown } = row;
  return {
    ...shown,
    ...{ enrolled_in_zdm: true, connected_to_zdm: false, device_status: statusOf(sandbox, row) },
    ...{ room_id: room?.id ?? "", room_name: room?.name ?? "", user_email: user?.email ?? "" },
  };
}

/** Zoom's number of its state: 0 offline, -1 linked to no room and nobody. */
export function statusOf({ table, users }: Sandbox, { room_id, user_id }: Device): 0 | -1 {
  const linked = table<Room>("rooms").get(room_id) ?? (user_id === "" ? undefined : users.find(user_id));
  return linked ? 0 : -1;
}
