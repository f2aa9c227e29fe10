import { Alert, Button, Group, Stack, Text, Textarea } from "@mantine/core";
import { useEffect, useState } from "react";
import { parse } from "yaml";
import { ApiError, api, type JobStep, type JobWithSteps } from "../api.ts";
import { Failure } from "../ui/states.tsx";
import { useAction } from "../ui/use-action.ts";

type Choice = NonNullable<NonNullable<JobStep["error"]>["choices"]>[number];

type Words = Readonly<Record<Choice, { readonly label: string; readonly about: string }>>;

const fail = { label: "Let the step fail", about: "The steps for when it fails run, or the job fails." };
/** Of what may have been done. */
const unknownWords: Words = {
  done: { label: "It was done: go on", about: "Look at the service: what the step does is done." },
  again: {
    label: "It was not done: do it now",
    about: "Look at the service: what the step does is not done.",
  },
  fail,
};
/** Of what a test run does only when it is let. */
const approvalWords: Words = {
  done: { label: "Leave it out: go on", about: "Nothing is done; later steps read what you wrote above." },
  again: { label: "Do it for real", about: "The step runs, as in any job." },
  fail,
};

/** How long a question stands before it takes an answer: the second of two fast clicks was meant for what stood there before. */
const settleMs = 800;

/** A step whose outcome is unknown, or that waits for a person otherwise: what happened, and the choices. */
export function StepAnswer({ job, step }: { readonly job: JobWithSteps; readonly step: JobStep }) {
  const [output, setOutput] = useState("");
  const [settled, setSettled] = useState(false);
  useEffect(() => {
    const timer = setTimeout(() => setSettled(true), settleMs);
    return () => clearTimeout(timer);
  }, []);
  const answer = useAction(
    ({ choice, given }: { choice: Choice; given?: unknown }) =>
      api<JobWithSteps>("POST", `/jobs/${job.id}/answer`, {
        ...{ path: step.path, choice, question: step.error?.question },
        ...(given !== undefined && { output: given }),
      }),
    { quiet: true },
  );
  const choose = (choice: Choice) => {
    if (choice !== "done" || output.trim() === "") return answer.mutate({ choice });
    try {
      return answer.mutate({ choice, given: parse(output) });
    } catch {
      return answer.mutate({ choice, given: output });
    }
  };
  const { error } = step;
  if (!error?.choices) return null;
  const words = error.kind === "approval" ? approvalWords : unknownWords;
  return (
    <Alert color="orange" variant="light" title={`“${step.title}” needs you`} role="alert">
      <Stack gap="xs">
        <Text size="sm">{error.message}</Text>
        {error.hint && <Text size="sm">{error.hint}</Text>}
        {answer.error && (
          <Failure
            error={answer.error instanceof ApiError ? answer.error : new Error(String(answer.error))}
          />
        )}
        {error.choices.includes("done") && (
          <Textarea
            label="What the step gave (optional)"
            description="As YAML or JSON, such as id: 123. Later steps that read it need it."
            autosize
            minRows={2}
            maxRows={8}
            value={output}
            onChange={({ currentTarget }) => setOutput(currentTarget.value)}
            classNames={{ input: "mono" }}
          />
        )}
        {error.choices.map((choice) => (
          <Group key={choice} gap="sm">
            <Button
              size="xs"
              variant={choice === "fail" ? "default" : "filled"}
              loading={answer.isPending && answer.variables.choice === choice}
              disabled={!settled || answer.isPending || answer.isSuccess}
              onClick={() => choose(choice)}
            >
              {words[choice].label}
            </Button>
            <Text size="xs" c="dimmed">
              {words[choice].about}
            </Text>
          </Group>
        ))}
      </Stack>
    </Alert>
  );
}
