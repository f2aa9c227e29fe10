import { Alert, Anchor, Button, Divider, Loader, PasswordInput, Stack, Text, TextInput } from "@mantine/core";
import { useForm } from "@mantine/form";
import { useMutation, useQuery } from "@tanstack/react-query";
import { useEffect, useState } from "react";
import { api } from "../../api.ts";
import { Failure, Loaded } from "../../ui/states.tsx";
import { FirstAccountForm } from "./first-account-form.tsx";
import { SecondFactorForm } from "./second-factor-form.tsx";
import { SignInFrame } from "./sign-in-frame.tsx";
import { destination, enter, hashValue, type SignInOptions, signInOptionsQuery } from "./sign-in-queries.ts";

/** Signing in: by password, second factor, single sign-on or a one-time link; or making the first account. */
export function SignInPage() {
  const options = useQuery(signInOptionsQuery);
  const link = hashValue("link");
  if (link !== undefined) return <OneTimeLink token={link} />;
  const setup = options.data?.setupNeeded ?? false;
  return (
    <SignInFrame title={setup ? "Make the first account" : "Sign in"}>
      <Loaded query={options}>
        {(data) => (data.setupNeeded ? <FirstAccountForm options={data} /> : <SignInForm options={data} />)}
      </Loaded>
    </SignInFrame>
  );
}

function OneTimeLink({ token }: { token: string }) {
  const { mutate, error } = useMutation({
    mutationFn: () => api("POST", "/auth/sign-in/link", { token }),
    onSuccess: enter,
  });
  useEffect(() => mutate(), [mutate]);
  return (
    <SignInFrame title="Signing in">
      {error ? (
        <Stack>
          <Failure error={error} />
          {/* Without what is behind the #, which has been used. */}
          <Button variant="default" onClick={() => location.assign("/sign-in")}>
            Sign in by password
          </Button>
        </Stack>
      ) : (
        <Loader aria-label="Signing in" />
      )}
    </SignInFrame>
  );
}

function SignInForm({ options }: { options: SignInOptions }) {
  const [secondFactor, setSecondFactor] = useState(false);
  const form = useForm({
    initialValues: { email: "", password: "" },
    validate: {
      email: (email) => (email.includes("@") ? null : "Enter your email address"),
      password: (password) => (password ? null : "Enter your password"),
    },
  });
  const signIn = useMutation({
    mutationFn: (values: typeof form.values) =>
      api<{ twoFactorRedirect?: boolean }>("POST", "/auth/sign-in/email", values),
    onSuccess: ({ twoFactorRedirect }) => (twoFactorRedirect ? setSecondFactor(true) : enter()),
  });
  if (secondFactor) return <SecondFactorForm />;
  return (
    <form onSubmit={form.onSubmit((values) => signIn.mutate(values))}>
      <Stack>
        <RefusedElsewhere />
        {signIn.error && <Failure error={signIn.error} />}
        <TextInput label="Email" type="email" autoComplete="username" {...form.getInputProps("email")} />
        <PasswordInput label="Password" autoComplete="current-password" {...form.getInputProps("password")} />
        <Button type="submit" loading={signIn.isPending}>
          Sign in
        </Button>
        <ForgottenPassword email={form.values.email} options={options} />
        {options.singleSignOn && <SingleSignOn name={options.singleSignOn.name} />}
      </Stack>
    </form>
  );
}

/** What a sign-in at the provider of single sign-on came back with. */
function RefusedElsewhere() {
  const error = new URLSearchParams(location.search).get("error");
  if (error === null) return null;
  const why: Readonly<Record<string, string>> = {
    signup_disabled: "Nobody has invited you here yet. Ask an admin for an invitation.",
    access_denied: "You declined.",
  };
  return (
    <Alert color="red" role="alert" title="Single sign-on did not work">
      {why[error] ?? `The answer was “${error}”. Try again, or ask an admin.`}
    </Alert>
  );
}

function SingleSignOn({ name }: { name: string }) {
  const begin = useMutation({
    mutationFn: () =>
      api<{ url: string }>("POST", "/auth/sign-in/social", {
        ...{ provider: "oidc", callbackURL: destination(), errorCallbackURL: "/sign-in" },
        disableRedirect: true,
      }),
    onSuccess: ({ url }) => location.assign(url),
  });
  return (
    <>
      <Divider label="or" />
      {begin.error && <Failure error={begin.error} />}
      <Button variant="default" loading={begin.isPending} onClick={() => begin.mutate()}>
        Sign in with {name}
      </Button>
    </>
  );
}

function ForgottenPassword({ email, options }: { email: string; options: SignInOptions }) {
  const ask = useMutation({
    mutationFn: () => api("POST", "/auth/request-password-reset", { email }),
  });
  if (!options.resetByMail) {
    return (
      <Text size="sm" c="dimmed">
        Forgot your password? An admin can give you a link to set a new one.
      </Text>
    );
  }
  if (ask.isSuccess) {
    return (
      <Alert color="teal" role="status">
        If there is an account of {email}, a mail with a link is on its way.
      </Alert>
    );
  }
  return (
    <>
      {ask.error && <Failure error={ask.error} />}
      <Anchor
        component="button"
        type="button"
        size="sm"
        disabled={!email.includes("@")}
        onClick={() => ask.mutate()}
      >
        {email.includes("@")
          ? "Mail me a link to set a new password"
          : "Forgot your password? Enter your email first."}
      </Anchor>
    </>
  );
}
