import { Box, Container, Group, Title } from "@mantine/core";
import { useDocumentTitle } from "@mantine/hooks";
import type { ReactNode } from "react";

/** A page: its title, here and in the tab, what can be done, and its content. */
export function Page({
  title,
  actions,
  children,
}: {
  title: string;
  actions?: ReactNode;
  children: ReactNode;
}) {
  useDocumentTitle(`${title} · Greenroom`);
  return (
    <Container size="lg" px={0}>
      <Group justify="space-between" mb="lg" gap="sm">
        <Title order={1} size="h2" style={{ overflowWrap: "anywhere" }}>
          {title}
        </Title>
        <Group gap="xs">{actions}</Group>
      </Group>
      <Box>{children}</Box>
    </Container>
  );
}
