import { Badge, Group, Text } from "@mantine/core";
import { useDebouncedValue } from "@mantine/hooks";
import { keepPreviousData, useQuery } from "@tanstack/react-query";
import { api } from "../api.ts";
import { TextLink } from "../ui/links.tsx";
import { useFormContext } from "./editor-context.ts";

interface Preview {
  readonly starts: number;
  readonly events: readonly { readonly id: string; readonly outcome: string; readonly error?: string }[];
}

const settleMs = 600;
const shown = 5;

/** How many of the last events would start the recipe as it is written, and some that would. */
export function MatchPreview({ source }: { readonly source: string }) {
  const [settled] = useDebouncedValue(source, settleMs);
  const { problems } = useFormContext();
  const { data } = useQuery({
    queryKey: ["evaluate", "preview", settled],
    queryFn: () => api<Preview>("POST", "/recipes/preview", { source: settled }),
    // A recipe that is half written would be refused.
    enabled: settled === source && problems.every(({ severity }) => severity !== "error"),
    placeholderData: keepPreviousData,
    retry: false,
  });
  if (!data) return null;
  const { starts, events } = data;
  const failed = events.find(({ outcome }) => outcome === "failed");
  if (events.length === 0)
    return (
      <Text size="sm" c="dimmed" role="status">
        No such event has come yet: when one does, it is shown here whether it would start the recipe.
      </Text>
    );
  return (
    <div role="status">
      <Group gap="xs">
        <Badge variant="light" color={starts > 0 ? "teal" : "orange"} tt="none">
          {starts} of {events.length}
        </Badge>
        <Text size="sm">of the last events would start it.</Text>
      </Group>
      <Group gap="xs" mt={4}>
        {events
          .filter(({ outcome }) => outcome === "starts")
          .slice(0, shown)
          .map(({ id }, index) => (
            <TextLink key={id} size="xs" to="/inbox/$id" params={{ id }}>
              {index === 0 ? "the newest that would" : `event ${index + 1}`}
            </TextLink>
          ))}
      </Group>
      {failed && (
        <Text size="sm" c="orange">
          The condition fails for some: {failed.error}
        </Text>
      )}
    </div>
  );
}
