/** What a session's people and machines report: feedback, tests of devices, alerts, telephones that are bound. */
import { zoomTime } from "../resources/meetings/meeting-rows.ts";
import { notYet } from "./join.ts";
import type { Sandbox } from "../sandbox.ts";
import {
  held,
  kindOf,
  nowIn,
  type Planned,
  Refused,
  type Session,
  sessionOf,
  shownPerson,
  tell,
} from "./session.ts";
import type { Participant, SessionFeedback } from "./session-rows.ts";

/** Zoom's alerts of quality. */
export const ISSUES = [
  "Unstable audio quality",
  "Unstable video quality",
  "Unstable screen share quality",
  "High CPU occupation",
  "Call Reconnection",
] as const;

/** What a person thought of it. */
export interface Feedback {
  readonly satisfied: boolean;
  readonly quality?: "VERY GOOD" | "GOOD" | "FAIR" | "POOR" | "VERY POOR" | undefined;
  /** Zoom's numbers of what was wrong, such as 2 for the sound. */
  readonly details?: readonly string[] | undefined;
  readonly comments?: string | undefined;
}

const DETAILS: Readonly<Record<string, string>> = {
  ...{ 1: "Poor video quality", 2: "Poor audio quality", 5: "Unable to present using share.zoom.us" },
  ...{ 7: "Unable to make phone call", 8: "They could not hear us", 9: "We could not hear them" },
  ...{ 10: "They could not see us", 11: "We could not see them", 12: "Could not present computer screen" },
  999: "Others",
};

/** Someone says how it was. */
export function giveFeedback(session: Session, stay: Participant, given: Feedback): void {
  const { satisfied, quality = satisfied ? "GOOD" : "POOR", details = [], comments = "" } = given;
  const webinar = session.instance.kind === "webinar";
  const { sandbox, instance } = session;
  const key = sandbox.ids.key();
  sandbox.table<SessionFeedback>("session_feedback").set(key, {
    ...{ id: key, uuid: instance.uuid, meeting_id: instance.meeting_id, user_id: stay.id, name: stay.name },
    ...{ email: stay.user_email, time: nowIn(session), satisfied, comments },
    details: details.map((one) => ({ id: one, name: DETAILS[one] ?? "Others" })),
  });
  tell(session, "participant_feedback", {
    ...{ id: held(session).id, uuid: session.instance.uuid },
    participant: {
      ...{
        participant_uuid: stay.participant_uuid ?? "",
        participant_user_id: stay.id,
        user_name: stay.name,
      },
      feedback: {
        ...(webinar ? { satisfied } : { satisfied, rating_quality: { type: "5-point", quality } }),
        ...(!satisfied && {
          feedback_details: details.map((id) => ({ id, name: DETAILS[id] ?? "Others" })),
          comments,
        }),
      },
    },
  });
}

/** Zoom: 0 not tested, 1 does not work, 2 works. */
export interface TestedDevices {
  readonly camera: 0 | 1 | 2;
  readonly speaker: 0 | 1 | 2;
  readonly microphone: 0 | 1 | 2;
  readonly os?: string | undefined;
}

/** Someone tests camera, speaker and microphone, before the meeting or in it. */
export function testDevices(
  sandbox: Sandbox,
  planned: Planned,
  by: { readonly id: string; readonly name: string },
  { camera, speaker, microphone, os = "Windows" }: TestedDevices,
): void {
  if (kindOf(planned) === "webinar") throw new Refused("Zoom tells of tested devices for meetings alone.");
  const session = planned.status === "started" ? sessionOf(sandbox, planned) : notYet(sandbox, planned);
  tell(session, "device_tested", {
    ...{ id: planned.id, uuid: planned.uuid },
    test_result: {
      ...{ user_id: by.id, user_name: by.name, os },
      ...{ camera_status: camera, speaker_status: speaker, microphone_status: microphone },
    },
  });
}

/** Zoom sees that the quality is bad. */
export function alertQuality(session: Session, issues: readonly (typeof ISSUES)[number][]): void {
  tell(session, "alert", { ...held(session), issues });
}

/** Where Zoom's notifier found a meeting's link. */
export interface Leak {
  readonly post_platform: string;
  readonly social_link: string;
  readonly post_user: string;
}

/** Zoom finds the meeting's link in public. */
export function alertRisk(sandbox: Sandbox, planned: Planned, leak: Leak): void {
  if (kindOf(planned) === "webinar") throw new Refused("Zoom's at-risk notifier knows meetings alone.");
  const session = planned.status === "started" ? sessionOf(sandbox, planned) : notYet(sandbox, planned);
  // Zoom: the id is a number here, beside `meeting.alert`, where it is text.
  const { duration: _, ...object } = held(session);
  tell(session, "risk_alert", {
    ...{ ...object, id: planned.id, host_email: sandbox.users.find(planned.host_id)?.email ?? "" },
    armn_details: {
      ...{
        ...leak,
        post_time: zoomTime(sandbox.clock.now()),
        meeting_url: `${sandbox.origin()}/j/${planned.id}`,
      },
      recommended_enable_settings: ["enablePassword", "enableWaitingRoom"],
      recommended_disable_settings: ["enableScreenShare"],
    },
  });
}

/** A telephone becomes the sound of someone who is in by another device. @throws {Refused} */
export function bindTelephone(session: Session, phone: Participant, to: Participant): void {
  if (phone.phone_number === undefined) throw new Refused(`${phone.name} has not called by telephone.`);
  phone.bound_to = to.user_id;
  const { email, participant_user_id, ...person } = shownPerson(phone);
  const time = nowIn(session);
  tell(session, "participant_bind", {
    ...held(session),
    participant: {
      ...{ ...person, bind_user_id: to.user_id, bind_participant_uuid: to.participant_uuid ?? "" },
      ...{ registrant_id: to.registrant_id, join_time: time },
      ...(session.instance.kind === "meeting" && { email, participant_user_id, date_time: time }),
    },
  });
}
