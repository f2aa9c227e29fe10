import { Button, Code, Grid, Group, Modal, ScrollArea, Stack, Text, TextInput } from "@mantine/core";
import { useState } from "react";
import { useFormContext } from "./editor-context.ts";
import { ExpressionPreview } from "./expression-preview.tsx";
import { ExpressionInput } from "./template-input.tsx";

/** Writes one formula: with completion, what it gives on real data, and all formulas to look up. */
export function FormulaModal({
  label,
  expression,
  onClose,
  onDone,
}: {
  readonly label: string;
  readonly expression: string;
  readonly onClose: () => void;
  readonly onDone: (expression: string) => void;
}) {
  const { formulas } = useFormContext();
  const [text, setText] = useState(expression);
  const [search, setSearch] = useState("");
  const words = search.toLowerCase().split(/\s+/).filter(Boolean);
  const found = formulas.filter((one) => {
    const whole = `${one.name} ${one.doc} ${one.group} ${one.on ?? ""}`.toLowerCase();
    return words.every((word) => whole.includes(word));
  });
  return (
    <Modal
      opened
      onClose={onClose}
      title={`Formula for ${label}`}
      size="xl"
      closeButtonProps={{ "aria-label": "Close" }}
    >
      <Grid>
        <Grid.Col span={{ base: 12, sm: 7 }}>
          <Stack gap="xs">
            <ExpressionInput label="Formula" value={text} onChange={setText} focusFirst />
            <Text size="xs" c="dimmed">
              Begin with a name such as <Code>trigger</Code>, then a dot. Ctrl+Space shows what can follow.
            </Text>
            <ExpressionPreview text={text} />
            <Group>
              <Button onClick={() => onDone(text)}>{text.trim() === "" ? "Take it out" : "Use it"}</Button>
              <Button variant="default" onClick={onClose}>
                Cancel
              </Button>
            </Group>
          </Stack>
        </Grid.Col>
        <Grid.Col span={{ base: 12, sm: 5 }}>
          <TextInput
            label="Formulas"
            placeholder="Search, such as capital letters"
            value={search}
            onChange={({ currentTarget }) => setSearch(currentTarget.value)}
            mb="xs"
          />
          <ScrollArea.Autosize
            mah={320}
            viewportProps={{ tabIndex: 0, role: "region", "aria-label": "List of formulas" }}
          >
            <Stack gap="sm">
              {found.slice(0, 60).map((one) => (
                <div key={`${one.on ?? ""}.${one.name}`}>
                  <Code>
                    {one.on ? `${one.on}.` : ""}
                    {one.call}
                  </Code>{" "}
                  <Text span size="xs" c="dimmed">
                    gives {one.result}
                  </Text>
                  <Text size="sm">{one.doc}</Text>
                  {one.examples[0] && (
                    <Text size="xs" c="dimmed" className="mono">
                      {one.examples[0].expression} → {JSON.stringify(one.examples[0].result)}
                    </Text>
                  )}
                </div>
              ))}
              {found.length === 0 && (
                <Text size="sm" c="dimmed">
                  No formula matches “{search}”.
                </Text>
              )}
            </Stack>
          </ScrollArea.Autosize>
        </Grid.Col>
      </Grid>
    </Modal>
  );
}
