/** Registration to watch a recording on demand. */
import type { Call } from "../../call.ts";
import { type Sandbox, zoomError } from "../../sandbox.ts";
import { findRecording, type Recording, type RecordingRegistrant, shownRecording } from "./recording-rows.ts";

interface Questions {
  questions: object[];
  custom_questions: object[];
}

/** What a registrant may leave out is sent as empty text. */
const UNSAID = Object.fromEntries(
  [
    ...["address", "city", "country", "zip", "state", "phone", "industry", "org", "job_title"],
    ...["purchasing_time_frame", "role_in_purchase_process", "no_of_employees", "comments"],
  ].map((field) => [field, ""]),
);

/** The operations on registrants of recordings. */
export function recordingRegistrants(sandbox: Sandbox): void {
  const { api, table, ids } = sandbox;
  const rows = table<RecordingRegistrant>("recording_registrants");
  const questions = table<Questions>("recording_questions");
  const path = "/meetings/{meetingId}/recordings/registrants";
  const named = (call: Call): Recording => {
    const recording = findRecording(sandbox, call.params["meetingId"] ?? "");
    call.actFor(recording.host_id);
    return recording;
  };
  const shown = ({ id, email, first_name, last_name, status, details }: RecordingRegistrant) => ({
    ...{ ...UNSAID, id, email, first_name, last_name, ...details, status },
  });
  const tell = (happened: string, call: Call, recording: Recording, registrant: RecordingRegistrant) =>
    sandbox.emit(
      `recording.registration_${happened}`,
      {
        ...call.operator,
        object: { ...shownRecording(sandbox, recording, []), registrant: shown(registrant) },
      },
      { userId: recording.host_id },
    );

  api.on(`POST ${path}`, (call) => {
    const recording = named(call);
    const { email = "", first_name = "", last_name = "", ...details } = call.body<Record<string, string>>();
    const registrant: RecordingRegistrant = {
      ...{ id: ids.key(), uuid: recording.uuid, email, first_name, last_name, details },
      status: recording.settings["approval_type"] === 1 ? "pending" : "approved",
    };
    rows.set(registrant.id, registrant);
    tell("created", call, recording, registrant);
    const { share_url } = shownRecording(sandbox, recording) as { share_url: string };
    return { id: recording.meeting_id, registrant_id: registrant.id, topic: recording.topic, share_url };
  });
  api.on(`GET ${path}`, (call) => {
    const { uuid } = named(call);
    const asked = call.query("status");
    const status = asked === "pending" || asked === "denied" ? asked : "approved";
    const { rows: list, ...page } = call.page(
      rows.filter((row) => row.uuid === uuid && row.status === status),
    );
    return { ...page, registrants: list.map(shown) };
  });
  api.on(`PUT ${path}/status`, (call) => {
    const recording = named(call);
    const { action, registrants = [] } = call.body<{
      action: "approve" | "deny";
      registrants?: { id: string }[];
    }>();
    const chosen = registrants.map(({ id }) => {
      const found = rows.get(id);
      if (found?.uuid !== recording.uuid)
        throw zoomError(404, 3079, `This registrant does not exist: ${id}.`);
      return found;
    });
    const status = action === "approve" ? "approved" : "denied";
    for (const registrant of chosen) {
      if (registrant.status === status) continue;
      registrant.status = status;
      tell(status, call, recording, registrant);
    }
  });
  api.on(
    `GET ${path}/questions`,
    (call) => questions.get(named(call).uuid) ?? { questions: [], custom_questions: [] },
  );
  api.on(`PATCH ${path}/questions`, (call) => {
    const { uuid } = named(call);
    const { questions: asked = [], custom_questions = [] } = call.body<Partial<Questions>>();
    questions.set(uuid, { questions: asked, custom_questions });
  });
}
