/** What reports and dashboards say of the meetings and webinars that were held. */
import type {
  Instance,
  Participant,
  PollAnswer,
  RecordingStretch,
  SessionMessage,
  SessionQuestion,
  Share,
} from "../../people/session-rows.ts";
import type { Sandbox, User } from "../../sandbox.ts";
import type { Meeting } from "../meetings/meeting-rows.ts";
import type { SurveyAnswer } from "../survey-management/survey-answers.ts";
import { minutesBetween } from "../scheduled/past.ts";
import { type Period, within } from "./period.ts";

/** A held session with what belongs to it. */
export interface Held {
  readonly instance: Instance;
  readonly host: User | undefined;
  readonly planned: Meeting | undefined;
  readonly stays: readonly Participant[];
  /** When it ended; now while it is under way. */
  readonly end: string;
  /** Minutes, rounded up. */
  readonly duration: number;
  readonly totalMinutes: number;
  /** People, however often each came. */
  readonly people: number;
  readonly features: Features;
}

/** What was used in it. */
export interface Features {
  readonly pstn: boolean;
  readonly room: boolean;
  readonly voip: boolean;
  readonly video: boolean;
  readonly screenShare: boolean;
  readonly recording: boolean;
  readonly chat: boolean;
  readonly poll: boolean;
  readonly questions: boolean;
  readonly survey: boolean;
  readonly archive: boolean;
}

/** Gathers what belongs to a session. */
export function heldOf({ table, users, clock }: Sandbox, instance: Instance): Held {
  const { uuid, start_time } = instance;
  const stays = table<Participant>("participants").by("uuid", uuid);
  const end = instance.end_time ?? `${clock.now().toISOString().slice(0, 19)}Z`;
  const has = <Row extends { uuid: string }>(name: string): boolean =>
    table<Row>(name).by("uuid", uuid).length > 0;
  return {
    ...{ instance, stays, end, host: users.everKnown(instance.host_id) },
    planned: table<Meeting>(instance.kind === "meeting" ? "meetings" : "webinars").get(instance.meeting_id),
    duration: minutesBetween(start_time, end),
    totalMinutes: stays.reduce(
      (sum, { join_time, leave_time = end }) => sum + minutesBetween(join_time, leave_time),
      0,
    ),
    people: new Set(stays.map((stay) => stay.participant_uuid ?? stay.key)).size,
    features: {
      pstn: stays.some(({ device }) => device === "telephone"),
      room: stays.some(({ device }) => device === "room"),
      voip: stays.some(({ device }) => device !== "telephone"),
      video: stays.some(({ camera_on }) => camera_on),
      screenShare: has<Share>("session_shares"),
      recording: has<RecordingStretch>("recording_stretches"),
      chat: has<SessionMessage>("session_messages"),
      poll: has<PollAnswer>("session_poll_answers"),
      questions: has<SessionQuestion>("session_questions"),
      survey: table<SurveyAnswer>("survey_answers").by("instance_id", uuid).length > 0,
      archive: table("archives").has(uuid),
    },
  };
}

/** Which sessions are wanted: ended ones unless told otherwise, by when they began unless by when they ended. */
interface Wanted {
  readonly kind?: Instance["kind"];
  readonly live?: boolean;
  readonly by?: "start_time" | "end_time";
}

/** The sessions of the period, oldest first. */
export function sessionsIn(
  { table }: Pick<Sandbox, "table">,
  period: Period,
  { kind, live = false, by = "start_time" }: Wanted = {},
): Instance[] {
  return table<Instance>("instances")
    .filter(
      (one) =>
        within(period, one[by] ?? one.start_time) &&
        (one.end_time === undefined) === live &&
        (!kind || one.kind === kind),
    )
    .toSorted((a, b) => (a.start_time < b.start_time ? -1 : 1));
}

/** A stay in a report's list of participants. */
export function reportedStay(stay: Participant): object {
  const { id, user_id, name, user_email, registrant_id, join_time, leave_time = join_time } = stay;
  return {
    ...{ id, user_id, name, user_email, registrant_id, join_time, leave_time, participant_user_id: id },
    duration: Math.round((Date.parse(leave_time) - Date.parse(join_time)) / 1000),
    ...{ failover: false, status: "in_meeting", bo_mtg_id: "" },
  };
}

/** The head of a session in reports. */
export function reportedSession({
  instance,
  host,
  planned,
  duration,
  totalMinutes,
  people,
  end,
}: Held): object {
  return {
    ...{ uuid: instance.uuid, id: instance.meeting_id, type: instance.type, topic: instance.topic },
    ...{ user_name: host?.display_name ?? "", user_email: host?.email ?? "", dept: host?.dept ?? "" },
    ...{ start_time: instance.start_time, end_time: end, duration, total_minutes: totalMinutes },
    ...{ participants_count: people, tracking_fields: planned?.tracking_fields ?? [], custom_keys: [] },
  };
}
