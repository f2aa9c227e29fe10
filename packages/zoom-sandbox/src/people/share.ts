/** Sharing a screen, in the session or in one of its breakout rooms. */
import { held, nowIn, Refused, roomUserId, type Session, tell } from "./session.ts";
import type { Participant, Share } from "./session-rows.ts";

/** Zoom's words for what is shared. */
const SHOWN: Readonly<Record<Share["content"], string>> = {
  ...{ screen: "desktop", whiteboard: "whiteboard", application: "application" },
  ...{ file: "unknown", airplay: "airplay", camera: "camera" },
};

/** A file shared from Dropbox, as events tell of it. */
export interface SharedLink {
  readonly file_link?: string | undefined;
}

/** What is being shared now. */
export function openShares({ sandbox, instance }: Session): Share[] {
  return sandbox
    .table<Share>("session_shares")
    .by("uuid", instance.uuid)
    .filter(({ end_time }) => end_time === undefined);
}

/** Someone starts to share; who shares something else already, changes to it. @throws {Refused} */
export function startShare(
  session: Session,
  stay: Participant,
  content: Share["content"],
  link: SharedLink,
): Share {
  if (stay.device === "telephone") throw new Refused("A telephone cannot share: join by another device.");
  if (session.instance.kind === "webinar" && stay.role === "attendee" && stay.co_host !== true)
    throw new Refused("An attendee of a webinar cannot share: make them a panelist first (role).");
  stopShares(session, stay);
  const { ids, table } = session.sandbox;
  const share: Share = {
    ...{ id: ids.key(), uuid: session.instance.uuid, user_id: stay.user_id, user_name: stay.name, content },
    ...(stay.breakout_room !== undefined && { breakout_room: stay.breakout_room }),
    start_time: nowIn(session),
  };
  table<Share>("session_shares").set(share.id, share);
  tellShare(session, "started", stay, share, link);
  return share;
}

/** Ends what the person shares; @returns how many that were. */
export function stopShares(session: Session, stay: Participant): number {
  const mine = openShares(session).filter(({ user_id }) => user_id === stay.user_id);
  for (const share of mine) {
    share.end_time = nowIn(session);
    tellShare(session, "ended", stay, share, {});
  }
  return mine.length;
}

function tellShare(
  session: Session,
  what: "started" | "ended",
  stay: Participant,
  share: Share,
  { file_link = "" }: SharedLink,
): void {
  const sharing_details = {
    content: SHOWN[share.content],
    ...{ link_source: file_link && "in_meeting", source: file_link && "dropbox", file_link },
    date_time: nowIn(session),
  };
  const { user_id, name: user_name, id } = stay;
  const { breakout_room: breakout_room_uuid } = share;
  if (breakout_room_uuid !== undefined)
    tell(session, `breakout_room_sharing_${what}`, {
      ...{ ...held(session), breakout_room_uuid },
      participant: { user_id: roomUserId(stay), parent_user_id: user_id, user_name, id, sharing_details },
    });
  else
    tell(session, `sharing_${what}`, {
      ...held(session),
      participant: { user_id, user_name, id, sharing_details },
    });
}
