/** Triggers for rows of Zoom's reports, of which no webhook tells: read day by day, told once, or again when they change. */
import { createHash } from "node:crypto";
import {
  type Client,
  definePollingTrigger,
  type Endpoint,
  type FoundEvent,
  type Look,
  type LookAnswer,
  type PollingTrigger,
} from "@greenroom/connector-kit";
import { z } from "zod";
import { zoomOperation } from "../facts/operations.ts";
import { cursorOf, dayOf, type Row } from "../reconcile/look-around.ts";
import { type FilterName, filtersConfig, matchesFilters } from "./filters.ts";

/** Some days of a report. */
export interface ReportDays {
  readonly client: Client;
  readonly from: string;
  readonly to: string;
  readonly now: Date;
  /** Whether rows that may still change are wanted too. */
  readonly changes: boolean;
  /** What `done` named before. */
  readonly done: ReadonlySet<string>;
  /** Set at the first look without a date: what is there now is not wanted, and need not be read. */
  readonly passOver: boolean;
}

/** What was read of them. */
export interface ReportRows {
  readonly rows: readonly { readonly row: Row; readonly at: Date | undefined }[];
  /** What of these days needs not be read again, for reports that are read piece by piece. */
  readonly done?: readonly string[];
  /** Whether there are more pieces. */
  readonly more?: boolean;
}

interface ReportSpec<P extends z.ZodType> {
  readonly title: string;
  readonly summary: string;
  /** What the inbox calls a row. */
  readonly event: `report.${string}`;
  readonly endpoint: Endpoint;
  readonly filters: readonly FilterName[];
  readonly payload: P;
  readonly sample: z.input<P>;
  readonly read: (days: ReportDays) => Promise<ReportRows>;
  /** What stays when a row changes; without it rows never change. */
  readonly identity?: (row: Row) => string;
}

interface Cursor {
  /** The day to go on from. */
  readonly day: string;
  /** The keys of the rows of the days that are read again. */
  readonly seen: readonly string[];
  readonly done: readonly string[];
}

const dayMs = 86_400_000;
/** Rows come late; the last days are read again at every look. */
const lateDays = 2;
/** Zoom: a report covers at most a month, and goes back six. */
const chunkDays = 29;
const oldestDays = 179;

const since = z.iso
  .date()
  .optional()
  .describe(
    "The first day wanted, such as 2026-01-31, at most six months back; without it, only what comes after the start",
  );
const changes = z
  .boolean()
  .optional()
  .describe("Whether a row that changes starts a job again. Without it, once it is final");

/** Makes the trigger. */
export function reportTrigger<P extends z.ZodType>(spec: ReportSpec<P>): PollingTrigger<P> {
  const [method = "", path = ""] = spec.endpoint.split(" ");
  const { classic, granular } = zoomOperation(method, path)?.scopes ?? { classic: [], granular: [] };
  const config = filtersConfig(spec.filters).extend({ since, ...(spec.identity && { changes }) });
  return definePollingTrigger<P, typeof config>({
    ...{ title: spec.title, summary: spec.summary, event: spec.event, endpoint: spec.endpoint },
    ...{
      scopes: [...new Set([...granular, ...classic])],
      config,
      payload: spec.payload,
      sample: spec.sample,
    },
    matches: ({ filters = {} }, payload) => matchesFilters(filters, payload),
    poll: ({ config: { since: first, changes: again }, ...look }) =>
      lookAt(spec, { ...look, config: { since: first, changes: again === true } }),
  });
}

async function lookAt(
  { read, identity }: Pick<ReportSpec<z.ZodType>, "read" | "identity">,
  {
    client,
    cursor,
    config,
    now,
    accountId,
  }: Look<{ readonly since: string | undefined; readonly changes: boolean }>,
): Promise<LookAnswer> {
  const before = cursorOf<Cursor>(cursor);
  const today = dayOf(now);
  const oldest = dayOf(now.getTime() - oldestDays * dayMs);
  const lately = dayOf(now.getTime() - lateDays * dayMs);
  const day = later(before?.day ?? config.since ?? lately, oldest);
  const to = earlier(plusDays(day, chunkDays), today);
  const passOver = before === undefined && config.since === undefined;
  const withChanges = config.changes;
  if (day > today) return { events: [], cursor: { day, seen: [], done: [] }, more: false };

  const page = await read({
    ...{ client, from: day, to, now, changes: withChanges, passOver, done: new Set(before?.done) },
  });
  const keyed = keysOf(page.rows, identity, withChanges);
  const seen = new Set(before?.seen);
  const fresh = passOver ? [] : keyed.filter(({ key }) => !seen.has(key));
  const caughtUp = to === today;
  const again = page.more === true || caughtUp;
  const next: Cursor = {
    day: page.more === true ? day : caughtUp ? later(day, lately) : plusDays(to, 1),
    seen: again ? keyed.map(({ key }) => key) : [],
    done: again ? (page.done ?? []) : [],
  };
  return {
    events: fresh.map(({ key, row, at }): FoundEvent => {
      return { dedupeKey: key, occurredAt: at ?? now, payload: { account_id: accountId, object: row } };
    }),
    cursor: next,
    more: page.more === true || !caughtUp,
  };
}

/** A key for each row. Two rows may say the same, to the second: they are two all the same. */
function keysOf(
  rows: ReportRows["rows"],
  identity: ((row: Row) => string) | undefined,
  withChanges: boolean,
): readonly (ReportRows["rows"][number] & { readonly key: string })[] {
  const times = new Map<string, number>();
  return rows.map(({ row, at }) => {
    const whole = createHash("sha256").update(JSON.stringify(row)).digest("base64url").slice(0, 16);
    const key = identity === undefined ? whole : withChanges ? `${identity(row)} ${whole}` : identity(row);
    const count = (times.get(key) ?? 0) + 1;
    times.set(key, count);
    return { row, at, key: count === 1 ? key : `${key} ${count}` };
  });
}

const plusDays = (day: string, days: number): string => dayOf(Date.parse(day) + days * dayMs);
const later = (one: string, other: string): string => (one > other ? one : other);
const earlier = (one: string, other: string): string => (one < other ? one : other);
