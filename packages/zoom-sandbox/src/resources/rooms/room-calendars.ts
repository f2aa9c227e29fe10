/** Calendar services and the resources that rooms are booked by. A service is added in Zoom's portal: here it is there from the start. */
import { type Sandbox, zoomError } from "../../sandbox.ts";
import { collection } from "../collection.ts";

interface CalendarService {
  calendar_service_id: string;
  calendar_service_name: string;
  added_date_time: string;
  latest_synced_date_time: string;
}

/** A room as a calendar knows it. Table `room_calendar_resources`. */
export interface CalendarResource {
  calendar_resource_id: string;
  calendar_resource_email: string;
  calendar_resource_name: string;
  assigned_room_id: string;
  sync_status: "Success" | "Failed";
}

/** The calendars' operations. */
export function roomCalendars(sandbox: Sandbox): void {
  const { api, table, ids, clock } = sandbox;
  const services = table<CalendarService>("room_calendar_services");
  const now = () => `${clock.now().toISOString().slice(0, 19)}Z`;

  sandbox.onRestore(() => {
    if (services.size() > 0) return;
    const calendar_service_id = ids.key();
    services.set(calendar_service_id, {
      ...{ calendar_service_id, calendar_service_name: "Company calendar" },
      ...{ added_date_time: now(), latest_synced_date_time: now() },
    });
  });

  const service = (id: string): CalendarService => {
    const found = services.get(id);
    if (!found) throw zoomError(404, 4061, `Calendar service does not exist: ${id}.`);
    return found;
  };
  const assigned = (resource: CalendarResource): boolean => resource.assigned_room_id !== "";
  const inUse = ({ calendar_resource_id: id }: CalendarResource) =>
    zoomError(400, 4005, `Calendar resource assigned to a Zoom Room: ${id}.`);

  const path = "/rooms/calendar/services/{serviceId}/resources";
  const resources = collection<CalendarResource>(sandbox, {
    ...{ table: "room_calendar_resources", id: "calendar_resource_id", param: "resourceId" },
    ...{
      listKey: "calendar_resources",
      list: `GET ${path}`,
      create: `POST ${path}`,
      get: `GET ${path}/{resourceId}`,
    },
    ownerOf: (call) => service(call.params["serviceId"] ?? "").calendar_service_id,
    missing: (id) => zoomError(404, 4060, `Calendar resource does not exist: ${id}.`),
    make: (call) => {
      const { calendar_resource_email = "" } = call.body<Partial<CalendarResource>>();
      return {
        ...{
          calendar_resource_id: ids.key(),
          calendar_resource_email,
          assigned_room_id: "",
          sync_status: "Success",
        },
        calendar_resource_name: calendar_resource_email.split("@", 1)[0] ?? "",
      };
    },
  });
  api.on(`DELETE ${path}/{resourceId}`, (call) => {
    const owner = service(call.params.serviceId).calendar_service_id;
    const resource = resources.named(owner, call.params.resourceId);
    if (assigned(resource)) throw inUse(resource);
    resources.table.delete(`${owner}/${resource.calendar_resource_id}`);
  });

  api.on("GET /rooms/calendar/services", () => ({
    calendar_services: services.all().map((row) => {
      const own = resources.rowsOf(row.calendar_service_id);
      return {
        ...row,
        calendar_resource_total_number: own.length,
        calendar_resource_assigned_number: own.filter(assigned).length,
      };
    }),
  }));
  api.on("PUT /rooms/calendar/services/{serviceId}/sync", (call) => {
    service(call.params.serviceId).latest_synced_date_time = now();
    return call.answer(202, {});
  });
  api.on("DELETE /rooms/calendar/services/{serviceId}", (call) => {
    const { calendar_service_id: id } = service(call.params.serviceId);
    const used = resources.rowsOf(id).find(assigned);
    if (used) throw inUse(used);
    for (const { calendar_resource_id } of resources.rowsOf(id))
      resources.table.delete(`${id}/${calendar_resource_id}`);
    services.delete(id);
  });
}
