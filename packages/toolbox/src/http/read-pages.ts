/** Reads a list that a service gives in pages. */
import { type ClientResponse, ConnectorError, defineAction } from "@greenroom/connector-kit";
import { z } from "zod";
import { valueAt } from "../value-at.ts";
import { address, requestHeaders, requestQuery } from "./address.ts";
import { refusedField } from "../table-rows.ts";

const mostPages = 1_000;
const place = (what: string) =>
  z.string().describe(`${what}, with dots, such as data.items; empty for the whole body`);

const paging = z
  .discriminatedUnion("by", [
    z.strictObject({
      by: z.literal("link"),
      nextAt: z
        .string()
        .optional()
        .describe(
          "Where the body says the next page's address; without it, the header Link with rel=next does",
        ),
    }),
    z.strictObject({
      by: z.literal("page"),
      parameter: z.string().default("page").describe("The query parameter of the page's number"),
      first: z.int().min(0).default(1).describe("The first page's number"),
    }),
    z.strictObject({
      by: z.literal("offset"),
      parameter: z.string().default("offset").describe("The query parameter that counts items passed over"),
    }),
    z.strictObject({
      by: z.literal("cursor"),
      parameter: z.string().default("cursor").describe("The query parameter of the cursor"),
      nextAt: z.string().min(1).describe("Where the body says the next cursor, such as next_page_token"),
    }),
  ])
  .describe("How the service tells where the next page is");

type Paging = z.output<typeof paging>;

/** Reads all pages of a list, up to a limit. */
export const readPages = defineAction({
  title: "Read pages",
  summary: "Reads a list that a service gives in pages, up to a limit, and gives its items in one list.",
  endpoint: "GET /{url}",
  scopes: [],
  effect: "read",
  input: z.strictObject({
    url: address.describe("The first page"),
    headers: requestHeaders.optional(),
    query: requestQuery.optional(),
    itemsAt: place("Where the body has its items").default(""),
    paging,
    limit: z.int().min(1).max(100_000).default(1_000).describe("The most items that are read"),
  }),
  output: z.object({
    items: z.array(z.unknown()),
    pages: z.number(),
    more: z.boolean().describe("Whether the limit left some unread"),
  }),
  async run({ client, input: { url, headers, query = {}, itemsAt, paging: way, limit }, signal }) {
    const items: unknown[] = [];
    const seen = new Set<string>();
    let next: Page | undefined = firstPage(way, url, query);
    let pages = 0;
    while (next !== undefined && items.length < limit) {
      const key = JSON.stringify(next);
      if (seen.has(key) || pages >= mostPages) throw endless(next.url);
      seen.add(key);
      const answer = await client.send("GET", next.url, { headers, query: next.query, signal });
      const found = itemsOf(answer, itemsAt);
      pages += 1;
      items.push(...found);
      next = following(way, next, answer, found.length);
    }
    const more = next !== undefined || items.length > limit;
    return { items: items.slice(0, limit), pages, more };
  },
});

interface Page {
  readonly url: string;
  readonly query: Readonly<Record<string, string | number | boolean>>;
}

function firstPage(way: Paging, url: string, query: Page["query"]): Page {
  if (way.by === "page") return { url, query: { [way.parameter]: way.first, ...query } };
  return { url, query };
}

function following(
  way: Paging,
  { url, query }: Page,
  answer: ClientResponse,
  found: number,
): Page | undefined {
  if (way.by === "link") {
    const said = way.nextAt === undefined ? linkOf(answer.headers) : valueAt(answer.body, way.nextAt);
    if (typeof said !== "string" || said === "") return undefined;
    // It may be relative to the page that says it (RFC 8288); a path stays one.
    if (said.startsWith("/") && !url.startsWith("/")) return { url: new URL(said, url).href, query: {} };
    return { url: said, query: {} };
  }
  if (way.by === "cursor") {
    const cursor = valueAt(answer.body, way.nextAt);
    if (cursor === undefined || cursor === null || cursor === "" || cursor === false) return undefined;
    if (typeof cursor !== "string" && typeof cursor !== "number")
      throw refusedField("Read pages", "paging.nextAt", "must lead to a text or a number");
    return { url, query: { ...query, [way.parameter]: String(cursor) } };
  }
  if (found === 0) return undefined;
  const at = Number(query[way.parameter] ?? 0);
  return { url, query: { ...query, [way.parameter]: at + (way.by === "page" ? 1 : found) } };
}

/** The header `Link: <https://…>; rel="next"` (RFC 8288). */
function linkOf(headers: Headers): string | undefined {
  const links = (headers.get("link") ?? "").matchAll(/<([^>]*)>([^<]*)/g);
  for (const [, target, parameters = ""] of links) {
    if (/;\s*rel\s*=\s*(?:"[^"]*\bnext\b[^"]*"|next\b)/i.test(parameters)) return target;
  }
  return undefined;
}

function itemsOf({ body }: ClientResponse, at: string): readonly unknown[] {
  const found = valueAt(body, at);
  if (Array.isArray(found)) return found;
  const where = at === "" ? "The body" : `“${at}” of the body`;
  const has =
    typeof body === "object" && body !== null ? Object.keys(body).slice(0, 12).join(", ") : typeof body;
  throw new ConnectorError("unexpected-response", "no-list", `${where} is no list; the body has ${has}.`, {
    fields: [{ field: "itemsAt", message: `must say where the list is; the body has ${has}` }],
  });
}

function endless(url: string): ConnectorError {
  return new ConnectorError(
    "unexpected-response",
    "endless-pages",
    `The pages of ${url.split("?")[0]} come round again, or have no end.`,
    {
      hint: "Check paging against the service's documents.",
    },
  );
}
