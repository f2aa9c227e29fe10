/** Pages of lists. */

/** A page of a list; `nextCursor` is the id to go on from, absent on the last page. */
export interface Page<Item> {
  readonly items: readonly Item[];
  readonly nextCursor: string | undefined;
}

/** Cuts one more row than was wanted into a page. */
export function pageOf<Item extends { readonly id: string }>(
  items: readonly Item[],
  limit: number,
): Page<Item> {
  const shown = items.slice(0, limit);
  return { items: shown, nextCursor: items.length > limit ? shown.at(-1)?.id : undefined };
}
