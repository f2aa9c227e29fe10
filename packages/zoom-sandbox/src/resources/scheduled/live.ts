/** Live streams, tokens and addresses to join by, of meetings and webinars. */
import { invalidField, type Sandbox, zoomError } from "../../sandbox.ts";
import { eventMeeting } from "../meetings/meeting-body.ts";
import { zoomTime } from "../meetings/meeting-rows.ts";
import { type Kind, ofPath } from "./kinds.ts";

interface Livestream {
  stream_url: string;
  stream_key: string;
  page_url: string;
  resolution: string;
  live: boolean;
}

const TOKEN_SECONDS = 120;

/** The operations around a live meeting or webinar. */
export function live(sandbox: Sandbox, kind: Kind): void {
  const { api, ids, clock } = sandbox;
  const streams = sandbox.table<Livestream>(`${kind.name}_livestreams`);
  const blank = { stream_url: "", stream_key: "", page_url: "", resolution: "720p", live: false };

  api.on(`GET ${kind.path}/livestream`, (call) => streams.get(ofPath(sandbox, kind, call).id) ?? blank);
  api.on(`PATCH ${kind.path}/livestream`, (call) => {
    const { id } = ofPath(sandbox, kind, call);
    streams.set(id, { ...blank, ...streams.get(id), ...call.body<Partial<Livestream>>() });
  });
  api.on(`PATCH ${kind.path}/livestream/status`, (call) => {
    const row = ofPath(sandbox, kind, call);
    const stream = streams.get(row.id);
    const { action } = call.body<{ action?: string }>();
    if (!stream?.stream_url) {
      throw zoomError(
        400,
        3000,
        `The current ${kind.name} is not configured with a custom streaming service.`,
      );
    }
    if (row.status !== "started") {
      throw kind.name === "meeting"
        ? zoomError(400, 4927, `Meeting ${row.id} has not started.`)
        : zoomError(400, 200, `Webinar ${row.id} has not started.`);
    }
    if (action !== "start" && action !== "stop") return;
    stream.live = action === "start";
    // Zoom: only meetings tell of their streams.
    if (kind.name === "webinar") return;
    const { stream_url, stream_key, page_url, resolution } = stream;
    sandbox.emit(`meeting.live_streaming_${stream.live ? "started" : "stopped"}`, {
      ...call.operator,
      object: {
        ...eventMeeting(row),
        live_streaming: {
          service: "Custom_Live_Streaming_Service",
          custom_live_streaming_settings: { stream_url, stream_key, page_url, resolution },
          date_time: zoomTime(clock.now()),
        },
      },
    });
  });

  for (const what of ["live_streaming", "local_archiving", "local_recording"] as const) {
    api.on(`GET ${kind.path}/jointoken/${what}`, (call) => {
      ofPath(sandbox, kind, call);
      return { expire_in: TOKEN_SECONDS, token: ids.secret(64) };
    });
  }
  api.on(`GET ${kind.path}/token`, (call) => {
    const { id } = ofPath(sandbox, kind, call);
    return { token: `${sandbox.origin()}/closedcaption?id=${id}&ns=${ids.secret(20)}&expire=86400` };
  });
  api.on(`POST ${kind.path}/sip_dialing`, (call) => {
    const row = ofPath(sandbox, kind, call);
    const { passcode } = call.body<{ passcode?: string }>();
    const word = passcode ?? row.password;
    const code = ids.digits(6);
    return {
      sip_dialing: `${row.id}${word && `.${word}`}..${code}@zoomcrc.com`,
      ...{ paid_crc_plan_participant: true, participant_identifier_code: code, expire_in: 7_200 },
    };
  });
  api.on(`POST ${kind.path}/invite_links`, (call) => {
    const row = ofPath(sandbox, kind, call);
    const { attendees } = call.body<{ attendees?: { name: string }[] }>();
    // The answer has at least one (OpenAPI file).
    if (attendees === undefined) throw invalidField("attendees");
    return {
      attendees: attendees.map(({ name }) => ({
        name,
        join_url: `${sandbox.origin()}/w/${row.id}?tk=${ids.secret(43)}`,
      })),
    };
  });
}
