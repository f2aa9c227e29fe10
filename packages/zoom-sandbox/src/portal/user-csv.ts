import type { Group } from "../resources/groups/group-changes.ts";
import { type Role, type User, zoomError } from "../sandbox.ts";
import { isEmail, USER_TYPES } from "./people-text.ts";
import { DETAILS } from "./user-fields.ts";

/** The columns of the file, in its order. */
export const COLUMNS = [
  ...["Email", "First Name", "Last Name", "Department", "Manager", "Job Title", "Location"],
  ...["User Type", "User Role", "User Group", "Status"],
] as const;

/** A person as a file gives one. */
export interface CsvPerson {
  readonly email: string;
  readonly first_name: string;
  readonly last_name: string;
  readonly type: number;
  readonly group: string;
  readonly details: Readonly<Record<string, string>>;
}

/** All people as CSV; what a spreadsheet would run as a formula is made text. */
export function exportCsv(people: readonly User[], roles: readonly Role[], groups: readonly Group[]): string {
  const roleName = new Map(roles.map(({ id, name }) => [id, name]));
  const groupName = new Map(groups.map(({ id, name }) => [id, name]));
  const line = (values: readonly string[]): string => `${values.map(cell).join(",")}\r\n`;
  const rows = people.map((user) =>
    line([
      ...[
        user.email,
        user.first_name,
        user.last_name,
        user.dept,
        user.manager,
        user.job_title,
        user.location,
      ],
      ...[USER_TYPES[user.type] ?? "", roleName.get(user.role_id) ?? ""],
      ...[user.group_ids.map((id) => groupName.get(id) ?? "").join("; "), user.status],
    ]),
  );
  return line(COLUMNS) + rows.join("");
}

function cell(text: string): string {
  const safe = /^[=+\-@\t\r]/.test(text) ? `'${text}` : text;
  return /[",\r\n]/.test(safe) ? `"${safe.replaceAll('"', '""')}"` : safe;
}

/** Reads people from CSV with a heading line; column order is free, only Email is needed. @throws {ZoomError} naming every line that is wrong */
export function importCsv(text: string): CsvPerson[] {
  const [heading, ...lines] = records(text.replace(/^\uFEFF/, ""));
  const titles = heading?.values.map((title) => title.trim().toLowerCase()) ?? [];
  if (!titles.includes("email"))
    throw zoomError(400, 300, 'The first line must name the columns; "Email" is missing.');
  const wrong: string[] = [];
  const people = lines.map(({ line, values }): CsvPerson => {
    const get = (title: string): string => values[titles.indexOf(title.toLowerCase())]?.trim() ?? "";
    const email = get("Email");
    if (!isEmail(email)) wrong.push(`Line ${line}: "${email}" is not an email address.`);
    const typeName = get("User Type") || "Basic";
    const type = Object.entries(USER_TYPES).find(
      ([id, name]) => id === typeName || name.toLowerCase() === typeName.toLowerCase(),
    )?.[0];
    if (type === undefined) wrong.push(`Line ${line}: there is no user type "${typeName}".`);
    return {
      ...{ email, first_name: get("First Name"), last_name: get("Last Name"), type: Number(type) },
      group: get("User Group"),
      details: Object.fromEntries(DETAILS.map(([name, title]) => [name, get(title)])),
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
