import { CloseButton, Group, Paper, Text } from "@mantine/core";
import { useLocalStorage } from "@mantine/hooks";
import { ButtonLink } from "./links.tsx";

/** Offers the tour to those who are new here, until they do not want it. */
export function TourInvitation() {
  const [wanted, setWanted] = useLocalStorage({
    key: "greenroom-tour",
    defaultValue: true,
    getInitialValueInEffect: false,
  });
  if (!wanted) return null;
  return (
    <Paper withBorder p="sm" mb="md">
      <Group gap="sm" wrap="nowrap">
        <Text size="sm" style={{ flex: 1 }}>
          New here? The tour leads to a first job that succeeded, in about three minutes.
        </Text>
        <ButtonLink to="/connections" hash="tour" size="xs" variant="light">
          Take the tour
        </ButtonLink>
        <CloseButton size="sm" aria-label="Do not offer the tour" onClick={() => setWanted(false)} />
      </Group>
    </Paper>
  );
}
