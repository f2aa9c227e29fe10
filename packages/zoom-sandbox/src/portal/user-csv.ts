import type { Group } from "../resources/groups/group-changes.ts";
import { type Role, type User, zoomError } from "../sandbox.ts";
import { isEmail, USER_TYPES } from "./people-text.ts";
import { DETAILS, type Detail, MOST_CHARACTERS } from "./user-fields.ts";

const TEXTS = [["first_name", "First Name"], ["last_name", "Last Name"], ...DETAILS] as const;

/** What a file may say of people, in the order of the exported one. */
export const COLUMNS = [
  ...["Email", ...TEXTS.map(([, title]) => title)],
  ...["User Type", "User Role", "User Group", "Status"],
] as const;

/** The columns that an import passes over: they are given on other pages. */
export const EXPORT_ONLY: ReadonlySet<string> = new Set(["User Role", "Status"]);

/** A person as a file gives one. What it does not say, or leaves empty, is not there. */
export interface CsvPerson {
  readonly email: string;
  readonly fields: Readonly<Partial<Record<Detail | "first_name" | "last_name", string>>>;
  readonly type: number | undefined;
  readonly groups: readonly Group[];
}

/** All people as CSV; what a spreadsheet would run as a formula is made text. */
export function exportCsv(people: readonly User[], roles: readonly Role[], groups: readonly Group[]): string {
  const roleName = new Map(roles.map(({ id, name }) => [id, name]));
  const groupName = new Map(groups.map(({ id, name }) => [id, name]));
  const line = (values: readonly string[]): string => `${values.map(cell).join(",")}\r\n`;
  const rows = people.map((user) =>
    line([
      ...[user.email, ...TEXTS.map(([name]) => user[name]), USER_TYPES[user.type] ?? ""],
      ...[roleName.get(user.role_id) ?? "", user.group_ids.map((id) => groupName.get(id) ?? "").join("; ")],
      user.status,
    ]),
  );
  return line(COLUMNS) + rows.join("");
}

const FORMULA = /^[=+\-@\t\r]/;

function cell(text: string): string {
  const safe = FORMULA.test(text) ? `'${text}` : text;
  return /[",\r\n]/.test(safe) ? `"${safe.replaceAll('"', '""')}"` : safe;
}

/** Reads people from CSV with a heading line; column order is free, only Email is needed. @throws {ZoomError} naming every line that is wrong */
export function importCsv(text: string, groups: readonly Group[]): CsvPerson[] {
  const [heading, ...lines] = records(text.replace(/^\uFEFF/, ""));
  const titles = heading?.values.map((title) => title.trim().toLowerCase()) ?? [];
  if (!titles.includes("email"))
    throw zoomError(400, 300, 'The first line must name the columns; "Email" is missing.');
  const unknown = titles.find((title) => title !== "" && !COLUMNS.some((one) => one.toLowerCase() === title));
  if (unknown !== undefined)
    throw zoomError(400, 300, `There is no column "${unknown}"; there are ${COLUMNS.join(", ")}.`);
  const byName = new Map(groups.map((group) => [group.name.toLowerCase(), group]));
  const wrong: string[] = [];
  const people = lines.map(({ line, values }): CsvPerson => {
    const get = (title: string): string => {
      const value = values[titles.indexOf(title.toLowerCase())]?.trim() ?? "";
      // As the export writes what a spreadsheet would run.
      return value.startsWith("'") && FORMULA.test(value.slice(1)) ? value.slice(1) : value;
    };
    const email = get("Email");
    if (!isEmail(email)) wrong.push(`Line ${line}: "${email}" is not an email address.`);
    const typeName = get("User Type");
    const type = Object.entries(USER_TYPES).find(
      ([id, name]) => id === typeName || name.toLowerCase() === typeName.toLowerCase(),
    )?.[0];
    if (typeName !== "" && type === undefined)
      wrong.push(`Line ${line}: there is no user type "${typeName}".`);
    const named = get("User Group");
    const whole = byName.get(named.toLowerCase());
    const parts = whole ? [] : named.split(";").flatMap((name) => name.trim() || []);
    for (const name of parts)
      if (!byName.has(name.toLowerCase())) wrong.push(`Line ${line}: there is no group "${name}".`);
    return {
      email,
      fields: Object.fromEntries(
        TEXTS.flatMap(([name, title]) => {
          const value = get(title);
          if (value.length > MOST_CHARACTERS)
            wrong.push(`Line ${line}: ${title} has more than ${MOST_CHARACTERS} characters.`);
          return value === "" ? [] : [[name, value]];
        }),
      ),
      type: type === undefined ? undefined : Number(type),
      groups: whole ? [whole] : parts.flatMap((name) => byName.get(name.toLowerCase()) ?? []),
    };
  });
  const more = wrong.length - MOST_SHOWN;
  if (wrong.length > 0)
    throw zoomError(
      400,
      300,
      [...wrong.slice(0, MOST_SHOWN), ...(more > 0 ? [`And ${more} more.`] : [])].join(" "),
    );
  return people;
}
/** How many wrong lines are named at once. */
const MOST_SHOWN = 20;

interface CsvRecord {
  /** Where it begins in the file; a quoted value may go on over several lines. */
  readonly line: number;
  readonly values: readonly string[];
}

/** The records of a CSV text (RFC 4180); empty lines are passed over. */
function records(text: string): CsvRecord[] {
  const rows: CsvRecord[] = [];
  let row: string[] = [];
  let [line, next] = [1, 1];
  for (const match of text.matchAll(/(?:"((?:[^"]|"")*)"|([^",\r\n]*))(,|\r?\n|$)/g)) {
    const [all, quoted, plain = "", end] = match;
    row.push(quoted === undefined ? plain : quoted.replaceAll('""', '"'));
    next += all.split("\n").length - 1;
    if (end === ",") continue;
    if (row.some((value) => value.trim() !== "")) rows.push({ line, values: row });
    row = [];
    line = next;
  }
  return rows;
}
