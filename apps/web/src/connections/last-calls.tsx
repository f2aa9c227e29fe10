import { Card, Group, Table, Text, Title } from "@mantine/core";
import { useQuery } from "@tanstack/react-query";
import type { ConnectionCall } from "../api.ts";
import { connectionCallsQuery } from "../queries.ts";
import { TextLink } from "../ui/links.tsx";
import { Loaded, StateBadge } from "../ui/states.tsx";
import { Ago, duration } from "../ui/time.tsx";

/** What recipes did last with a connection, each call with the job it was made for. */
export function LastCalls({ id }: { readonly id: string }) {
  const query = useQuery(connectionCallsQuery(id));
  return (
    <Card withBorder component="section" aria-label="Last calls">
      <Title order={2} size="h4" mb="xs">
        Last calls
      </Title>
      <Loaded query={query}>
        {({ items }) =>
          items.length === 0 ? (
            <Text size="sm" c="dimmed">
              None yet. The steps of jobs that use it are shown here.
            </Text>
          ) : (
            <Table.ScrollContainer minWidth={560}>
              <Table aria-label="Last calls" verticalSpacing={6}>
                <Table.Thead>
                  <Table.Tr>
                    <Table.Th>Action</Table.Th>
                    <Table.Th>Result</Table.Th>
                    <Table.Th>Began</Table.Th>
                    <Table.Th>Took</Table.Th>
                    <Table.Th>Job of</Table.Th>
                  </Table.Tr>
                </Table.Thead>
                <Table.Tbody>
                  {items.map((call) => (
                    <Call key={`${call.jobId} ${call.path}`} call={call} />
                  ))}
                </Table.Tbody>
              </Table>
            </Table.ScrollContainer>
          )
        }
      </Loaded>
    </Card>
  );
}

function Call({
  call: { title, use, state, errorKind, attempts, startedAt, durationMs, jobId, recipeName },
}: {
  readonly call: ConnectionCall;
}) {
  return (
    <Table.Tr>
      <Table.Td>
        <Text size="sm">{title}</Text>
        <Text size="xs" c="dimmed">
          {use}
        </Text>
      </Table.Td>
      <Table.Td>
        <Group gap={6} wrap="nowrap">
          <StateBadge state={state} />
          <Text size="xs" c="dimmed">
            {[errorKind, attempts > 1 && `${attempts} tries`].filter(Boolean).join(", ")}
          </Text>
        </Group>
      </Table.Td>
      <Table.Td>
        <Text size="sm" c="dimmed">
          <Ago at={startedAt} />
        </Text>
      </Table.Td>
      <Table.Td>
        <Text size="sm" c="dimmed">
          {durationMs === undefined ? "" : duration(durationMs)}
        </Text>
      </Table.Td>
      <Table.Td>
        <TextLink to="/jobs/$id" params={{ id: jobId }} size="sm">
          {recipeName}
        </TextLink>
      </Table.Td>
    </Table.Tr>
  );
}
