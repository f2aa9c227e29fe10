import { Accordion, Badge, Button, Group, SimpleGrid, Stack, Text, TextInput } from "@mantine/core";
import { useDebouncedValue } from "@mantine/hooks";
import { useInfiniteQuery } from "@tanstack/react-query";
import { useState } from "react";
import { api, type AuditEntry, type Page } from "../api.ts";
import { JsonTree } from "../ui/json-tree.tsx";
import { Empty, Loaded } from "../ui/states.tsx";
import { Time } from "../ui/time.tsx";

const settleMs = 300;

/** Every change that somebody made, with what was before and after. */
export default function AuditSection() {
  const [search, setSearch] = useState("");
  const [settled] = useDebouncedValue(search.trim(), settleMs);
  const query = useInfiniteQuery({
    queryKey: ["audit", settled],
    queryFn: ({ pageParam }) => {
      const parameters = new URLSearchParams();
      if (settled) parameters.set("search", settled);
      if (pageParam) parameters.set("cursor", pageParam);
      return api<Page<AuditEntry>>("GET", `/audit?${parameters.toString()}`);
    },
    initialPageParam: undefined as string | undefined,
    getNextPageParam: ({ nextCursor }) => nextCursor,
  });
  return (
    <Stack>
      <TextInput
        label="Search"
        placeholder="A person, a recipe, an action"
        value={search}
        onChange={({ currentTarget }) => setSearch(currentTarget.value)}
        maw={400}
      />
      <Loaded query={query}>
        {({ pages }) => {
          const entries = pages.flatMap(({ items }) => items);
          if (entries.length === 0)
            return <Empty title={settled ? `Nothing matches “${settled}”` : "Nothing was changed yet"} />;
          return (
            <>
              <Accordion variant="separated" chevronPosition="left">
                {entries.map(({ id, at, actor, action, subject, before, after, ipAddress }) => (
                  <Accordion.Item key={id} value={id}>
                    <Accordion.Control>
                      <Group gap="xs">
                        <Text size="sm" fw={600}>
                          {actor.name}
                        </Text>
                        {actor.kind !== "person" && (
                          <Badge size="xs" variant="light" color="gray">
                            {actor.kind}
                          </Badge>
                        )}
                        <Text size="sm" className="mono">
                          {action}
                        </Text>
                        <Text size="sm">{subject.name}</Text>
                        <Text size="xs" c="dimmed" ml="auto">
                          <Time at={at} />
                        </Text>
                      </Group>
                    </Accordion.Control>
                    <Accordion.Panel>
                      <SimpleGrid cols={{ base: 1, sm: 2 }}>
                        <JsonTree label="Before" value={before ?? null} />
                        <JsonTree label="After" value={after ?? null} />
                      </SimpleGrid>
                      {ipAddress && (
                        <Text size="xs" c="dimmed" mt="xs">
                          From {ipAddress}
                        </Text>
                      )}
                    </Accordion.Panel>
                  </Accordion.Item>
                ))}
              </Accordion>
              {query.hasNextPage && (
                <Button
                  variant="default"
                  loading={query.isFetchingNextPage}
                  onClick={() => void query.fetchNextPage()}
                >
                  Load older entries
                </Button>
              )}
            </>
          );
        }}
      </Loaded>
    </Stack>
  );
}
