import { Badge, Table } from "@mantine/core";
import { useQuery } from "@tanstack/react-query";
import { api, type Page, type RefusedDelivery } from "../api.ts";
import { Empty, Loaded } from "../ui/states.tsx";
import { Time } from "../ui/time.tsx";

const everyMs = 10_000;

/** Deliveries that were refused, and why. */
export function RefusedTable() {
  const query = useQuery({
    queryKey: ["events", "refused"],
    queryFn: () => api<Page<RefusedDelivery>>("GET", "/inbox/refusals?limit=200"),
    refetchInterval: everyMs,
  });
  return (
    <Loaded query={query}>
      {({ items }) =>
        items.length === 0 ? (
          <Empty title="Nothing was refused">
            If Zoom cannot validate the address, look here: a secret token that does not match is the usual
            reason.
          </Empty>
        ) : (
          <Table.ScrollContainer minWidth={0}>
            <Table verticalSpacing="xs" className="stacks">
              <Table.Thead>
                <Table.Tr>
                  <Table.Th>When</Table.Th>
                  <Table.Th>Why</Table.Th>
                  <Table.Th>To</Table.Th>
                  <Table.Th>Answered</Table.Th>
                  <Table.Th ta="right">Size</Table.Th>
                </Table.Tr>
              </Table.Thead>
              <Table.Tbody>
                {items.map(({ id, at, reason, receiverName, status, bytes }) => (
                  <Table.Tr key={id}>
                    <Table.Td style={{ whiteSpace: "nowrap" }}>
                      <Time at={at} />
                    </Table.Td>
                    <Table.Td>{reason}</Table.Td>
                    <Table.Td>{receiverName ?? "(deleted)"}</Table.Td>
                    <Table.Td>
                      <Badge color="red" variant="light">
                        {status}
                      </Badge>
                    </Table.Td>
                    <Table.Td ta="right">{bytes.toLocaleString()} B</Table.Td>
                  </Table.Tr>
                ))}
              </Table.Tbody>
            </Table>
          </Table.ScrollContainer>
        )
      }
    </Loaded>
  );
}
