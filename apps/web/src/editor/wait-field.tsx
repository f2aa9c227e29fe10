import { Button, SegmentedControl, Stack, Text } from "@mantine/core";
import { useQuery } from "@tanstack/react-query";
import { useState } from "react";
import { triggerQuery } from "../queries.ts";
import { CataloguePicker } from "./catalogue-picker.tsx";
import { useFormContext } from "./editor-context.ts";
import { KindField } from "./kind-field.tsx";
import { SchemaForm } from "./schema-form.tsx";
import type { Path, StepData } from "./step-kinds.ts";
import { isRecord } from "./record.ts";

const kinds = [
  { value: "for", label: "For a while" },
  { value: "until", label: "Until a time" },
  { value: "event", label: "For an event" },
];

/** What a wait waits for: a while, a time, or an event. */
export function WaitField({ step, path }: { readonly step: StepData; readonly path: Path }) {
  const { setValue, readOnly } = useFormContext();
  const { wait } = step;
  const kind = !isRecord(wait) ? "for" : "event" in wait ? "event" : "until";
  const begin = (next: string) =>
    setValue(
      [...path, "wait"],
      next === "for" ? "1h" : next === "until" ? { until: "now()" } : { event: { use: "" } },
    );
  return (
    <Stack gap="md">
      <SegmentedControl
        aria-label="What to wait for"
        data={kinds}
        value={kind}
        onChange={begin}
        disabled={readOnly}
      />
      {kind === "for" && (
        <KindField
          field={{
            path: ["wait"],
            label: "How long",
            type: "template",
            required: true,
            hint: "Such as 30s, 15m, 2h or 7d.",
          }}
          step={step}
          path={path}
        />
      )}
      {kind === "until" && (
        <KindField
          field={{
            ...{ path: ["wait", "until"], label: "Time", type: "expression", required: true },
            hint: 'Such as the start of a meeting, or now().plus(period(2, "days")).',
          }}
          step={step}
          path={path}
        />
      )}
      {kind === "event" && (
        <EventFields
          step={step}
          path={path}
          event={isRecord(wait) && isRecord(wait["event"]) ? wait["event"] : {}}
        />
      )}
    </Stack>
  );
}

function EventFields({
  step,
  path,
  event,
}: {
  readonly step: StepData;
  readonly path: Path;
  readonly event: StepData;
}) {
  const { setValue, readOnly } = useFormContext();
  const [picking, setPicking] = useState(false);
  const use = typeof event["use"] === "string" ? event["use"] : "";
  const { data } = useQuery({ ...triggerQuery(use), enabled: use.includes("/") });
  return (
    <>
      <div>
        <Text size="sm" fw={500}>
          Event
        </Text>
        <Button variant="default" disabled={readOnly} onClick={() => setPicking(true)}>
          {data?.title ?? (use || "Choose an event")}
        </Button>
      </div>
      {picking && (
        <CataloguePicker
          what="trigger"
          onClose={() => setPicking(false)}
          onChoose={(chosen) => {
            setValue([...path, "wait", "event", "use"], chosen);
            setPicking(false);
          }}
        />
      )}
      {data?.configSchema && (
        <SchemaForm
          key={use}
          schema={data.configSchema}
          path={[...path, "wait", "event", "input"]}
          value={event["input"]}
        />
      )}
      <KindField
        field={{
          ...{ path: ["wait", "event", "when"], label: "Only when", type: "condition" },
          hint: "arrived is the event’s data: arrived.object.id == meeting.id.",
        }}
        step={step}
        path={path}
      />
      <KindField
        field={{
          ...{ path: ["wait", "event", "timeout"], label: "No longer than", type: "template" },
          hint: "Such as 2d. The step then gives null. For ever when empty.",
        }}
        step={step}
        path={path}
      />
    </>
  );
}
