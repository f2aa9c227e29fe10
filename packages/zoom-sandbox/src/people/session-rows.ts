/**
 * What is kept of a meeting or webinar that is held: one row each time, one for every stay, and what people did.
 * The people routes and the seed write them; past meetings, reports, dashboards and recordings read them.
 */

/** One time that a meeting or webinar was held. Table `instances`, by uuid. */
export interface Instance {
  uuid: string;
  /** The meeting's or webinar's id. */
  meeting_id: number;
  kind: "meeting" | "webinar";
  host_id: string;
  topic: string;
  /** Zoom's type of the meeting or webinar. */
  type: number;
  timezone: string;
  /** Zoom's time texts: UTC, whole seconds, `Z`. */
  start_time: string;
  /** Absent while it is under way. */
  end_time?: string;
  /** Planned, in minutes. */
  duration: number;
  /** A webinar's practice session: only the host and panelists are in. */
  practice_session?: boolean;
  live_streaming?: LiveStream;
  /** What of the AI Companion runs. */
  ai_companion?: { questions: boolean; summary: boolean };
  /** The AI Companion has listened for a summary. */
  summarised?: boolean;
}

/** Where a session is streamed to. */
export interface LiveStream {
  service: "Facebook" | "Workplace_by_Facebook" | "YouTube" | "Twitch" | "Custom_Live_Streaming_Service";
  custom_live_streaming_settings?: {
    stream_url: string;
    stream_key: string;
    page_url: string;
    resolution?: string;
  };
}

/** One stay of one person. Table `participants`, by `key`. */
export interface Participant {
  /** `<instance uuid>/<user_id>`. */
  key: string;
  /** The instance's. `table.by("uuid", …)` finds all stays of one. */
  uuid: string;
  /** Zoom's id of the person within the instance; the same when the person comes back. */
  participant_uuid?: string;
  /** The user's id; empty for people who are not users of the account. */
  id: string;
  /** Zoom's number of the person within this instance, as text. */
  user_id: string;
  name: string;
  user_email: string;
  registrant_id: string;
  /** What a guest said at the door; Zoom shows it to nobody. */
  given_email?: string;
  role: "host" | "alternative_host" | "panelist" | "attendee";
  co_host?: boolean;
  device: "desktop" | "mobile" | "telephone" | "room";
  phone_number?: string;
  join_time: string;
  leave_time?: string;
  leave_reason?: string;
  /** Since when the person waited before the stay. */
  waiting_from?: string;
  /** The breakout room the person is in now. */
  breakout_room?: string;
  /** Removed by the host, so may not come back. */
  removed?: boolean;
  /** The stay whose telephone's audio this is. */
  bound_to?: string;
  ip_address: string;
  location: string;
  network_type: "Wired" | "Wifi" | "Cellular" | "Others";
  data_center: string;
  version: string;
  muted: boolean;
  camera_on: boolean;
}

/** Someone who is not in yet: in the waiting room, or before a meeting whose host is not there. Table `session_waiters`, by `key`. */
export interface Waiter {
  /** `<meeting id>/<user_id>`. */
  key: string;
  meeting_id: number;
  /** The stay that it becomes; its `join_time` is when the waiting began, its uuid is empty before the meeting starts. */
  stay: Participant;
  waits_for: "host" | "admission";
}

/** A breakout room of a session. Table `breakout_rooms`, by id. */
export interface BreakoutRoom {
  /** Zoom's uuid of the room. */
  id: string;
  uuid: string;
  name: string;
  opened_at: string;
  closed_at?: string;
}

/** A telephone or room system that was called, or a person who was invited. Table `session_calls`, by id. */
export interface Call {
  id: string;
  uuid: string;
  kind: "phone" | "room" | "person";
  name: string;
  /** The number, the room system's address, or the person's email. */
  address: string;
  call_type?: "h323" | "sip";
  inviter_id: string;
  state: "ringing" | "accepted" | "rejected" | "missed" | "failed";
  /** When nobody has answered by then, it is missed. */
  rings_until: string;
}

/** A poll that was raised in a session. Table `session_polls`, by id. */
export interface RaisedPoll {
  id: string;
  uuid: string;
  poll_id: string;
  title: string;
  anonymous: boolean;
  questions: { name: string; type: string; answers: string[] }[];
  opened_at: string;
  closed_at?: string;
}

/** Something was shared. Table `session_shares`. */
export interface Share {
  id: string;
  uuid: string;
  user_id: string;
  user_name: string;
  content: "screen" | "whiteboard" | "application" | "file" | "airplay" | "camera";
  breakout_room?: string;
  start_time: string;
  end_time?: string;
}

/** A chat message in a session. Table `session_messages`. */
export interface SessionMessage {
  id: string;
  uuid: string;
  sender_user_id: string;
  sender_name: string;
  sender_email: string;
  /** Empty: to everyone. */
  recipient_user_id: string;
  recipient_name: string;
  text: string;
  time: string;
  breakout_room?: string;
  file?: { id: string; name: string; size: number; type: string; content?: string };
}

/** A question of Q&A. Table `session_questions`. */
export interface SessionQuestion {
  id: string;
  uuid: string;
  asker_name: string;
  asker_email: string;
  question: string;
  time: string;
  status: "open" | "answered" | "dismissed" | "deleted";
  answers: { text: string; answerer_name: string; answerer_email: string; time: string; live: boolean }[];
}

/** One person's answers to a poll. Table `session_poll_answers`. */
export interface PollAnswer {
  id: string;
  uuid: string;
  poll_id: string;
  name: string;
  email: string;
  time: string;
  answers: { question: string; answer: string; question_id: string }[];
}

/** A stretch that was recorded to the cloud. Table `recording_stretches`; ended ones are what recordings are made of. */
export interface RecordingStretch {
  id: string;
  uuid: string;
  start_time: string;
  end_time?: string;
  /** Pauses within it, as pairs of times. */
  pauses: { from: string; to?: string }[];
}

/** What somebody said of a session afterwards. Table `session_feedback`. */
export interface SessionFeedback {
  id: string;
  uuid: string;
  meeting_id: number;
  user_id: string;
  name: string;
  email: string;
  time: string;
  satisfied: boolean;
  details: { id: string; name: string }[];
  comments: string;
}
