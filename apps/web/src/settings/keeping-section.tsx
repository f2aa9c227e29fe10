import { Button, NumberInput, Stack, Text } from "@mantine/core";
import { useForm } from "@mantine/form";
import { notifications } from "@mantine/notifications";
import { useQuery } from "@tanstack/react-query";
import { api, type Retention } from "../api.ts";
import { Failure, Loaded } from "../ui/states.tsx";
import { useAction } from "../ui/use-action.ts";

/** How long jobs and events are kept where a recipe says nothing. */
export default function KeepingSection() {
  const query = useQuery({ queryKey: ["retention"], queryFn: () => api<Retention>("GET", "/retention") });
  return <Loaded query={query}>{(rules) => <Form key={JSON.stringify(rules)} rules={rules} />}</Loaded>;
}

function Form({ rules }: { readonly rules: Retention }) {
  const form = useForm({
    initialValues: {
      ...{ jobDays: rules.jobs.days, jobCount: rules.jobs.count ?? "" },
      ...{ eventDays: rules.events.days, dedupeDays: rules.dedupeDays },
    },
  });
  const save = useAction(
    ({ jobDays, jobCount, eventDays, dedupeDays }: typeof form.values) =>
      api<Retention>("PUT", "/retention", {
        jobs: { days: jobDays, ...(jobCount !== "" && { count: jobCount }) },
        ...{ events: { days: eventDays }, dedupeDays },
      }),
    {
      quiet: true,
      onDone: () =>
        notifications.show({ color: "teal", message: "Saved. What is over is deleted within minutes." }),
    },
  );
  return (
    <form onSubmit={form.onSubmit((values) => save.mutate(values))}>
      <Stack maw={420}>
        <Text size="sm" c="dimmed">
          A recipe may keep its jobs longer or shorter, in its settings.
        </Text>
        {save.error && <Failure error={save.error} />}
        <NumberInput label="Keep jobs for so many days" min={0.05} {...form.getInputProps("jobDays")} />
        <NumberInput
          label="And of each recipe at most so many"
          placeholder="As many as there are"
          min={1}
          allowDecimal={false}
          {...form.getInputProps("jobCount")}
        />
        <NumberInput
          label="Keep events for so many days"
          description="One whose job is kept stays with it"
          min={0.05}
          {...form.getInputProps("eventDays")}
        />
        <NumberInput
          label="Know events that come again for so many days"
          min={1}
          {...form.getInputProps("dedupeDays")}
        />
        <Button type="submit" loading={save.isPending} style={{ alignSelf: "flex-start" }}>
          Save
        </Button>
      </Stack>
    </form>
  );
}
