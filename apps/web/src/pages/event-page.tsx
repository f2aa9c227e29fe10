import { Button, Group, Stack, Text, Title } from "@mantine/core";
import { useDisclosure } from "@mantine/hooks";
import { IconRepeat } from "@tabler/icons-react";
import { useQuery } from "@tanstack/react-query";
import { getRouteApi } from "@tanstack/react-router";
import { HowKnown } from "../inbox/how-known.tsx";
import { ReplayModal } from "../inbox/replay-modal.tsx";
import { eventQuery } from "../queries.ts";
import { useMay } from "../settings/use-may.ts";
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
  const operator = useMay("operator");
  const [replaying, { open, close }] = useDisclosure();
  if (!query.data)
    return (
      <Page title="Event">
        <Loaded query={query}>{() => null}</Loaded>
      </Page>
    );
  const { name, occurredAt, receivedAt, accountId, reconciled, jobs, payload, dedupeKey, dataKept } =
    query.data;
  return (
    <Page
      title={name}
      actions={
        operator &&
        dataKept && (
          <Button leftSection={<IconRepeat size={16} aria-hidden />} onClick={open}>
            Replay
          </Button>
        )
      }
    >
      {replaying && <ReplayModal eventIds={[id]} onClose={close} />}
      <Stack>
        <Group gap="xs">
          <HowKnown reconciled={reconciled} />
          <Text size="sm">
            Happened <Time at={occurredAt} />, received <Time at={receivedAt} />, account {accountId}.
          </Text>
        </Group>
        <Title order={2} size="h4">
          Jobs it started
        </Title>
        {jobs.length === 0 ? (
          <Text size="sm" c="dimmed">
            None: no running recipe listens to it, or none of their conditions held. Replay gives it to one.
          </Text>
        ) : (
          jobs.map((job) => (
            <Group key={job.id} gap="xs">
              <TextLink to="/jobs/$id" params={{ id: job.id }}>
                {job.recipeName}
              </TextLink>
              <StateBadge state={job.state} />
            </Group>
          ))
        )}
        <JsonTree label="Payload" value={payload} />
        <Text size="xs" c="dimmed" style={{ overflowWrap: "anywhere" }}>
          Told once, by the key {dedupeKey}.
        </Text>
      </Stack>
    </Page>
  );
}
