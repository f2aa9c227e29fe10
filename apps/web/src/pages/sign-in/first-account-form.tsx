import { Alert, Button, PasswordInput, Stack, Text, TextInput } from "@mantine/core";
import { useForm } from "@mantine/form";
import { useMutation } from "@tanstack/react-query";
import { api, ApiError } from "../../api.ts";
import { Failure } from "../../ui/states.tsx";
import { enter, hashValue, type SignInOptions } from "./sign-in-queries.ts";

/** Makes the first account, an admin. */
export function FirstAccountForm({ options }: { options: SignInOptions }) {
  const token = hashValue("setup");
  const form = useForm({
    initialValues: { name: "", email: "", password: "" },
    validate: {
      name: (name) => (name.trim() ? null : "Enter your name"),
      email: (email) => (email.includes("@") ? null : "Enter your email address"),
      password: (password) =>
        password.length >= options.minPasswordLength
          ? null
          : `Use at least ${options.minPasswordLength} characters`,
    },
  });
  const make = useMutation({
    mutationFn: (values: typeof form.values) =>
      api("POST", "/setup", { ...values, ...(token !== undefined && { token }) }),
    onSuccess: enter,
    onError: (error) => error instanceof ApiError && form.setErrors(error.fields),
  });
  if (options.setupTokenNeeded && token === undefined) {
    return (
      <Alert color="yellow" title="This needs the link of the first start">
        Whoever started the server finds it in the server's log, at “make the first account here”. Open that
        address to make the first account.
      </Alert>
    );
  }
  return (
    <form onSubmit={form.onSubmit((values) => make.mutate(values))}>
      <Stack>
        <Text size="sm">You will be the admin, and can invite others afterwards.</Text>
        {make.error && <Failure error={make.error} />}
        <TextInput label="Name" autoComplete="name" {...form.getInputProps("name")} />
        <TextInput label="Email" type="email" autoComplete="username" {...form.getInputProps("email")} />
        <PasswordInput
          label="Password"
          description={`At least ${options.minPasswordLength} characters.`}
          autoComplete="new-password"
          {...form.getInputProps("password")}
        />
        <Button type="submit" loading={make.isPending}>
          Make the account
        </Button>
      </Stack>
    </form>
  );
}
