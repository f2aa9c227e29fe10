import { Card, Group, Text, TextInput } from "@mantine/core";
import { useInfiniteQuery } from "@tanstack/react-query";
import { getRouteApi, useNavigate } from "@tanstack/react-router";
import { api, type InboxEvent, type Page as ApiPage } from "../api.ts";
import { TextLink } from "../ui/links.tsx";
import { Page } from "../ui/page.tsx";
import { PagedList } from "../ui/paged-list.tsx";
import { Empty } from "../ui/states.tsx";
import { Time } from "../ui/time.tsx";

const route = getRouteApi("/inbox");

/** Every event that was received, newest first. */
export function InboxPage() {
  const { name } = route.useSearch();
  const navigate = useNavigate();
  const query = useInfiniteQuery({
    queryKey: ["events", "list", name],
    queryFn: ({ pageParam }) => {
      const search = new URLSearchParams();
      if (name) search.set("name", name);
      if (pageParam) search.set("cursor", pageParam);
      return api<ApiPage<InboxEvent>>("GET", `/events?${search.toString()}`);
    },
    initialPageParam: undefined as string | undefined,
    getNextPageParam: ({ nextCursor }) => nextCursor,
  });
  return (
    <Page title="Inbox">
      <TextInput
        label="Event"
        placeholder="All events, or one such as meeting.ended"
        maw={360}
        mb="md"
        defaultValue={name ?? ""}
        onChange={({ currentTarget }) =>
          void navigate({ to: "/inbox", search: { name: currentTarget.value || undefined }, replace: true })
        }
      />
      <PagedList
        query={query}
        empty={
          <Empty title={name ? `No events named ${name}` : "No events yet"}>
            {name
              ? "The whole name is needed, such as meeting.ended."
              : "Events arrive here when something happens in a connected Zoom account."}
          </Empty>
        }
      >
        {(event) => (
          <Card component="li" withBorder padding="sm" key={event.id}>
            <Group justify="space-between" gap="xs">
              <TextLink to="/inbox/$id" params={{ id: event.id }} fw={600}>
                {event.name}
              </TextLink>
              <Text size="sm" c="dimmed">
                {startedText(event.jobs.length)} · <Time at={event.receivedAt} />
              </Text>
            </Group>
          </Card>
        )}
      </PagedList>
    </Page>
  );
}

function startedText(jobs: number): string {
  if (jobs === 0) return "started no job";
  return jobs === 1 ? "started a job" : `started ${jobs} jobs`;
}
