/** H.323 and SIP room devices that a room connector can call. Calls to them are not emulated here. */
import { type Sandbox, zoomError } from "../../sandbox.ts";
import { collection } from "../collection.ts";

/** A device that the account's people can call from a meeting. Table `h323_devices`. */
export interface H323Device {
  id: string;
  name: string;
  protocol: "H.323" | "SIP";
  ip: string;
  encryption: "auto" | "yes" | "no";
}

/** The H.323 devices' operations. */
export function h323Devices(sandbox: Sandbox): void {
  const { table } = collection<H323Device>(sandbox, {
    ...{ table: "h323_devices", listKey: "devices", id: "id", param: "deviceId" },
    ...{ list: "GET /h323/devices", create: "POST /h323/devices" },
    ...{ update: "PATCH /h323/devices/{deviceId}", remove: "DELETE /h323/devices/{deviceId}" },
    // Zoom documents this answer without code or text (OpenAPI file of meetings, deviceUpdate): both are our guess.
    missing: (id) => zoomError(404, 404, `H.323 device does not exist: ${id}.`),
    make: (call) => {
      const body = call.body<Omit<H323Device, "id">>();
      checkName(body.name);
      return { ...body, id: sandbox.ids.key() };
    },
    change: (row, call) => {
      const body = call.body<Omit<H323Device, "id">>();
      checkName(body.name, row);
      Object.assign(row, body);
    },
  });

  // Zoom: a taken name is answered with 404, not 400 or 409 (OpenAPI file of meetings, deviceCreate).
  function checkName(name: string, self?: H323Device): void {
    const taken = table.all().some((row) => row !== self && row.name === name);
    if (taken) throw zoomError(404, 2020, `H.323 device's display name ${name} is already in use.`);
  }
}
