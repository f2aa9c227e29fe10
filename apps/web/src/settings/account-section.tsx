import {
  Alert,
  Badge,
  Button,
  Card,
  Code,
  CopyButton,
  Group,
  PasswordInput,
  PinInput,
  Stack,
  Text,
  Title,
} from "@mantine/core";
import { useForm } from "@mantine/form";
import { notifications } from "@mantine/notifications";
import { useMutation, useQuery } from "@tanstack/react-query";
import { useState } from "react";
import { api } from "../api.ts";
import { meQuery, signInOptionsQuery } from "../pages/sign-in/sign-in-queries.ts";
import { queryClient } from "../queries.ts";
import { Failure, Loaded } from "../ui/states.tsx";

/** Who one is, one's password and second factor. */
export default function AccountSection() {
  const query = useQuery(meQuery);
  return (
    <Loaded query={query}>
      {({ name, email, role, twoFactor }) => (
        <Stack maw={520}>
          <Card withBorder>
            <Text fw={600}>{name}</Text>
            <Text size="sm" c="dimmed">
              {email} · {role ?? "roles by folder"}
            </Text>
          </Card>
          <ChangePassword />
          <TwoFactor on={twoFactor} />
        </Stack>
      )}
    </Loaded>
  );
}

function ChangePassword() {
  const { data: options } = useQuery(signInOptionsQuery);
  const least = options?.minPasswordLength ?? 12;
  const form = useForm({
    initialValues: { currentPassword: "", newPassword: "" },
    validate: { newPassword: (value) => (value.length >= least ? null : `At least ${least} characters`) },
  });
  const change = useMutation({
    mutationFn: (values: typeof form.values) =>
      api("POST", "/auth/change-password", { ...values, revokeOtherSessions: true }),
    onSuccess: () => {
      form.reset();
      notifications.show({
        color: "teal",
        message: "The password is changed. Other browsers are signed out.",
      });
    },
  });
  return (
    <Card withBorder>
      <form onSubmit={form.onSubmit((values) => change.mutate(values))}>
        <Stack>
          <Title order={2} size="h5">
            Password
          </Title>
          {change.error && <Failure error={change.error} />}
          <PasswordInput
            label="Current password"
            autoComplete="current-password"
            required
            {...form.getInputProps("currentPassword")}
          />
          <PasswordInput
            label="New password"
            autoComplete="new-password"
            required
            {...form.getInputProps("newPassword")}
          />
          <Group>
            <Button type="submit" loading={change.isPending}>
              Change the password
            </Button>
          </Group>
        </Stack>
      </form>
    </Card>
  );
}

interface Enabled {
  readonly totpURI: string;
  readonly backupCodes: readonly string[];
}

function TwoFactor({ on }: { readonly on: boolean }) {
  const [password, setPassword] = useState("");
  const [enabled, setEnabled] = useState<Enabled>();
  const enable = useMutation({
    mutationFn: () => api<Enabled>("POST", "/auth/two-factor/enable", { password }),
    onSuccess: (made) => setEnabled(made),
  });
  const verify = useMutation({
    mutationFn: (code: string) => api("POST", "/auth/two-factor/verify-totp", { code }),
    onSuccess: () => {
      setEnabled(undefined);
      setPassword("");
      notifications.show({ color: "teal", message: "The second factor is on." });
      void queryClient.invalidateQueries({ queryKey: meQuery.queryKey });
    },
  });
  const disable = useMutation({
    mutationFn: () => api("POST", "/auth/two-factor/disable", { password }),
    onSuccess: () => {
      setPassword("");
      void queryClient.invalidateQueries({ queryKey: meQuery.queryKey });
    },
  });
  const error = enable.error ?? verify.error ?? disable.error;
  return (
    <Card withBorder>
      <Stack>
        <Group gap="xs">
          <Title order={2} size="h5">
            Second factor
          </Title>
          <Badge variant="light" color={on ? "teal" : "gray"}>
            {on ? "on" : "off"}
          </Badge>
        </Group>
        {error && <Failure error={error} />}
        {enabled ? (
          <>
            <Text size="sm">
              Add this to your authenticator app, as a link or by its key, then enter the code that it shows.
            </Text>
            <Group gap="xs">
              <Code style={{ overflowWrap: "anywhere" }}>
                {new URL(enabled.totpURI).searchParams.get("secret")}
              </Code>
              <CopyButton value={enabled.totpURI}>
                {({ copied, copy }) => (
                  <Button size="compact-xs" variant="light" onClick={copy}>
                    {copied ? "Copied" : "Copy the link"}
                  </Button>
                )}
              </CopyButton>
            </Group>
            <PinInput
              length={6}
              type="number"
              oneTimeCode
              aria-label="Code"
              onComplete={(code) => verify.mutate(code)}
            />
            <Alert variant="light" title="Keep these backup codes">
              <Text size="sm" className="mono">
                {enabled.backupCodes.join("  ")}
              </Text>
            </Alert>
          </>
        ) : (
          <>
            <PasswordInput
              label="Your password"
              autoComplete="current-password"
              value={password}
              onChange={({ currentTarget }) => setPassword(currentTarget.value)}
            />
            <Group>
              {on ? (
                <Button
                  color="red"
                  variant="light"
                  disabled={password === ""}
                  loading={disable.isPending}
                  onClick={() => disable.mutate()}
                >
                  Switch it off
                </Button>
              ) : (
                <Button disabled={password === ""} loading={enable.isPending} onClick={() => enable.mutate()}>
                  Switch it on
                </Button>
              )}
            </Group>
          </>
        )}
      </Stack>
    </Card>
  );
}
