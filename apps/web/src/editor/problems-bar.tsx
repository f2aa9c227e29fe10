import { ActionIcon, Alert, Button, Group, ScrollArea, Stack, Text } from "@mantine/core";
import { IconX } from "@tabler/icons-react";
import type { RecipeProblem } from "../api.ts";

/** The problems of a recipe, each a way to its place. */
export function ProblemsBar({
  problems,
  onJump,
  onClose,
}: {
  readonly problems: readonly RecipeProblem[];
  readonly onJump: (problem: RecipeProblem) => void;
  readonly onClose: () => void;
}) {
  return (
    <Alert color="orange" variant="light" role="region" aria-label="Problems" p="xs">
      <Group justify="space-between" mb={4}>
        <Text size="sm" fw={600}>
          {problems.length === 1 ? "One problem" : `${problems.length} problems`}
        </Text>
        <ActionIcon size="sm" variant="subtle" color="gray" aria-label="Close the problems" onClick={onClose}>
          <IconX size={14} aria-hidden />
        </ActionIcon>
      </Group>
      <ScrollArea.Autosize mah={180}>
        <Stack gap={2} align="flex-start">
          {problems.map((problem) => (
            <Button
              key={`${problem.path} ${problem.message}`}
              variant="subtle"
              color={problem.severity === "error" ? "red" : "orange"}
              size="compact-sm"
              className="problem"
              onClick={() => onJump(problem)}
            >
              {[problem.message, problem.hint].filter(Boolean).join(" ")}
            </Button>
          ))}
        </Stack>
      </ScrollArea.Autosize>
    </Alert>
  );
}
