import { PasswordInput, Select, Textarea, TextInput } from "@mantine/core";
import type { FormField } from "../api.ts";

/** A field of an app profile's form. */
export function ProfileInput({
  field: { label, hint, required, type, options },
  value,
  onChange,
  error,
  kept = false,
}: {
  readonly field: FormField;
  readonly value: string;
  readonly onChange: (value: string) => void;
  readonly error: string | undefined;
  /** Whether a secret is kept when nothing is entered. */
  readonly kept?: boolean;
}) {
  const common = { label, description: hint, required: required && !kept, value, error };
  if (type === "select") {
    return (
      <Select
        {...common}
        data={options?.map((option) => ({ value: option.value, label: option.label }))}
        allowDeselect={false}
        onChange={(chosen) => onChange(chosen ?? "")}
      />
    );
  }
  if (type === "lines") {
    return (
      <Textarea
        {...common}
        autosize
        maxRows={8}
        autoComplete="off"
        onChange={({ currentTarget }) => onChange(currentTarget.value)}
      />
    );
  }
  const Input = type === "secret" ? PasswordInput : TextInput;
  return (
    <Input
      {...common}
      {...(type === "url" && { type: "url" })}
      {...(kept && { placeholder: "As it is" })}
      autoComplete="off"
      onChange={({ currentTarget }) => onChange(currentTarget.value)}
    />
  );
}
