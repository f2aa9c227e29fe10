import { Alert, Badge, Code, Group, Text } from "@mantine/core";
import { useDebouncedValue } from "@mantine/hooks";
import { keepPreviousData, useQuery } from "@tanstack/react-query";
import { api } from "../api.ts";
import { scopeOf } from "./data-sources.ts";
import { useFormContext } from "./editor-context.ts";

interface Result {
  readonly value: unknown;
  readonly type?: string;
  readonly error?: { readonly message: string; readonly hint?: string };
}

const settleMs = 250;

/** What an expression gives on the chosen sample data, as it is written. */
export function ExpressionPreview({
  text,
  template = false,
}: {
  readonly text: string;
  readonly template?: boolean;
}) {
  const { sources, readOnly } = useFormContext();
  const [settled] = useDebouncedValue(text, settleMs);
  const { data } = useQuery({
    queryKey: ["evaluate", settled, template, scopeOf(sources)],
    queryFn: () =>
      api<Result>("POST", "/expressions/evaluate", { text: settled, template, scope: scopeOf(sources) }),
    enabled: settled.trim() !== "" && !readOnly,
    placeholderData: keepPreviousData,
    retry: false,
  });
  if (readOnly) return null;
  if (settled.trim() === "" || !data)
    return (
      <Text size="xs" c="dimmed">
        What it gives on the sample data is shown here.
      </Text>
    );
  if (data.error)
    return (
      <Alert color="orange" variant="light" p="xs" role="status" title={data.error.message}>
        {data.error.hint && <Text size="xs">{data.error.hint}</Text>}
      </Alert>
    );
  return (
    <Group gap="xs" align="flex-start" role="status">
      <Text size="xs" c="dimmed">
        On the sample data
      </Text>
      <Code className="preview-value" tabIndex={0}>
        {JSON.stringify(data.value, null, 1)}
      </Code>
      {data.type !== undefined && data.type !== "dyn" && (
        <Badge size="xs" variant="light" color="gray" tt="none">
          {typeName(data.type)}
        </Badge>
      )}
    </Group>
  );
}

const typeNames: Readonly<Record<string, string>> = {
  ...{ string: "text", int: "number", double: "number", bool: "true or false", list: "list", map: "object" },
  ...{ "google.protobuf.Timestamp": "time", "google.protobuf.Duration": "period", bytes: "bytes" },
};

/** CEL's name of a type as people say it. */
function typeName(type: string): string {
  return typeNames[type.split("<")[0] ?? ""] ?? type;
}
