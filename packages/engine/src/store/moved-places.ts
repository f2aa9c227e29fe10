/**
 * Where a form's secrets go. Whoever may change the address but never saw the secret must not have it sent to a server of
 * their own.
 */
import { ConnectorError, type FormField } from "@greenroom/connector-kit";

type Values = Readonly<Record<string, string>>;

/** The fields whose address is another now, and no part of a service that the form was for before. */
export function movedPlaces(form: readonly FormField[], before: Values, after: Values): readonly FormField[] {
  const known = form.flatMap((field) => placeOf(field, before[field.name]) ?? []);
  return form.filter((field) => {
    const place = placeOf(field, after[field.name]);
    return place !== undefined && !known.some((one) => isPartOf(place, one));
  });
}

/** Refuses to keep secrets for another place. @throws {ConnectorError} `invalid-input` naming those to enter anew */
export function mustNotKeep(
  form: readonly FormField[],
  moved: readonly FormField[],
  kept: readonly string[],
): void {
  const secrets = form.filter(({ name }) => kept.includes(name));
  if (moved.length === 0 || secrets.length === 0) return;
  const what = moved.map(({ label }) => label).join(" and ");
  throw new ConnectorError(
    "invalid-input",
    "secret-needed",
    `${what} changed: enter ${secrets.map(({ label }) => label).join(" and ")} anew, for what is there now.`,
    {
      fields: secrets.map(({ name }) => ({
        field: `fields.${name}`,
        message: `must be entered anew, because ${what} changed`,
      })),
    },
  );
}

/** The host that a field names. */
function placeOf({ type, place }: FormField, value: string | undefined): string | undefined {
  if (value === undefined || value === "" || type === "secret") return undefined;
  if (type === "url" || /^[a-z][a-z\d+.-]*:\/\//i.test(value)) return URL.parse(value)?.host ?? value;
  return place === true ? value.toLowerCase() : undefined;
}

const isPartOf = (host: string, known: string) => host === known || host.endsWith(`.${known}`);
