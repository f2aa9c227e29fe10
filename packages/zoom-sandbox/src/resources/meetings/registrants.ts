/**
 * Registration for meetings.
 *
 * Not emulated: custom questions' rules, batch registration, capacity, the limit of three a day, confirmation e-mail.
 *
 * @see https://developers.zoom.us/docs/api/meetings/#tag/invitation--registration
 */
import { type Sandbox, zoomError } from "../../sandbox.ts";
import { findMeeting, type Meeting, type Registrant, zoomTime } from "./meeting-rows.ts";

interface NewRegistrant {
  readonly email: string;
  readonly first_name: string;
  readonly last_name?: string;
  readonly auto_approve?: boolean;
}
interface Decision {
  readonly action: "approve" | "cancel" | "deny";
  readonly registrants?: readonly { readonly id?: string; readonly email?: string }[];
}

/** The registrants' operations. */
export function registrants(sandbox: Sandbox): void {
  const { api, table, ids, clock } = sandbox;
  const rows = table<Registrant>("registrants");
  const keyOf = (meetingId: number, id: string) => `${meetingId}/${id}`;
  const of = (meetingId: number) => rows.filter(({ meeting_id }) => meeting_id === meetingId);

  const open = (id: string): Meeting => {
    const meeting = findMeeting(sandbox, id);
    if (meeting.settings["approval_type"] === 2)
      throw zoomError(404, 404, "Registration has not been enabled for this meeting.");
    return meeting;
  };
  const find = (meeting: Meeting, id: string): Registrant => {
    const found = rows.get(keyOf(meeting.id, id));
    if (!found) throw zoomError(404, 3079, `Registrant ${id} was not found.`);
    return found;
  };

  api.on("POST /meetings/{meetingId}/registrants", (call) => {
    const meeting = open(call.params.meetingId);
    call.actFor(meeting.host_id);
    const { email, first_name, last_name = "", auto_approve, ...details } = call.body<NewRegistrant>();
    const host = sandbox.users.find(meeting.host_id);
    if (host?.email === email.toLowerCase()) throw zoomError(400, 3027, "Host can not register");

    // Zoom: the same address registered again is the same registrant.
    let registrant = of(meeting.id).find((row) => row.email.toLowerCase() === email.toLowerCase());
    if (!registrant) {
      const id = ids.key();
      registrant = {
        ...{
          id,
          meeting_id: meeting.id,
          email,
          first_name,
          last_name,
          details,
          create_time: zoomTime(clock.now()),
        },
        status: meeting.settings["approval_type"] === 0 || auto_approve === true ? "approved" : "pending",
        join_url: `${sandbox.origin()}/w/${meeting.id}?tk=${ids.secret(43)}`,
      };
      rows.set(keyOf(meeting.id, id), registrant);
      sandbox.emit("meeting.registration_created", { object: eventObject(meeting, registrant) });
      if (registrant.status === "approved") {
        sandbox.emit("meeting.registration_approved", { object: eventObject(meeting, registrant) });
      }
    }
    return {
      ...{
        id: meeting.id,
        registrant_id: registrant.id,
        topic: meeting.topic,
        start_time: meeting.start_time,
      },
      ...(registrant.status === "approved" && { join_url: registrant.join_url }),
      ...(meeting.occurrences && { occurrences: meeting.occurrences }),
      participant_pin_code: Number(ids.digits(6)),
    };
  });

  api.on("GET /meetings/{meetingId}/registrants", (call) => {
    const meeting = open(call.params.meetingId);
    call.actFor(meeting.host_id);
    const asked = call.query("status");
    const status = asked === "pending" || asked === "denied" ? asked : "approved";
    const list = of(meeting.id).filter((row) => row.status === status);
    const { rows: page, ...pages } = call.page(list);
    return { ...pages, registrants: page.map(shown) };
  });

  api.on("GET /meetings/{meetingId}/registrants/{registrantId}", (call) => {
    const meeting = open(call.params.meetingId);
    call.actFor(meeting.host_id);
    return shown(find(meeting, call.params.registrantId));
  });

  api.on("DELETE /meetings/{meetingId}/registrants/{registrantId}", (call) => {
    const meeting = open(call.params.meetingId);
    call.actFor(meeting.host_id);
    const registrant = find(meeting, call.params.registrantId);
    rows.delete(keyOf(meeting.id, registrant.id));
    sandbox.emit("meeting.registration_cancelled", { object: eventObject(meeting, registrant) });
    return undefined;
  });

  api.on("PUT /meetings/{meetingId}/registrants/status", (call) => {
    const meeting = open(call.params.meetingId);
    call.actFor(meeting.host_id);
    const { action, registrants: named = [] } = call.body<Decision>();
    for (const { id, email } of named) {
      const registrant = of(meeting.id).find((row) => row.id === id || row.email === email);
      if (!registrant) continue;
      if (action === "cancel") rows.delete(keyOf(meeting.id, registrant.id));
      else registrant.status = action === "approve" ? "approved" : "denied";
      const happened = { approve: "approved", cancel: "cancelled", deny: "denied" }[action];
      sandbox.emit(`meeting.registration_${happened}`, {
        ...call.operator,
        object: eventObject(meeting, registrant),
      });
    }
    return undefined;
  });
}

function shown({
  id,
  email,
  first_name,
  last_name,
  status,
  create_time,
  join_url,
  details,
}: Registrant): object {
  return {
    id,
    email,
    first_name,
    last_name,
    ...details,
    status,
    create_time,
    ...(status === "approved" && { join_url }),
  };
}

function eventObject(
  { id, uuid, host_id, topic, type, start_time, duration, timezone }: Meeting,
  registrant: Registrant,
): object {
  return {
    id,
    uuid,
    host_id,
    topic,
    type,
    start_time,
    duration,
    timezone,
    registrant: { ...shown(registrant), join_url: registrant.join_url },
  };
}
