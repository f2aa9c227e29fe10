import { Autocomplete, Tabs, Text } from "@mantine/core";
import { useDebouncedCallback } from "@mantine/hooks";
import { useQuery } from "@tanstack/react-query";
import { getRouteApi, useNavigate } from "@tanstack/react-router";
import { DeliveryHealthCards } from "../inbox/delivery-health.tsx";
import { EventsTable } from "../inbox/events-table.tsx";
import { RefusedTable } from "../inbox/refused-table.tsx";
import { eventNamesQuery } from "../queries.ts";
import { Page } from "../ui/page.tsx";

const route = getRouteApi("/inbox");
const settleMs = 250;

/** Every event that was received, newest first, live; what was refused and why; how deliveries fare. */
export function InboxPage() {
  const { name, view = "events" } = route.useSearch();
  const navigate = useNavigate({ from: "/inbox" });
  const names = useQuery(eventNamesQuery);
  const show = (change: { name?: string | undefined; view?: "refused" | "health" | undefined }) =>
    void navigate({ search: (before) => ({ ...before, ...change }), replace: true });
  const filter = useDebouncedCallback((value: string) => show({ name: value || undefined }), settleMs);
  return (
    <Page title="Inbox">
      <Tabs
        value={view}
        onChange={(next) => show({ view: next === "refused" || next === "health" ? next : undefined })}
        keepMounted={false}
      >
        <Tabs.List mb="md" className="one-line">
          <Tabs.Tab value="events">Events</Tabs.Tab>
          <Tabs.Tab value="refused">Refused</Tabs.Tab>
          <Tabs.Tab value="health">Delivery health</Tabs.Tab>
        </Tabs.List>
        <Tabs.Panel value="events">
          <Autocomplete
            label="Event"
            placeholder="All events, or one such as meeting.ended"
            maw={400}
            mb="md"
            clearable
            limit={30}
            data={[...(names.data?.items ?? [])]}
            defaultValue={name ?? ""}
            onChange={filter}
          />
          <EventsTable name={name} />
        </Tabs.Panel>
        <Tabs.Panel value="refused">
          <Text size="sm" c="dimmed" mb="md">
            Deliveries whose signature, age or form was wrong. Nothing of their content is kept, and no job
            starts.
          </Text>
          <RefusedTable />
        </Tabs.Panel>
        <Tabs.Panel value="health">
          <DeliveryHealthCards />
        </Tabs.Panel>
      </Tabs>
    </Page>
  );
}
