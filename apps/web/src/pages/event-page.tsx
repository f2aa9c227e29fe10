import { Group, Stack, Text, Title } from "@mantine/core";
import { useQuery } from "@tanstack/react-query";
import { getRouteApi } from "@tanstack/react-router";
import { eventQuery } from "../queries.ts";
import { JsonTree } from "../ui/json-tree.tsx";
import { TextLink } from "../ui/links.tsx";
import { Page } from "../ui/page.tsx";
import { Loaded, StateBadge } from "../ui/states.tsx";
import { Time } from "../ui/time.tsx";

const route = getRouteApi("/inbox/$id");

/** One event: what it says and what it started. */
export function EventPage() {
  const { id } = route.useParams();
  const query = useQuery(eventQuery(id));
  return (
    <Loaded query={query}>
      {(event) => (
        <Page title={event.name}>
          <Stack>
            <Text size="sm">
              Happened <Time at={event.occurredAt} />, received <Time at={event.receivedAt} />, account{" "}
              {event.accountId}.
            </Text>
            <Title order={2} size="h4">
              Jobs it started
            </Title>
            {event.jobs.length === 0 ? (
              <Text size="sm" c="dimmed">
                None: no running recipe listens to it, or none of their conditions held.
              </Text>
            ) : (
              event.jobs.map((job) => (
                <Group key={job.id} gap="xs">
                  <TextLink to="/jobs/$id" params={{ id: job.id }}>
                    {job.recipeName}
                  </TextLink>
                  <StateBadge state={job.state} />
                </Group>
              ))
            )}
            <JsonTree label="Payload" value={event.payload} />
          </Stack>
        </Page>
      )}
    </Loaded>
  );
}
