import { MEMBER_PRIVILEGES, PRIVILEGE_NAMES } from "./privileges.ts";
import type { Role, Sandbox, User } from "./sandbox.ts";

/** The password of every person of the sandbox. */
export const SANDBOX_PASSWORD = "sandbox";

interface SeededPerson {
  readonly email: string;
  readonly first_name: string;
  readonly last_name: string;
  readonly type: 1 | 2;
  readonly role_id: "0" | "1" | "2";
  readonly dept: string;
  readonly job_title: string;
  readonly timezone: string;
}

const person = (
  name: string,
  email: string,
  type: 1 | 2,
  role_id: "0" | "1" | "2",
  dept: string,
  job_title: string,
  timezone: string,
): SeededPerson => {
  const [first_name = "", last_name = ""] = name.split(" ");
  return { email, first_name, last_name, type, role_id, dept, job_title, timezone };
};

const PEOPLE: readonly SeededPerson[] = [
  person("Olivia Owens", "olivia@acme.example", 2, "0", "Operations", "Account owner", "America/New_York"),
  person("Adam Archer", "adam@acme.example", 2, "1", "IT", "Administrator", "Europe/Berlin"),
  person("Hana Hale", "hana@acme.example", 2, "2", "Sales", "Account executive", "Europe/London"),
  person("Luis Lopez", "luis@acme.example", 2, "2", "Customer success", "Success lead", "Europe/Madrid"),
  person("Mei Morgan", "mei@acme.example", 2, "2", "Marketing", "Webinar producer", "Asia/Singapore"),
  person("Ben Baker", "ben@acme.example", 1, "2", "Sales", "Sales representative", "America/Chicago"),
];

const STOCK_ROLES: readonly Role[] = [
  {
    id: "0",
    name: "Owner",
    description: "Account owner has full privileges to access and manage a Zoom account.",
    privileges: [...PRIVILEGE_NAMES],
  },
  {
    id: "1",
    name: "Admin",
    description: "Admins have wide range privileges to access and manage a Zoom account.",
    privileges: [...PRIVILEGE_NAMES].filter(
      (name) => !name.startsWith("Billing") && !name.startsWith("SubAccount"),
    ),
  },
  {
    id: "2",
    name: "Member",
    description:
      "Members have access to basic Zoom video meeting functions but no account management privileges.",
    privileges: [...MEMBER_PRIVILEGES],
  },
];

/** Makes a new person's record with Zoom's defaults. */
export function newUser(
  { ids, clock }: Pick<Sandbox, "ids" | "clock">,
  given: Partial<User> & Pick<User, "email">,
): User {
  const now = `${clock.now().toISOString().slice(0, 19)}Z`;
  const first_name = given.first_name ?? "";
  const last_name = given.last_name ?? "";
  return {
    id: ids.user(),
    first_name,
    last_name,
    display_name: [first_name, last_name].filter(Boolean).join(" ") || given.email,
    type: 1,
    status: "active",
    role_id: "2",
    pmi: Number(ids.digits(10)),
    timezone: "Etc/UTC",
    language: "en-US",
    dept: "",
    job_title: "",
    company: "",
    location: "",
    cost_center: "",
    manager: "",
    phone_number: "",
    host_key: ids.digits(6),
    verified: 1,
    created_at: now,
    user_created_at: now,
    last_login_time: "",
    login_types: [100],
    group_ids: [],
    use_pmi: false,
    pronouns: "",
    vanity_name: "",
    settings: {},
    ...given,
  };
}

/** Fills an empty sandbox with the account "Acme Events". */
export function seedAccount(sandbox: Pick<Sandbox, "ids" | "clock" | "table" | "account">): void {
  const { ids, table, account } = sandbox;
  Object.assign(account, {
    id: ids.account(),
    account_number: Number(ids.digits(9)),
    account_name: "Acme Events",
    plan: "business",
  });
  const roles = table<Role>("roles");
  for (const role of STOCK_ROLES) roles.set(role.id, structuredClone(role));
  const users = table<User>("users");
  for (const given of PEOPLE) {
    const user = newUser(sandbox, { ...given, company: "Acme Events" });
    users.set(user.id, user);
    if (user.role_id === "0") account.owner_id = user.id;
  }
}
