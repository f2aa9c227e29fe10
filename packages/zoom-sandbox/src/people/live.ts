/** What runs beside a session: a live stream and the AI Companion. */
import { held, nowIn, Refused, type Session, tell } from "./session.ts";
import type { LiveStream } from "./session-rows.ts";

/** Which of the AI Companion's features. */
export interface AiFeatures {
  readonly questions: boolean;
  readonly summary: boolean;
}

/** @throws {Refused} when it is streamed already */
export function startLiveStream(session: Session, stream: LiveStream): void {
  if (session.instance.live_streaming)
    throw new Refused("It is streamed already: stop that first (live-stream/stop).");
  session.instance.live_streaming = stream;
  tellStream(session, "started", stream);
}

/** @throws {Refused} unless it is streamed */
export function stopLiveStream(session: Session): void {
  const stream = session.instance.live_streaming;
  if (!stream) throw new Refused("It is not streamed: start that first (live-stream/start).");
  delete session.instance.live_streaming;
  tellStream(session, "stopped", stream);
}

/** Starts features of the AI Companion that do not run yet. @throws {Refused} when all of them do */
export function startAiCompanion(session: Session, wanted: AiFeatures): void {
  const before = session.instance.ai_companion ?? { questions: false, summary: false };
  const begun = {
    questions: wanted.questions && !before.questions,
    summary: wanted.summary && !before.summary,
  };
  if (!begun.questions && !begun.summary)
    throw new Refused("The AI Companion runs already: stop it first (ai-companion/stop).");
  session.instance.ai_companion = {
    questions: before.questions || begun.questions,
    summary: before.summary || begun.summary,
  };
  if (begun.summary) session.instance.summarised = true;
  tellAi(session, "started", begun);
}

/** Stops features that run. @throws {Refused} when none of them does */
export function stopAiCompanion(session: Session, wanted: AiFeatures): void {
  const running = session.instance.ai_companion;
  const stopped = {
    questions: wanted.questions && running?.questions === true,
    summary: wanted.summary && running?.summary === true,
  };
  if (!running || (!stopped.questions && !stopped.summary))
    throw new Refused("The AI Companion does not run: start it first (ai-companion/start).");
  running.questions &&= !stopped.questions;
  running.summary &&= !stopped.summary;
  if (!running.questions && !running.summary) delete session.instance.ai_companion;
  tellAi(session, "stopped", stopped);
}

/** Stops all of it. */
export function endLive(session: Session): void {
  if (session.instance.live_streaming) stopLiveStream(session);
  if (session.instance.ai_companion) stopAiCompanion(session, { questions: true, summary: true });
}

function tellStream(session: Session, what: "started" | "stopped", stream: LiveStream): void {
  const host = session.sandbox.users.find(session.instance.host_id);
  // Zoom: the id is a number in these.
  tell(
    session,
    `live_streaming_${what}`,
    {
      ...{ ...held(session), id: session.instance.meeting_id },
      live_streaming: { ...stream, date_time: nowIn(session) },
    },
    { operator: host?.email ?? "", operator_id: host?.id ?? "" },
  );
}

// Zoom: these name the meeting by its number.
function tellAi(session: Session, what: "started" | "stopped", ai_companion: AiFeatures): void {
  const { meeting_id: meeting_number, uuid: meeting_uuid, host_id } = session.instance;
  tell(session, `ai_companion_${what}`, { meeting_number, meeting_uuid, host_id, ai_companion });
}
