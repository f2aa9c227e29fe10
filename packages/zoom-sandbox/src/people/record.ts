/** Recording to the cloud: stretches from start to stop, with their pauses; files are made of them when it has ended. */
import { Refused, type Session, nowIn, tell } from "./session.ts";
import type { RecordingStretch } from "./session-rows.ts";

/** The stretches of a session. */
export function stretchesOf({ sandbox, instance }: Session): RecordingStretch[] {
  return sandbox.table<RecordingStretch>("recording_stretches").by("uuid", instance.uuid);
}

/** The stretch that is being recorded, or paused. */
export function openStretch(session: Session): RecordingStretch | undefined {
  return stretchesOf(session).find(({ end_time }) => end_time === undefined);
}

/** True while the recording is paused. */
export function isPaused({ pauses }: RecordingStretch): boolean {
  return pauses.some(({ to }) => to === undefined);
}

/** @throws {Refused} when it is recorded already */
export function startRecording(session: Session): RecordingStretch {
  if (openStretch(session))
    throw new Refused("It is being recorded already: stop that first (recording/stop).");
  const id = session.sandbox.ids.key();
  const { uuid } = session.instance;
  const stretch: RecordingStretch = { id, uuid, start_time: nowIn(session), pauses: [] };
  session.sandbox.table<RecordingStretch>("recording_stretches").set(id, stretch);
  tellRecording(session, "started", stretch);
  return stretch;
}

/** @throws {Refused} unless it is being recorded */
export function pauseRecording(session: Session): RecordingStretch {
  const stretch = recorded(session);
  if (isPaused(stretch)) throw new Refused("The recording is paused already: resume or stop it.");
  const from = nowIn(session);
  stretch.pauses.push({ from });
  tellRecording(session, "paused", stretch, from);
  return stretch;
}

/** @throws {Refused} unless it is paused */
export function resumeRecording(session: Session): RecordingStretch {
  const stretch = recorded(session);
  if (!isPaused(stretch)) throw new Refused("The recording is not paused: pause it first (recording/pause).");
  endPause(stretch, nowIn(session));
  tellRecording(session, "resumed", stretch);
  return stretch;
}

/** @throws {Refused} unless it is being recorded */
export function stopRecording(session: Session): RecordingStretch {
  const stretch = recorded(session);
  stretch.end_time = nowIn(session);
  endPause(stretch, stretch.end_time);
  tellRecording(session, "stopped", stretch, stretch.end_time);
  return stretch;
}

function recorded(session: Session): RecordingStretch {
  const stretch = openStretch(session);
  if (!stretch) throw new Refused("It is not being recorded: start that first (recording/start).");
  return stretch;
}

function endPause(stretch: RecordingStretch, to: string): void {
  for (const pause of stretch.pauses) pause.to ??= to;
}

// Zoom: the id is a number in recording events.
function tellRecording(session: Session, what: string, { start_time }: RecordingStretch, end = ""): void {
  const {
    meeting_id: id,
    uuid,
    host_id,
    topic,
    type,
    start_time: started,
    timezone,
    duration,
  } = session.instance;
  tell(session, `recording.${what}`, {
    ...{ id, uuid, host_id, topic, type, start_time: started, timezone, duration },
    recording_file: { recording_start: start_time, recording_end: end },
  });
}
