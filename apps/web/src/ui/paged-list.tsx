import { Button, Stack } from "@mantine/core";
import type { InfiniteData, UseInfiniteQueryResult } from "@tanstack/react-query";
import type { ReactNode } from "react";
import type { Page } from "../api.ts";
import { Loaded } from "./states.tsx";

/** A list that comes page by page, the next one when it is asked for. */
export function PagedList<Item extends { readonly id: string }>({
  query,
  empty,
  children,
}: {
  query: UseInfiniteQueryResult<InfiniteData<Page<Item>>>;
  empty: ReactNode;
  /** Draws an item as a list item. */
  children: (item: Item) => ReactNode;
}) {
  return (
    <Loaded query={query}>
      {({ pages }) => {
        const items = pages.flatMap((page) => page.items);
        if (items.length === 0) return empty;
        return (
          <Stack gap="xs">
            <Stack gap="xs" component="ul" p={0} m={0} style={{ listStyle: "none" }}>
              {items.map(children)}
            </Stack>
            {query.hasNextPage && (
              <Button
                variant="default"
                onClick={() => void query.fetchNextPage()}
                loading={query.isFetchingNextPage}
              >
                Load more
              </Button>
            )}
          </Stack>
        );
      }}
    </Loaded>
  );
}
