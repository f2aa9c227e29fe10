/** What events can be filtered by before a job starts. */
import { z } from "zod";
import { groupsKnowledge, isInGroup } from "../reconcile/groups.ts";

const texts = z.union([z.string().min(1), z.array(z.string().min(1)).min(1)]);
const ids = z.union([
  z.string().min(1),
  z.number(),
  z.array(z.union([z.string().min(1), z.number()])).min(1),
]);

const schemas = {
  host: texts.optional().describe("The host's user id, or address where the event says it, or several"),
  group: texts
    .optional()
    .describe("A group, by id or name, or several: of the host, or of the person whom the event is about"),
  topic: z.string().min(1).optional().describe("A part of the topic, in capitals or not"),
  meetingId: ids.optional().describe("The meeting's or webinar's id, or several"),
  type: z
    .union([z.int(), z.array(z.int()).min(1)])
    .optional()
    .describe("Zoom's number of the type, or several"),
  minimumDuration: z.int().min(1).optional().describe("Planned for at least so many minutes"),
  registrantEmail: z
    .string()
    .min(1)
    .optional()
    .describe("A part of the registrant's address, such as @acme.com"),
  participantEmail: z
    .string()
    .min(1)
    .optional()
    .describe("A part of the participant's address, such as @acme.com"),
  trackingField: z
    .strictObject({ field: z.string().min(1), value: z.string().optional() })
    .optional()
    .describe("A tracking field that is set; with a value, set to that, in capitals or not"),
  email: z.string().min(1).optional().describe("A part of the person's address"),
  category: texts.optional().describe("What it is, such as user or Sign in, or several"),
  fileType: texts.optional().describe("A recording that has such a file: MP4, M4A, TRANSCRIPT …"),
} as const;

/** A filter. */
export type FilterName = keyof typeof schemas;

/** The input of a trigger with these filters. */
export function filtersConfig(names: readonly FilterName[]) {
  const chosen = Object.fromEntries(names.map((name) => [name, schemas[name]])) as typeof schemas;
  return z.strictObject({ filters: z.strictObject(chosen).optional() });
}

type Filters = NonNullable<z.output<ReturnType<typeof filtersConfig>>["filters"]>;

const listed = (wanted: unknown): string[] => [wanted].flat().map(String);
const has = (part: string, whole: unknown): boolean =>
  typeof whole === "string" && whole.toLowerCase().includes(part.toLowerCase());

const same = (one: unknown, other: string): boolean => String(one).toLowerCase() === other.toLowerCase();

/** What the filters must know beside the event. */
export function filtersNeed({ group }: Filters) {
  return group === undefined ? undefined : { knowledge: groupsKnowledge.id, of: listed(group) };
}

/** Whether an event passes all filters that are set. What the payload does not say passes none. */
export function matchesFilters(
  filters: Filters,
  payload: Readonly<Record<string, unknown>>,
  known?: unknown,
): boolean {
  const object = (payload["object"] ?? {}) as Readonly<Record<string, unknown>>;
  // Zoom: what is told of a summary names its meeting's fields with meeting_ before them.
  const hostId = object["host_id"] ?? object["meeting_host_id"];
  const checks: Record<FilterName, (wanted: never) => boolean> = {
    host: (wanted) =>
      [hostId, object["host_email"], object["meeting_host_email"]].some((host) =>
        listed(wanted).includes(String(host)),
      ),
    group: (wanted) => isInGroup(known, listed(wanted), String(hostId ?? object["id"])),
    topic: (wanted) => has(wanted, object["topic"]) || has(wanted, object["meeting_topic"]),
    meetingId: (wanted) => listed(wanted).includes(String(object["meeting_id"] ?? object["id"])),
    type: (wanted) => listed(wanted).includes(String(object["type"])),
    minimumDuration: (wanted) => Number(object["duration"]) >= wanted,
    registrantEmail: (wanted) =>
      has(wanted, (object["registrant"] as { email?: unknown } | undefined)?.email),
    participantEmail: (wanted) => {
      const { email, user_email: userEmail } = (object["participant"] ?? {}) as Readonly<
        Record<string, unknown>
      >;
      return has(wanted, email) || has(wanted, userEmail);
    },
    trackingField: ({ field, value }: { field: string; value?: string }) => {
      const fields = (object["tracking_fields"] ?? []) as readonly { field?: unknown; value?: unknown }[];
      return fields.some(
        (one) =>
          same(one.field, field) && (value === undefined ? (one.value ?? "") !== "" : same(one.value, value)),
      );
    },
    email: (wanted) => has(wanted, object["email"]) || has(wanted, object["operator"]),
    category: (wanted) =>
      [object["category_type"], object["type"]].some((one) => listed(wanted).some((name) => same(one, name))),
    fileType: (wanted) => {
      const files = (object["recording_files"] ?? []) as readonly { file_type?: unknown }[];
      return files.some(({ file_type: type }) => listed(wanted).some((one) => one.toUpperCase() === type));
    },
  };
  return (Object.entries(filters) as [FilterName, never][]).every(
    ([name, wanted]) => wanted === undefined || checks[name](wanted),
  );
}
