import { Anchor, Button, PinInput, Stack, Text, TextInput } from "@mantine/core";
import { useMutation } from "@tanstack/react-query";
import { useState } from "react";
import { api } from "../../api.ts";
import { Failure } from "../../ui/states.tsx";
import { enter } from "./sign-in-queries.ts";

/** Asks for the second factor: the authenticator's code, or a backup code. */
export function SecondFactorForm() {
  const [backup, setBackup] = useState(false);
  const [code, setCode] = useState("");
  const verify = useMutation({
    mutationFn: (given: string) =>
      api("POST", `/auth/two-factor/${backup ? "verify-backup-code" : "verify-totp"}`, { code: given }),
    onSuccess: enter,
    onError: () => setCode(""),
  });
  return (
    <form
      onSubmit={(event) => {
        event.preventDefault();
        verify.mutate(code);
      }}
    >
      <Stack>
        {verify.error && <Failure error={verify.error} />}
        <Text size="sm">
          {backup
            ? "Enter one of the backup codes that you kept. It works once."
            : "Enter the six digits that your authenticator app shows."}
        </Text>
        {backup ? (
          <TextInput
            label="Backup code"
            autoComplete="off"
            value={code}
            onChange={({ currentTarget }) => setCode(currentTarget.value)}
          />
        ) : (
          <PinInput
            length={6}
            type="number"
            oneTimeCode
            aria-label="Code"
            value={code}
            onChange={setCode}
            onComplete={(whole) => verify.mutate(whole)}
          />
        )}
        <Button type="submit" loading={verify.isPending}>
          Sign in
        </Button>
        <Anchor component="button" type="button" size="sm" onClick={() => setBackup(!backup)}>
          {backup ? "Use the authenticator app" : "Use a backup code"}
        </Anchor>
      </Stack>
    </form>
  );
}
