import { Box, Card, Center, Group, Stack, Text, Title } from "@mantine/core";
import { useDocumentTitle } from "@mantine/hooks";
import type { ReactNode } from "react";

/** A page of signing in: one card in the middle. */
export function SignInFrame({ title, children }: { title: string; children: ReactNode }) {
  useDocumentTitle(`${title} · Greenroom`);
  return (
    <Center component="main" mih="100dvh" p="md">
      <Stack w="100%" maw={420}>
        <Group justify="center" gap="xs">
          <img src="/icon.svg" alt="" width={32} height={32} />
          <Text fw={700} size="xl">
            Greenroom
          </Text>
        </Group>
        <Card withBorder padding="lg">
          <Title order={1} size="h3" mb="md">
            {title}
          </Title>
          <Box>{children}</Box>
        </Card>
      </Stack>
    </Center>
  );
}
