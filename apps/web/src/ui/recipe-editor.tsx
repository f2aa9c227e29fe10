import { Alert, Box, Card, List, Text, useComputedColorScheme } from "@mantine/core";
import { useDebouncedValue } from "@mantine/hooks";
import { yaml } from "@codemirror/lang-yaml";
import CodeMirror from "@uiw/react-codemirror";
import { useQuery } from "@tanstack/react-query";
import { api, type RecipeProblem } from "../api.ts";

const extensions = [yaml()];
const lintAfterMs = 400;

/** A recipe's text, with what the server finds wrong in it. */
export default function RecipeEditor({
  value,
  onChange,
}: {
  value: string;
  onChange: (value: string) => void;
}) {
  const dark = useComputedColorScheme("light") === "dark";
  const [settled] = useDebouncedValue(value, lintAfterMs);
  const { data } = useQuery({
    queryKey: ["lint", settled],
    queryFn: () => api<{ problems: readonly RecipeProblem[] }>("POST", "/recipes/lint", { source: settled }),
    enabled: settled.trim() !== "",
  });
  return (
    <Box>
      <Card withBorder padding={0}>
        <CodeMirror
          value={value}
          onChange={onChange}
          extensions={extensions}
          theme={dark ? "dark" : "light"}
          minHeight="320px"
          maxHeight="60vh"
          aria-label="Recipe in YAML"
        />
      </Card>
      <Text size="xs" c="dimmed" mt={4}>
        Tab indents; press Escape, then Tab, to leave the editor.
      </Text>
      {data && <Problems problems={data.problems} />}
    </Box>
  );
}

/** What is wrong with a recipe, with the lines. */
function Problems({ problems }: { problems: readonly RecipeProblem[] }) {
  if (problems.length === 0)
    return (
      <Text size="sm" c="teal" mt="xs" role="status">
        No problems.
      </Text>
    );
  return (
    <Alert
      color="orange"
      variant="light"
      mt="xs"
      title={problems.length === 1 ? "One problem" : `${problems.length} problems`}
      role="status"
    >
      <List size="sm">
        {problems.map(({ path, line, message, expected, hint }) => (
          <List.Item key={`${path}${message}`}>
            {line !== undefined && <strong>Line {line}: </strong>}
            {message} {expected && <>Expected {expected}. </>}
            {hint}
          </List.Item>
        ))}
      </List>
    </Alert>
  );
}
