import { ConnectorError, type FieldProblem, type FormField } from "@greenroom/connector-kit";

type Values = Readonly<Record<string, string>>;

/**
 * A form's values from what was given, what was there before and the defaults, as open fields and secrets.
 *
 * @throws {ConnectorError} `invalid-input` naming each field that is wrong.
 */
export function filledForm(form: readonly FormField[], given: Values, before: Values) {
  const names = new Set(form.map(({ name }) => name));
  const problems: FieldProblem[] = Object.keys(given)
    .filter((name) => !names.has(name))
    .map((name) => ({
      field: `fields.${name}`,
      message: `is not a field of this form; it has ${[...names].join(", ")}`,
    }));
  const chosen = { ...given, ...choices(form, given, before) };
  const fields: Record<string, string> = {};
  const secrets: Record<string, string> = {};
  for (const field of form) {
    const { name, type, required } = field;
    // What is shown can be emptied; a secret is not shown, and an empty one is the one that is set.
    const emptied = type !== "secret" && chosen[name]?.trim() === "";
    const value = chosen[name]?.trim() || (emptied ? undefined : before[name]) || field.default;
    const problem = value ? problemOf(field, value) : required ? `${field.label} is required` : undefined;
    if (problem !== undefined) problems.push({ field: `fields.${name}`, message: problem });
    else if (value) (type === "secret" ? secrets : fields)[name] = value;
  }
  if (problems.length > 0) {
    const text = problems.map(({ field, message }) => `${field} ${message}`).join("; ");
    throw new ConnectorError("invalid-input", "invalid-profile", `The app's form is not complete: ${text}.`, {
      fields: problems,
    });
  }
  return { fields, secrets };
}

/** What the choices fill in; who gives those values and chooses nothing has chosen the option that says the same. */
function choices(form: readonly FormField[], given: Values, before: Values): Values {
  const filled: Record<string, string> = {};
  for (const { name, type, options = [], default: fallback } of form) {
    if (type !== "select") continue;
    const fillable = options.flatMap(({ fills }) => Object.keys(fills ?? {}));
    const byHand = fillable.some((field) => given[field]?.trim());
    const value =
      given[name]?.trim() ||
      (byHand
        ? (
            options.find(({ fills }) => fills && sayTheSame(fills, given)) ??
            options.find(({ fills }) => !fills)
          )?.value
        : before[name] || fallback);
    if (value === undefined) continue;
    filled[name] = value;
    Object.assign(filled, options.find((option) => option.value === value)?.fills);
  }
  return filled;
}

function sayTheSame(fills: Values, given: Values): boolean {
  return Object.entries(fills).every(([name, value]) => (given[name]?.trim() || value) === value);
}

function problemOf({ label, type, options = [] }: FormField, value: string): string | undefined {
  if (type === "select" && !options.some((option) => option.value === value)) {
    return `${label} must be one of ${options.map((option) => option.value).join(", ")}`;
  }
  if (type === "url" && !/^https?:$/.test(URL.parse(value)?.protocol ?? "")) {
    return `${label} must be a whole address that begins with https://`;
  }
  return undefined;
}
