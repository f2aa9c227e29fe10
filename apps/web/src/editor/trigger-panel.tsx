import { Button, Group, Select, Stack, Text, ThemeIcon, Title } from "@mantine/core";
import { useQuery } from "@tanstack/react-query";
import { useState } from "react";
import { api, type TriggerDetail } from "../api.ts";
import { CataloguePicker } from "./catalogue-picker.tsx";
import { useFormContext } from "./editor-context.ts";
import { KindField } from "./kind-field.tsx";
import { FieldShell } from "./field-shell.tsx";
import { SchemaForm } from "./schema-form.tsx";
import { MatchPreview } from "./match-preview.tsx";
import { ConnectionSelect } from "./step-panel.tsx";
import { type StepData, TriggerIcon } from "./step-kinds.ts";
import { plainText } from "./record.ts";

const path = ["trigger"];

/** The form of the trigger. */
export function TriggerPanel({
  trigger,
  detail,
  source,
}: {
  readonly trigger: StepData;
  readonly detail: TriggerDetail | undefined;
  /** The recipe's text as it is written. */
  readonly source: string;
}) {
  const { setValue, readOnly } = useFormContext();
  const [picking, setPicking] = useState(false);
  return (
    <Stack gap="md">
      <Group gap="sm" wrap="nowrap" align="flex-start">
        <ThemeIcon variant="light" size="lg">
          <TriggerIcon size={18} aria-hidden />
        </ThemeIcon>
        <div style={{ flex: 1, minWidth: 0 }}>
          <Title order={2} size="h4">
            {detail?.title ?? (plainText(trigger["use"]) || "Choose what starts the recipe")}
          </Title>
          <Text size="sm" c="dimmed">
            {detail?.summary ?? "A recipe begins when something happens."}
          </Text>
        </div>
        {!readOnly && (
          <Button size="compact-sm" variant={detail ? "default" : "filled"} onClick={() => setPicking(true)}>
            {detail ? "Change" : "Choose"}
          </Button>
        )}
      </Group>
      {picking && (
        <CataloguePicker
          what="trigger"
          onClose={() => setPicking(false)}
          onChoose={(use) => {
            setValue(["trigger", "input"], undefined);
            setValue(["trigger", "use"], use);
            setPicking(false);
          }}
        />
      )}
      {detail?.needsConnection && (
        <ConnectionSelect step={trigger} path={path} connector={detail.connector} inherited={false} />
      )}
      {detail && detail.event === undefined && detail.id.endsWith("/new-event") ? (
        <EventName value={trigger} connector={detail.connector} />
      ) : (
        detail?.configSchema && (
          <SchemaForm
            key={detail.id}
            schema={detail.configSchema}
            path={["trigger", "input"]}
            value={trigger["input"]}
          />
        )
      )}
      {detail && (
        <KindField
          field={{
            ...{ path: ["when"], label: "Only when", type: "condition" },
            hint: "A condition. A job starts only for events that it is true for; for all when empty.",
          }}
          step={trigger}
          path={path}
        />
      )}
      {detail && !readOnly && <MatchPreview source={source} />}
    </Stack>
  );
}

/** The name of any event of the service. */
function EventName({ value, connector }: { readonly value: StepData; readonly connector: string }) {
  const { setValue, readOnly } = useFormContext();
  const { data } = useQuery({
    queryKey: ["catalogue", "events", connector],
    queryFn: () => api<{ items: readonly string[] }>("GET", `/catalogue/events?connector=${connector}`),
    staleTime: Infinity,
  });
  const input = value["input"] as { event?: string } | undefined;
  const groups = Map.groupBy(data?.items ?? [], (name) => name.split(".")[0] ?? "");
  return (
    <FieldShell
      label="Event"
      required
      path={["trigger", "input", "event"]}
      hint="The service’s own name of it."
    >
      {({ describedBy, invalid }) => (
        <Select
          aria-label="Event"
          aria-describedby={describedBy}
          error={invalid}
          disabled={readOnly}
          searchable
          placeholder="Search, such as meeting.participant_left"
          limit={100}
          data={[...groups].map(([group, items]) => ({ group, items }))}
          value={input?.event ?? null}
          onChange={(event) => setValue(["trigger", "input", "event"], event ?? undefined)}
          nothingFoundMessage="No event of that name"
        />
      )}
    </FieldShell>
  );
}
