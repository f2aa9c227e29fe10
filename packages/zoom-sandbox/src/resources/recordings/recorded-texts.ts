/** What a recording holds beside picture and sound: transcript, chat, poll report, timeline, captions. */
import type { Instance, Participant, PollAnswer, SessionMessage } from "../../people/session-rows.ts";
import type { Sandbox } from "../../sandbox.ts";

const stamp = (seconds: number): string => {
  const two = (value: number) => String(Math.floor(value)).padStart(2, "0");
  return `${two(seconds / 3600)}:${two((seconds % 3600) / 60)}:${two(seconds % 60)}`;
};

const secondsAfter = (start: string, time: string): number =>
  Math.max(0, (Date.parse(time) - Date.parse(start)) / 1000);

/** WebVTT with who speaks and when: each person in turn, from when they came. */
export function transcript(
  { table }: Pick<Sandbox, "table">,
  instance: Instance,
  start: string,
  seconds: number,
): string {
  const stays = table<Participant>("participants").by("uuid", instance.uuid);
  const cues = stays.flatMap(({ name, join_time }, index) => {
    const at = secondsAfter(start, join_time) + index * 4;
    if (at + 3 > seconds) return [];
    return [
      `${index + 1}\n${stamp(at)}.000 --> ${stamp(at + 3)}.000\n${name}: Hello, this is ${name} in ${instance.topic}.\n`,
    ];
  });
  return `WEBVTT\n\n${cues.join("\n")}`;
}

/** The chat as Zoom writes it: time within the recording, who, what. */
export function chatText({ table }: Pick<Sandbox, "table">, { uuid }: Instance, start: string): string {
  const messages = table<SessionMessage>("session_messages").by("uuid", uuid);
  return messages
    .map(
      ({ time, sender_name, text, file }) =>
        `${stamp(secondsAfter(start, time))}\t${sender_name}:\t${text || (file?.name ?? "")}\r\n`,
    )
    .join("");
}

/** The poll report: one line for every answer. */
export function pollCsv({ table }: Pick<Sandbox, "table">, { uuid }: Instance): string {
  const answers = table<PollAnswer>("session_poll_answers").by("uuid", uuid);
  const lines = answers.flatMap(({ name, email, time, answers: given }, index) =>
    given.map(({ question, answer }) => [index + 1, name, email, time, question, answer]),
  );
  return [["#", "User Name", "User Email", "Submitted Date/Time", "Question", "Answer"], ...lines]
    .map((cells) => cells.map((cell) => `"${String(cell).replaceAll('"', '""')}"`).join(","))
    .join("\r\n");
}

/** Who was there, as the timeline file lists it. */
export function timelineJson({ table }: Pick<Sandbox, "table">, { uuid }: Instance, start: string): string {
  const stays = table<Participant>("participants").by("uuid", uuid);
  const timeline = stays.map(({ name, join_time, id }) => ({
    ts: `${stamp(secondsAfter(start, join_time))}.000`,
    users: [{ username: name, zoom_userid: id, multiple_people: false }],
  }));
  return JSON.stringify({ timeline });
}
