import { Badge, Button, Stack, Table, Text } from "@mantine/core";
import { useQuery } from "@tanstack/react-query";
import { api, type Session } from "../api.ts";
import { Loaded } from "../ui/states.tsx";
import { Time } from "../ui/time.tsx";
import { useAction } from "../ui/use-action.ts";

/** The browsers that are signed in. */
export default function SessionsSection() {
  const query = useQuery({
    queryKey: ["sessions"],
    queryFn: () => api<{ items: readonly Session[] }>("GET", "/sessions"),
  });
  const end = useAction((id: string) => api<void>("DELETE", `/sessions/${id}`));
  return (
    <Loaded query={query}>
      {({ items }) => (
        <Stack>
          <Table.ScrollContainer minWidth={0}>
            <Table verticalSpacing="xs" className="stacks">
              <Table.Thead>
                <Table.Tr>
                  <Table.Th>Person</Table.Th>
                  <Table.Th>Browser</Table.Th>
                  <Table.Th>Signed in</Table.Th>
                  <Table.Th>Ends</Table.Th>
                  <Table.Th />
                </Table.Tr>
              </Table.Thead>
              <Table.Tbody>
                {items.map((session) => (
                  <Table.Tr key={session.id}>
                    <Table.Td>{session.personName}</Table.Td>
                    <Table.Td>
                      <Text size="sm" lineClamp={1} title={session.userAgent}>
                        {browserOf(session.userAgent)}
                      </Text>
                      <Text size="xs" c="dimmed">
                        {session.ipAddress}
                      </Text>
                    </Table.Td>
                    <Table.Td>
                      <Time at={session.createdAt} />
                    </Table.Td>
                    <Table.Td>
                      <Time at={session.expiresAt} />
                    </Table.Td>
                    <Table.Td>
                      {session.current ? (
                        <Badge variant="light">this one</Badge>
                      ) : (
                        <Button
                          size="compact-xs"
                          variant="subtle"
                          color="red"
                          onClick={() => end.mutate(session.id)}
                          aria-label={`Sign out ${session.personName}`}
                        >
                          Sign out
                        </Button>
                      )}
                    </Table.Td>
                  </Table.Tr>
                ))}
              </Table.Tbody>
            </Table>
          </Table.ScrollContainer>
        </Stack>
      )}
    </Loaded>
  );
}

function browserOf(agent = "unknown"): string {
  const [, name] = /(Firefox|Edg|OPR|Chrome|Safari)\//.exec(agent) ?? [];
  const [, system] = /(Windows|Mac OS X|Android|iPhone|Linux)/.exec(agent) ?? [];
  return name
    ? `${name === "Edg" ? "Edge" : name === "OPR" ? "Opera" : name}${system ? ` on ${system}` : ""}`
    : agent;
}
