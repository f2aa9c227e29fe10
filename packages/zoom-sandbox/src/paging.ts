import type { Clock } from "./clock.ts";
import { zoomError } from "./sandbox.ts";

const TOKEN_LIFETIME_MS = 15 * 60_000;

/** One page of a list, with Zoom's token and legacy page fields. */
export interface Page<Row> {
  readonly rows: Row[];
  readonly page_size: number;
  readonly next_page_token: string;
  readonly page_number: number;
  readonly page_count: number;
  readonly total_records: number;
}

/** Where a list is asked for, and with which values. */
export interface Asked {
  readonly path: string;
  readonly query: URLSearchParams;
}

/** Cuts the page that the query asks for, by `next_page_token` or the older `page_number`. */
export function pageOf<Row>(
  asked: Asked,
  clock: Clock,
  all: readonly Row[],
  limit = { default: 30, max: 300 },
): Page<Row> {
  const page_size = pageSize(asked.query.get("page_size"), limit);
  const token = asked.query.get("next_page_token");
  const number = Number.parseInt(asked.query.get("page_number") ?? "1", 10);
  const start = token
    ? readToken(asked, clock, token)
    : (Number.isInteger(number) && number > 0 ? number - 1 : 0) * page_size;
  const end = start + page_size;
  return {
    rows: all.slice(start, end),
    page_size,
    next_page_token: end < all.length ? makeToken(asked, clock, end) : "",
    page_number: Math.floor(start / page_size) + 1,
    page_count: Math.ceil(all.length / page_size),
    total_records: all.length,
  };
}

// Zoom: page_size out of range is clamped, and nonsense is taken as the default (zoom-api.md 3.4, live 2026-09-08).
function pageSize(text: string | null, limit: { default: number; max: number }): number {
  const size = Number.parseInt(text ?? "", 10);
  return size > 0 ? Math.min(size, limit.max) : limit.default;
}

// Zoom: a token lives 15 minutes and every other query value must stay the same (zoom-api.md 4.1).
function queryPrint({ query }: Asked): string {
  return [...query]
    .filter(([name]) => name !== "next_page_token" && name !== "page_number")
    .toSorted(([a], [b]) => (a < b ? -1 : 1))
    .map(([name, value]) => `${name}=${value}`)
    .join("&");
}

function makeToken(asked: Asked, clock: Clock, start: number): string {
  const expiresMs = clock.now().getTime() + TOKEN_LIFETIME_MS;
  return Buffer.from(JSON.stringify([asked.path, queryPrint(asked), start, expiresMs])).toString("base64url");
}

function readToken(asked: Asked, clock: Clock, token: string): number {
  const invalid = zoomError(400, 300, "The next page token is invalid or expired.");
  let value: unknown;
  try {
    value = JSON.parse(Buffer.from(token, "base64url").toString());
  } catch {
    throw invalid;
  }
  if (!Array.isArray(value)) throw invalid;
  const [path, query, start, expiresMs] = value as unknown[];
  if (path !== asked.path || query !== queryPrint(asked)) throw invalid;
  if (typeof start !== "number" || typeof expiresMs !== "number") throw invalid;
  if (clock.now().getTime() > expiresMs) throw invalid;
  return start;
}
