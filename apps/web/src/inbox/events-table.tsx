import { Badge, Button, Checkbox, Group, Stack, Table, Text } from "@mantine/core";
import { useInfiniteQuery, useQuery } from "@tanstack/react-query";
import { useMemo, useState } from "react";
import { api, type InboxEvent, type Page } from "../api.ts";
import { useMay } from "../settings/use-may.ts";
import { TextLink } from "../ui/links.tsx";
import { Empty, Loaded } from "../ui/states.tsx";
import { Ago } from "../ui/time.tsx";
import { HowKnown } from "./how-known.tsx";
import { ReplayModal } from "./replay-modal.tsx";

const pageSize = 50;
const mostReplayed = 200;

function path(name: string | undefined, cursor: string | undefined): string {
  const search = new URLSearchParams({ limit: String(pageSize) });
  if (name) search.set("name", name);
  if (cursor) search.set("cursor", cursor);
  return `/events?${search.toString()}`;
}

/** The events of a name, or all; the newest live, older ones when they are asked for. */
export function EventsTable({ name }: { readonly name: string | undefined }) {
  const head = useQuery({
    queryKey: ["events", "head", name],
    queryFn: () => api<Page<InboxEvent>>("GET", path(name, undefined)),
  });
  const rest = useInfiniteQuery({
    queryKey: ["older-events", name],
    queryFn: ({ pageParam }) => api<Page<InboxEvent>>("GET", path(name, pageParam)),
    initialPageParam: head.data?.nextCursor,
    getNextPageParam: ({ nextCursor }) => nextCursor,
    enabled: false,
    staleTime: Infinity,
  });
  const events = useMemo(() => {
    const found = new Map<string, InboxEvent>();
    for (const page of rest.data?.pages ?? []) for (const event of page.items) found.set(event.id, event);
    for (const event of head.data?.items ?? []) found.set(event.id, event);
    return [...found.values()].toSorted((a, b) => (a.id < b.id ? 1 : -1));
  }, [head.data, rest.data]);
  const operator = useMay("operator");
  const [chosen, setChosen] = useState<ReadonlySet<string>>(new Set());
  const [replaying, setReplaying] = useState<readonly string[]>();
  const toggle = (id: string) => {
    const next = new Set(chosen);
    if (!next.delete(id)) next.add(id);
    setChosen(next);
  };
  const more = rest.data ? rest.hasNextPage : head.data?.nextCursor !== undefined;
  return (
    <Loaded query={head}>
      {() =>
        events.length === 0 ? (
          <Empty title={name ? `No events named ${name}` : "No events yet"}>
            {name
              ? "The whole name is needed, such as meeting.ended."
              : "Events arrive here when something happens in a connected Zoom account."}
          </Empty>
        ) : (
          <Stack align="flex-start">
            {replaying && (
              <ReplayModal
                eventIds={replaying}
                onClose={() => {
                  setReplaying(undefined);
                  setChosen(new Set());
                }}
              />
            )}
            {chosen.size > 0 && (
              <Group gap="xs" role="status">
                <Text size="sm">
                  {chosen.size === 1 ? "1 event is chosen" : `${chosen.size} events are chosen`}
                </Text>
                <Button
                  size="xs"
                  disabled={chosen.size > mostReplayed}
                  onClick={() => setReplaying([...chosen].toSorted())}
                >
                  Replay
                </Button>
                <Button size="xs" variant="subtle" color="gray" onClick={() => setChosen(new Set())}>
                  Choose none
                </Button>
                {chosen.size > mostReplayed && (
                  <Text size="sm" c="orange">
                    At most {mostReplayed} at once.
                  </Text>
                )}
              </Group>
            )}
            <Table.ScrollContainer minWidth={0} w="100%">
              <Table verticalSpacing="xs" highlightOnHover className="stacks">
                <Table.Thead>
                  <Table.Tr>
                    {operator && (
                      <Table.Th w={36}>
                        <Checkbox
                          size="xs"
                          aria-label="Choose all that are loaded"
                          checked={chosen.size > 0 && chosen.size === events.length}
                          indeterminate={chosen.size > 0 && chosen.size < events.length}
                          onChange={() =>
                            setChosen(new Set(chosen.size > 0 ? [] : events.map(({ id }) => id)))
                          }
                        />
                      </Table.Th>
                    )}
                    <Table.Th>Event</Table.Th>
                    <Table.Th>How it is known</Table.Th>
                    <Table.Th>Jobs it started</Table.Th>
                    <Table.Th>Received</Table.Th>
                  </Table.Tr>
                </Table.Thead>
                <Table.Tbody>
                  {events.map((event) => (
                    <Table.Tr key={event.id}>
                      {operator && (
                        <Table.Td>
                          <Checkbox
                            size="xs"
                            aria-label={`Choose ${event.name} of ${event.receivedAt}`}
                            checked={chosen.has(event.id)}
                            onChange={() => toggle(event.id)}
                          />
                        </Table.Td>
                      )}
                      <Table.Td>
                        <TextLink to="/inbox/$id" params={{ id: event.id }} fw={600} size="sm">
                          {event.name}
                        </TextLink>
                      </Table.Td>
                      <Table.Td>
                        <HowKnown reconciled={event.reconciled} />
                      </Table.Td>
                      <Table.Td data-label="Jobs">
                        <Group gap={4}>
                          {event.jobs.length === 0 && (
                            <Text size="sm" c="dimmed">
                              none
                            </Text>
                          )}
                          {event.jobs.slice(0, 3).map((job) => (
                            <TextLink key={job.id} to="/jobs/$id" params={{ id: job.id }} size="sm">
                              {job.recipeName}
                            </TextLink>
                          ))}
                          {event.jobs.length > 3 && (
                            <Badge size="sm" variant="light" color="gray">
                              {event.jobs.length - 3} more
                            </Badge>
                          )}
                        </Group>
                      </Table.Td>
                      <Table.Td>
                        <Text size="sm" c="dimmed" component="span" style={{ whiteSpace: "nowrap" }}>
                          <Ago at={event.receivedAt} />
                        </Text>
                      </Table.Td>
                    </Table.Tr>
                  ))}
                </Table.Tbody>
              </Table>
            </Table.ScrollContainer>
            {more && (
              <Button
                variant="default"
                size="xs"
                loading={rest.isFetching}
                onClick={() => void rest.fetchNextPage()}
              >
                Load older events
              </Button>
            )}
          </Stack>
        )
      }
    </Loaded>
  );
}
