/** Pages of lists: by `next_page_token`, which holds its place while rows come and go, or by the older `page_number`. */
import { hash } from "node:crypto";
import type { Clock } from "./clock.ts";
import { isRecord } from "./operations/projection.ts";
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

/** Where a list is asked for, with which values, and by whom. */
export interface Asked {
  readonly path: string;
  readonly query: URLSearchParams;
  readonly userId: string;
}

/** What a token says: of which list it is, how far it was read, and between which rows it stopped. */
type Place = readonly [
  list: string,
  expiresMs: number,
  start: number,
  ahead: readonly string[],
  behind: readonly string[],
];

/** Marks are looked for so far from where they were, once one was found. */
const NEARBY = 1_000;

/** So many rows on either side of a place may go before it is lost. */
const MARKS = 4;

/** Cuts the page that the query asks for. */
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
    ? findPlace(all, readToken(asked, clock, token))
    : (Number.isInteger(number) && number > 0 ? number - 1 : 0) * page_size;
  const end = start + page_size;
  return {
    rows: all.slice(start, end),
    page_size,
    next_page_token: end < all.length ? makeToken(asked, clock, all, end) : "",
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
function listPrint({ path, query, userId }: Asked): string {
  const values = [...query]
    .filter(([name]) => name !== "next_page_token" && name !== "page_number")
    .toSorted(([a], [b]) => (a < b ? -1 : 1));
  return print(JSON.stringify([path, userId, values]));
}

function makeToken(asked: Asked, clock: Clock, all: readonly unknown[], start: number): string {
  const place: Place = [
    listPrint(asked),
    clock.nowMs() + TOKEN_LIFETIME_MS,
    start,
    all.slice(start, start + MARKS).map(rowPrint),
    all
      .slice(Math.max(0, start - MARKS), start)
      .map(rowPrint)
      .toReversed(),
  ];
  return Buffer.from(JSON.stringify(place)).toString("base64url");
}

function readToken(asked: Asked, clock: Clock, token: string): Place {
  const place = parsed(token);
  if (place?.[0] === listPrint(asked) && clock.nowMs() <= place[1]) return place;
  throw zoomError(400, 300, "The next page token is invalid or expired.");
}

function parsed(token: string): Place | undefined {
  let value: unknown;
  try {
    value = JSON.parse(Buffer.from(token, "base64url").toString());
  } catch {
    return undefined;
  }
  if (!Array.isArray(value)) return undefined;
  const [list, expiresMs, start, ahead, behind] = value as unknown[];
  if (typeof list !== "string" || typeof expiresMs !== "number") return undefined;
  if (typeof start !== "number" || !Number.isInteger(start) || start < 0) return undefined;
  return isTexts(ahead) && isTexts(behind) ? [list, expiresMs, start, ahead, behind] : undefined;
}

const isTexts = (value: unknown): value is readonly string[] =>
  Array.isArray(value) && value.every((one) => typeof one === "string");

/** Where to read on: rows that came or went meanwhile are neither shown twice nor make others be missed. */
function findPlace(all: readonly unknown[], [, , start, ahead, behind]: Place): number {
  const ranks = new Map([...ahead, ...behind].map((mark, rank) => [mark, rank]));
  let best: { readonly rank: number; readonly at: number } | undefined;
  for (const at of outwards(start, all.length)) {
    const rank = ranks.get(rowPrint(all[at]));
    if (rank !== undefined && rank < (best?.rank ?? ranks.size)) best = { rank, at };
    // What is not near its neighbours is gone.
    if (best?.rank === 0 || (best && Math.abs(at - start) > NEARBY)) break;
  }
  if (best === undefined) return Math.min(start, all.length);
  return best.rank < ahead.length ? best.at : best.at + 1;
}

/** The places of a list, the nearest to one of them first. */
function* outwards(from: number, length: number): Generator<number> {
  for (let far = 0; far <= Math.max(from, length - from); far += 1) {
    if (from + far < length) yield from + far;
    if (far > 0 && from - far >= 0 && from - far < length) yield from - far;
  }
}

/** The fields that tell a row from its like, and stay as they are while it changes. */
const TELLING = /(^|_)(id|uuid|key|jid|email)$|^(join_time|create_time|created_at|date|date_time|time)$/;

function rowPrint(row: unknown): string {
  return print(JSON.stringify(telling(row) ?? row) ?? "");
}

/** A row may hold what it is about one level below. */
function telling(row: unknown): unknown {
  if (!isRecord(row)) return undefined;
  const fields = Object.entries(row);
  const own = fields.filter(([name, value]) => TELLING.test(name) && typeof value !== "object");
  if (own.length > 0) return own;
  for (const [, value] of fields) {
    const below = telling(value);
    if (below !== undefined) return below;
  }
  return undefined;
}

const print = (text: string): string => hash("sha1", text, "base64url").slice(0, 12);
