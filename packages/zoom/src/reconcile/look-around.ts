/** What all looks at an account's state share: whose things are looked at, lists to their end, and times. */
import { type Client, ConnectorError } from "@greenroom/connector-kit";
import { fieldsOf } from "./event-keys.ts";

/** A row of a list. */
export type Row = Readonly<Record<string, unknown>>;

/** Slack for clocks that differ, and for times in whole seconds. */
export const slackMs = 60_000;
/** Webhooks that are under way are not taken for lost: what is younger is left to the next look. */
export const graceMs = 60_000;
/** What was made before the last look and appears only now did not happen now, but for so much. */
export const lateMs = 10 * 60_000;

/** A day. */
export const dayMs = 86_400_000;
const atOnce = 4;
const mostPages = 10_000;

/** A day as Zoom writes it. */
export const dayOf = (at: Date | number): string => new Date(at).toISOString().slice(0, 10);
/** Zoom: a list of a time covers at most a month, and reports go back six. */
const spanDays = 29;
const oldestDays = 179;
/** The days until now, of so many before now or of a moment before that, in spans that Zoom lists at once. */
export function daysUntil(now: Date, days: number, fromMs = Infinity): { from: string; to: string }[] {
  const nowMs = now.getTime();
  const firstMs = Math.max(Math.min(nowMs - days * dayMs, fromMs), nowMs - oldestDays * dayMs);
  const spans: { from: string; to: string }[] = [];
  for (let atMs = firstMs; dayOf(atMs) <= dayOf(now); atMs += (spanDays + 1) * dayMs)
    spans.push({ from: dayOf(atMs), to: dayOf(Math.min(atMs + spanDays * dayMs, nowMs)) });
  return spans;
}

/** The rows of all these spans, one after the other. */
export async function listedOf(
  spans: readonly { from: string; to: string }[],
  list: (span: { from: string; to: string }) => Promise<readonly Row[]>,
): Promise<readonly Row[]> {
  const rows: Row[] = [];
  for (const span of spans) rows.push(...(await list(span)));
  return rows;
}

/** A list's rows, to its end. */
export async function listed(
  client: Client,
  path: string,
  key: string,
  { query, ...call }: NonNullable<Parameters<Client["request"]>[2]> = {},
): Promise<readonly Row[]> {
  const rows: Row[] = [];
  let next: string | undefined;
  for (let page = 0; page < mostPages; page += 1) {
    const answer = fieldsOf(
      await client.request("GET", path, {
        ...call,
        query: { page_size: 300, ...query, next_page_token: next },
      }),
    );
    if (Array.isArray(answer[key])) rows.push(...answer[key].map(fieldsOf));
    next = typeof answer["next_page_token"] === "string" ? answer["next_page_token"] : "";
    if (next === "") break;
  }
  return rows;
}

/** The people whose things a connection can see: everybody active, or only the person who connected. */
export async function hostsOf(client: Client): Promise<readonly string[]> {
  try {
    return (await listed(client, "/users", "users", { query: { status: "active" } })).map((row) =>
      String(row["id"]),
    );
  } catch (error) {
    // Zoom: without an :admin scope, or the role, there is no list of people.
    if (isRefused(error)) return ["me"];
    throw error;
  }
}

/** Runs `work` for each, a few at once; what Zoom refuses for one (gone, no licence) is undefined. */
export async function forEachOf<T, R>(
  items: readonly T[],
  work: (item: T) => Promise<R>,
): Promise<readonly (R | undefined)[]> {
  const results: (R | undefined)[] = [];
  for (let at = 0; at < items.length; at += atOnce) {
    const some = items.slice(at, at + atOnce).map(async (item) => {
      try {
        return await work(item);
      } catch (error) {
        if (isRefused(error)) return undefined;
        throw error;
      }
    });
    results.push(...(await Promise.all(some)));
  }
  // One refusal is that one's matter; nothing but refusals is the connection's.
  if (items.length > 0 && results.every((result) => result === undefined)) await work(items[0] as T);
  return results;
}

/** Whether Zoom knows the question and says no. */
export function isRefused(error: unknown): boolean {
  return (
    error instanceof ConnectorError &&
    ["forbidden", "not-found", "invalid-input", "conflict"].includes(error.kind)
  );
}

/** A time of Zoom's in milliseconds; undefined where there is none. */
export function timeOf(value: unknown): number | undefined {
  const ms = typeof value === "string" ? Date.parse(value) : Number.NaN;
  return Number.isNaN(ms) ? undefined : ms;
}

/** A cursor as the look before kept it. */
export function cursorOf<T>(cursor: unknown): T | undefined {
  // Only this look's own answers come back as its cursor.
  // oxlint-disable-next-line typescript/no-unsafe-type-assertion
  return cursor === undefined || cursor === null ? undefined : (cursor as T);
}
