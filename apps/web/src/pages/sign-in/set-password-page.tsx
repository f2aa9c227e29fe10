import { Alert, Anchor, Button, PasswordInput, Stack } from "@mantine/core";
import { useForm } from "@mantine/form";
import { useMutation, useQuery } from "@tanstack/react-query";
import { ApiError, api } from "../../api.ts";
import { Failure } from "../../ui/states.tsx";
import { SignInFrame } from "./sign-in-frame.tsx";
import { hashValue, signInOptionsQuery } from "./sign-in-queries.ts";

/** better-auth names the token alone. */
function inWords(error: Error): Error {
  if (!/invalid token/i.test(error.message)) return error;
  return new ApiError(
    "This link has been used or is too old.",
    "If you have set your password, sign in with it. Else ask an admin for a new link.",
  );
}

/** Sets a password by the link of an invitation, or of a forgotten one. */
export function SetPasswordPage() {
  const token = hashValue("token");
  const least = useQuery(signInOptionsQuery).data?.minPasswordLength ?? 12;
  const form = useForm({
    initialValues: { newPassword: "" },
    validate: {
      newPassword: (password) => (password.length >= least ? null : `Use at least ${least} characters`),
    },
  });
  const set = useMutation({
    mutationFn: ({ newPassword }: typeof form.values) =>
      api("POST", "/auth/reset-password", { token, newPassword }),
  });
  return (
    <SignInFrame title="Set your password">
      {token === undefined ? (
        <Alert color="yellow">This page needs the link that you were given, whole.</Alert>
      ) : set.isSuccess ? (
        <Alert color="teal" role="status" title="Your password is set">
          <Anchor href="/sign-in">Sign in</Anchor>
        </Alert>
      ) : (
        <form onSubmit={form.onSubmit((values) => set.mutate(values))}>
          <Stack>
            {set.error && <Failure error={inWords(set.error)} />}
            <PasswordInput
              label="New password"
              description={`At least ${least} characters.`}
              autoComplete="new-password"
              {...form.getInputProps("newPassword")}
            />
            <Button type="submit" loading={set.isPending}>
              Set the password
            </Button>
            {set.error && (
              <Anchor href="/sign-in" size="sm">
                Sign in
              </Anchor>
            )}
          </Stack>
        </form>
      )}
    </SignInFrame>
  );
}
