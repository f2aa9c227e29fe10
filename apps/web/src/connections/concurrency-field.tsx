import { Button, Group, NumberInput, Text } from "@mantine/core";
import { useState } from "react";
import { api, type Connection } from "../api.ts";
import { useAction } from "../ui/use-action.ts";

const most = 10_000;

/** How many steps of jobs may use a connection at once, over all recipes and workers. */
export function ConcurrencyField({ connection }: { readonly connection: Connection }) {
  const [value, setValue] = useState<string | number>(connection.concurrency ?? "");
  const save = useAction((concurrency: number | null) =>
    api<Connection>("PATCH", `/connections/${connection.id}`, { concurrency }),
  );
  const next = value === "" ? null : Number(value);
  return (
    <form
      onSubmit={(event) => {
        event.preventDefault();
        save.mutate(next);
      }}
    >
      <Group gap="xs">
        <NumberInput
          aria-label="Steps at once"
          size="xs"
          w={120}
          min={1}
          max={most}
          allowDecimal={false}
          placeholder="any number"
          value={value}
          onChange={setValue}
        />
        {next !== (connection.concurrency ?? null) && (
          <Button type="submit" size="xs" loading={save.isPending}>
            Save
          </Button>
        )}
        <Text size="xs" c="dimmed">
          of all recipes and workers together; the others wait. For services that bear only few.
        </Text>
      </Group>
    </form>
  );
}
