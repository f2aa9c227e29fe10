import { SimpleGrid } from "@mantine/core";
import { useMutation } from "@tanstack/react-query";
import { api, type JobStep } from "../api.ts";
import { JsonTree } from "../ui/json-tree.tsx";
import { Failure } from "../ui/states.tsx";

/** What a step was given and what it gave. */
export function StepData({ jobId, step }: { readonly jobId: string; readonly step: JobStep }) {
  const whole = useMutation({
    mutationFn: () =>
      api<{ input: unknown; output: unknown }>(
        "GET",
        `/jobs/${jobId}/step-data?path=${encodeURIComponent(step.path)}`,
      ),
  });
  const { input, output } = whole.data ?? step;
  const load = step.isCut && !whole.data ? () => whole.mutate() : undefined;
  return (
    <>
      {whole.error && <Failure error={whole.error} />}
      <SimpleGrid cols={{ base: 1, md: 2 }} spacing="md">
        <JsonTree key={`input ${whole.isSuccess}`} label="Input" value={input} onWhole={load} />
        <JsonTree key={`output ${whole.isSuccess}`} label="Output" value={output} onWhole={load} />
      </SimpleGrid>
    </>
  );
}
