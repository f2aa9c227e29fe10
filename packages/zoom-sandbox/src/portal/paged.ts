import { html } from "hono/html";
import type { Markup } from "./layout.ts";
import { withQuery } from "./with-query.ts";

/** One page of a long list. */
export interface Paged<Row> {
  readonly rows: readonly Row[];
  readonly total: number;
  readonly page: number;
  readonly pages: number;
}

const PAGE_SIZE = 50;

/** The page of the list that the query's `page` names; a number beyond the end is the last page. */
export function paged<Row>(all: readonly Row[], page: string | undefined): Paged<Row> {
  const pages = Math.max(1, Math.ceil(all.length / PAGE_SIZE));
  const wanted = Math.min(Math.max(1, Math.trunc(Number(page)) || 1), pages);
  const start = (wanted - 1) * PAGE_SIZE;
  return { rows: all.slice(start, start + PAGE_SIZE), total: all.length, page: wanted, pages };
}

/** Where in the list one is, and the ways on and back. */
export function pageLinks(
  list: Paged<unknown>,
  path: string,
  query: Readonly<Record<string, string>>,
): Markup {
  const { total, page, pages } = list;
  const to = (number: number): string => {
    const { notice: _, ...rest } = query;
    return withQuery(path, { ...rest, page: String(number) });
  };
  const first = total === 0 ? 0 : (page - 1) * PAGE_SIZE + 1;
  const count = `${first} to ${first === 0 ? 0 : first + list.rows.length - 1} of ${total.toLocaleString("en")}`;
  return html`<div class="pages"><span class="soft">${count}</span>${
    pages === 1
      ? ""
      : html`<nav class="row" aria-label="Pages">
          ${page > 1 ? html`<a class="button" href="${to(1)}">First</a><a class="button" rel="prev" href="${to(page - 1)}">Previous</a>` : ""}
          <span class="tag">Page ${page} of ${pages.toLocaleString("en")}</span>
          ${page < pages ? html`<a class="button" rel="next" href="${to(page + 1)}">Next</a><a class="button" href="${to(pages)}">Last</a>` : ""}</nav>`
  }</div>`;
}
