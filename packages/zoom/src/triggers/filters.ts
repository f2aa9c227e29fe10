/** What events can be filtered by before a job starts. */
import { z } from "zod";

const texts = z.union([z.string().min(1), z.array(z.string().min(1)).min(1)]);
const ids = z.union([
  z.string().min(1),
  z.number(),
  z.array(z.union([z.string().min(1), z.number()])).min(1),
]);

const schemas = {
  host: texts.optional().describe("The host's user id, or several"),
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

/** Whether an event passes all filters that are set. What the payload does not say passes none. */
export function matchesFilters(filters: Filters, payload: Readonly<Record<string, unknown>>): boolean {
  const object = (payload["object"] ?? {}) as Readonly<Record<string, unknown>>;
  const checks: Record<FilterName, (wanted: never) => boolean> = {
    host: (wanted) => listed(wanted).includes(String(object["host_id"])),
    topic: (wanted) => has(wanted, object["topic"]),
    meetingId: (wanted) => listed(wanted).includes(String(object["id"])),
    type: (wanted) => listed(wanted).includes(String(object["type"])),
    minimumDuration: (wanted) => Number(object["duration"]) >= wanted,
    registrantEmail: (wanted) =>
      has(wanted, (object["registrant"] as { email?: unknown } | undefined)?.email),
    fileType: (wanted) => {
      const files = (object["recording_files"] ?? []) as readonly { file_type?: unknown }[];
      return files.some(({ file_type: type }) => listed(wanted).some((one) => one.toUpperCase() === type));
    },
  };
  return (Object.entries(filters) as [FilterName, never][]).every(
    ([name, wanted]) => wanted === undefined || checks[name](wanted),
  );
}
