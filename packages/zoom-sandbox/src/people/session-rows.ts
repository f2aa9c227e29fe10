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
}

/** One stay of one person. Table `participants`, by `key`. */
export interface Participant {
  /** `<instance uuid>/<user_id>`. */
  key: string;
  uuid: string;
  /** The user's id; empty for people who are not users of the account. */
  id: string;
  /** Zoom's number of the person within this instance, as text. */
  user_id: string;
  name: string;
  user_email: string;
  registrant_id: string;
  role: "host" | "alternative_host" | "panelist" | "attendee";
  device: "desktop" | "mobile" | "telephone" | "room";
  phone_number?: string;
  join_time: string;
  leave_time?: string;
  leave_reason?: string;
  /** Times in the waiting room before the stay. */
  waiting_from?: string;
  ip_address: string;
  location: string;
  network_type: "Wired" | "Wifi" | "Cellular" | "Others";
  data_center: string;
  version: string;
  muted: boolean;
  camera_on: boolean;
}

/** Something was shared. Table `session_shares`. */
export interface Share {
  id: string;
  uuid: string;
  user_id: string;
  user_name: string;
  content: "screen" | "whiteboard" | "application" | "file";
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
  file?: { id: string; name: string; size: number; type: string };
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
