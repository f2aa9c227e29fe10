import {
  Alert,
  Badge,
  Button,
  Card,
  Code,
  FileButton,
  Group,
  List,
  ScrollArea,
  Stack,
  Text,
  Textarea,
  Title,
} from "@mantine/core";
import { IconFileImport } from "@tabler/icons-react";
import { useState } from "react";
import { ApiError, api, type ImportedRecipe } from "../api.ts";
import { Failure } from "../ui/states.tsx";
import { useAction } from "../ui/use-action.ts";

const mostBytes = 5_000_000;

/** A recipe that Workato exported: what becomes of it is shown before anything is made. */
export function WorkatoImport({
  busy,
  onUse,
}: {
  readonly busy: boolean;
  readonly onUse: (source: string) => void;
}) {
  const [text, setText] = useState("");
  const [wrong, setWrong] = useState<string>();
  const look = useAction(
    (source: string) => api<ImportedRecipe>("POST", "/recipes/import/workato", { source }),
    { quiet: true },
  );
  const take = async (file: File | null) => {
    if (!file) return;
    if (file.size > mostBytes) {
      setWrong(`${file.name} is larger than 5 MB: is it one recipe’s JSON?`);
      return;
    }
    setWrong(undefined);
    const source = await file.text();
    setText(source);
    look.mutate(source);
  };
  const made = look.data;
  return (
    <Card withBorder padding="lg" component="section" aria-label="Import from Workato">
      <Title order={2} size="h4">
        Import from Workato
      </Title>
      <Text size="sm" c="dimmed" mb="sm">
        In Workato export a package and unzip it; each of its recipes is a file that ends in .recipe.json.
        Nothing is saved before you have seen what becomes of it.
      </Text>
      <Stack gap="sm">
        <Group gap="sm">
          <FileButton onChange={(file) => void take(file)} accept="application/json,.json">
            {(props) => (
              <Button
                {...props}
                variant="default"
                loading={look.isPending}
                leftSection={<IconFileImport size={16} aria-hidden />}
              >
                Choose a file
              </Button>
            )}
          </FileButton>
          {wrong && (
            <Text size="sm" c="red" role="alert">
              {wrong}
            </Text>
          )}
        </Group>
        <Textarea
          label="Or paste its JSON"
          autosize
          minRows={2}
          maxRows={8}
          value={text}
          onChange={({ currentTarget }) => {
            setText(currentTarget.value);
            look.reset();
          }}
          classNames={{ input: "mono" }}
        />
        {look.error ? (
          <ImportFailure error={look.error} />
        ) : made ? (
          <Preview made={made} busy={busy} onUse={() => onUse(made.source)} />
        ) : (
          <Group>
            <Button
              variant="default"
              disabled={text.trim() === ""}
              loading={look.isPending}
              onClick={() => look.mutate(text)}
            >
              Preview
            </Button>
          </Group>
        )}
      </Stack>
    </Card>
  );
}

function ImportFailure({ error }: { readonly error: Error }) {
  const [problem] = error instanceof ApiError ? error.problems : [];
  if (!problem) return <Failure error={error} />;
  return (
    <Alert color="red" variant="light" role="alert" title={problem.message}>
      {problem.hint}
    </Alert>
  );
}

function Preview({
  made: { name, source, notes },
  busy,
  onUse,
}: {
  readonly made: ImportedRecipe;
  readonly busy: boolean;
  readonly onUse: () => void;
}) {
  return (
    <Stack gap="sm" role="status">
      <Group justify="space-between">
        <div>
          <Text fw={600}>{name}</Text>
          <Text size="sm" c="dimmed">
            {notes.length === 0
              ? "All of it is translated."
              : notes.length === 1
                ? "One thing to check; all else is translated."
                : `${notes.length} things to check; all else is translated.`}
          </Text>
        </div>
        <Button loading={busy} onClick={onUse}>
          Make a draft of it
        </Button>
      </Group>
      {notes.length > 0 && (
        <List size="sm" spacing="xs" aria-label="What to check">
          {notes.map(({ path, number, message, hint }) => (
            <List.Item key={`${path} ${message}`}>
              {number !== undefined && (
                <Badge variant="light" color="orange" size="sm" tt="none" mr={6}>
                  Step {number}
                </Badge>
              )}
              {message}
              {hint && (
                <Text size="xs" c="dimmed">
                  {hint}
                </Text>
              )}
            </List.Item>
          ))}
        </List>
      )}
      <ScrollArea.Autosize
        mah={320}
        type="auto"
        viewportProps={{ tabIndex: 0, "aria-label": "The recipe as YAML" }}
      >
        <Code block>{source}</Code>
      </ScrollArea.Autosize>
    </Stack>
  );
}
