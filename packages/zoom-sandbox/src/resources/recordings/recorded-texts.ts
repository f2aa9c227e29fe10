/** What a recording holds beside picture and sound: transcript, chat, poll report, timeline; of its stretch alone. */
import type { Instance, Participant, PollAnswer, SessionMessage } from "../../people/session-rows.ts";
import type { Sandbox } from "../../sandbox.ts";

/** What was recorded: from when to when. */
export interface Stretch {
  readonly recording_start: string;
  readonly recording_end: string;
}

type Parts = Pick<Sandbox, "table">;

const stamp = (seconds: number): string => {
  const two = (value: number) => String(Math.floor(value)).padStart(2, "0");
  return `${two(seconds / 3600)}:${two((seconds % 3600) / 60)}:${two(seconds % 60)}`;
};

const secondsInto = ({ recording_start }: Stretch, time: string): number =>
  Math.max(0, (Date.parse(time) - Date.parse(recording_start)) / 1000);

const isWithin = ({ recording_start, recording_end }: Stretch, time: string): boolean =>
  time >= recording_start && time <= recording_end;

/** Whose voices are on it: of who was there meanwhile. */
function heard({ table }: Parts, { uuid }: Instance, stretch: Stretch): Participant[] {
  return table<Participant>("participants")
    .by("uuid", uuid)
    .filter(
      ({ join_time, leave_time = stretch.recording_end }) =>
        join_time <= stretch.recording_end && leave_time >= stretch.recording_start,
    );
}

/** WebVTT with who speaks and when: each person in turn, from when they came. */
export function transcript(parts: Parts, instance: Instance, stretch: Stretch): string {
  const seconds = secondsInto(stretch, stretch.recording_end);
  const cues = heard(parts, instance, stretch).flatMap(({ name, join_time }, index) => {
    const at = secondsInto(stretch, join_time) + index * 4;
    if (at + 3 > seconds) return [];
    return [
      `${index + 1}\n${stamp(at)}.000 --> ${stamp(at + 3)}.000\n${name}: Hello, this is ${name} in ${instance.topic}.\n`,
    ];
  });
  return `WEBVTT\n\n${cues.join("\n")}`;
}

/** Zoom: what one person wrote to another is on no recording. */
function chatOf({ table }: Parts, { uuid }: Instance, stretch: Stretch): SessionMessage[] {
  return table<SessionMessage>("session_messages")
    .by("uuid", uuid)
    .filter(({ recipient_user_id, time }) => recipient_user_id === "" && isWithin(stretch, time));
}

/** The chat as Zoom writes it: time within the recording, who, what; empty where nobody wrote to everyone. */
export function chatText(parts: Parts, instance: Instance, stretch: Stretch): string {
  return chatOf(parts, instance, stretch)
    .map(
      ({ time, sender_name, text, file }) =>
        `${stamp(secondsInto(stretch, time))}\t${sender_name}:\t${text || (file?.name ?? "")}\r\n`,
    )
    .join("");
}

/** The poll report: one line for every answer; undefined where nobody answered one. */
export function pollCsv({ table }: Parts, { uuid }: Instance, stretch: Stretch): string | undefined {
  const answers = table<PollAnswer>("session_poll_answers")
    .by("uuid", uuid)
    .filter(({ time }) => isWithin(stretch, time));
  if (answers.length === 0) return undefined;
  const lines = answers.flatMap(({ name, email, time, answers: given }, index) =>
    given.map(({ question, answer }) => [index + 1, name, email, time, question, answer]),
  );
  return [["#", "User Name", "User Email", "Submitted Date/Time", "Question", "Answer"], ...lines]
    .map((cells) => cells.map((cell) => `"${String(cell).replaceAll('"', '""')}"`).join(","))
    .join("\r\n");
}

/** Who was there, as the timeline file lists it. */
export function timelineJson(parts: Parts, instance: Instance, stretch: Stretch): string {
  const timeline = heard(parts, instance, stretch).map(({ name, join_time, id }) => ({
    ts: `${stamp(secondsInto(stretch, join_time))}.000`,
    users: [{ username: name, zoom_userid: id, multiple_people: false }],
  }));
  return JSON.stringify({ timeline });
}
