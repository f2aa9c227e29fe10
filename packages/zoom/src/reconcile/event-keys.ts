/**
 * What tells one event of Zoom's from another, whether a webhook told it or it was found in what Zoom lists.
 *
 * What can happen but once has a key of its id. What can happen again has a key of its bytes, and beside it the state
 * it leaves, by which the same event is known when it was found later.
 */
import { createHash } from "node:crypto";

type Fields = Readonly<Record<string, unknown>>;

/** The keys of an event. */
export interface EventKeys {
  /** Absent where only its bytes tell it from others. */
  readonly dedupeKey?: string;
  readonly stateKey?: string;
}

/** What both lists and updates show of a meeting or webinar. */
export const scheduledFields = ["topic", "type", "start_time", "duration", "timezone"] as const;
/** What both lists and updates show of a person. */
export const userFields = ["first_name", "last_name", "type", "dept", "timezone", "language"] as const;

/** Files of which Zoom tells with `recording.completed`, and those that it tells of later. */
export const mediaFiles: ReadonlySet<unknown> = new Set(["MP4", "M4A"]);
export const transcriptFiles: ReadonlySet<unknown> = new Set(["TRANSCRIPT"]);

/** The keys of an event by its name and payload. */
export function eventKeys(event: string, payload: Fields): EventKeys {
  const object = fieldsOf(payload["object"]);
  const make = makers[event];
  const key = make?.of(object, payload);
  if (make === undefined || key === undefined) return {};
  const whole = `${event} ${key}`;
  return make.once ? { dedupeKey: whole } : { stateKey: whole };
}

interface Maker {
  readonly once: boolean;
  readonly of: (object: Fields, payload: Fields) => string | undefined;
}

const once = (of: Maker["of"]): Maker => ({ once: true, of });
const again = (of: Maker["of"]): Maker => ({ once: false, of });

const byId = (object: Fields) => idOf(object["id"]);
const byUuid = (object: Fields) => idOf(object["uuid"]);
const byFiles = (types: ReadonlySet<unknown>) => (object: Fields) => {
  const ids = fileIds(object["recording_files"], types);
  const uuid = byUuid(object);
  return uuid === undefined || ids.length === 0 ? undefined : `${uuid} ${hashOf(ids)}`;
};
const byRegistrant = (object: Fields) => {
  const [id, registrant] = [byId(object), idOf(fieldsOf(object["registrant"])["id"])];
  return id === undefined || registrant === undefined ? undefined : `${id} ${registrant}`;
};
const byChange = (names: readonly string[]) => (object: Fields, payload: Fields) => {
  const id = byId(object);
  const changed = changedFields(names, object, fieldsOf(payload["old_object"]));
  return id === undefined || changed.length === 0 ? undefined : `${id} ${hashOf(changed)}`;
};

const registrations = ["created", "approved", "cancelled", "denied"].flatMap((what) =>
  ["meeting", "webinar"].map((kind) => [`${kind}.registration_${what}`, again(byRegistrant)] as const),
);

const makers: Readonly<Record<string, Maker>> = {
  ...{ "meeting.created": once(byId), "webinar.created": once(byId) },
  ...{ "meeting.ended": once(byUuid), "webinar.ended": once(byUuid) },
  "recording.completed": once(byFiles(mediaFiles)),
  "recording.transcript_completed": once(byFiles(transcriptFiles)),
  ...{ "chat_message.sent": once(byId), "chat_message.replied": once(byId) },
  ...{
    "meeting.updated": again(byChange(scheduledFields)),
    "webinar.updated": again(byChange(scheduledFields)),
  },
  "user.updated": again(byChange(userFields)),
  ...{ "user.created": again(byId), "user.activated": again(byId), "user.deactivated": again(byId) },
  ...Object.fromEntries(registrations),
};

/** The fields that differ, with their new values. Zoom: an update names fields that were given anew and stayed as they were. */
export function changedFields(
  names: readonly string[],
  now: Fields,
  before: Fields,
): readonly (readonly [name: string, value: string])[] {
  return names.flatMap((name) => {
    if (now[name] === undefined) return [];
    const value = valueOf(name, now[name]);
    return before[name] !== undefined && valueOf(name, before[name]) === value
      ? []
      : [[name, value] as const];
  });
}

/** The ids of the files of some types, in order. Zoom: some files have no id. */
export function fileIds(files: unknown, types: ReadonlySet<unknown>): readonly string[] {
  if (!Array.isArray(files)) return [];
  return files
    .map(fieldsOf)
    .filter((file) => types.has(file["file_type"]))
    .flatMap((file) => idOf(file["id"]) ?? [])
    .toSorted();
}

/** An object's fields; none where it is no object. */
export function fieldsOf(value: unknown): Fields {
  return typeof value === "object" && value !== null ? (value as Fields) : {};
}

// Zoom: an id is a number in some events and lists, and text in others.
function idOf(value: unknown): string | undefined {
  return (typeof value === "string" && value !== "") || typeof value === "number" ? String(value) : undefined;
}

// Zoom: times come with and without milliseconds, numbers as text.
function valueOf(name: string, value: unknown): string {
  const text = typeof value === "string" || typeof value === "number" ? String(value) : JSON.stringify(value);
  return name.endsWith("_time") && !Number.isNaN(Date.parse(text)) ? String(Date.parse(text)) : text;
}

function hashOf(value: unknown): string {
  return createHash("sha256").update(JSON.stringify(value)).digest("base64url").slice(0, 22);
}
