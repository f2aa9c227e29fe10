import { MEMBER_PRIVILEGES, PRIVILEGE_NAMES } from "./privileges.ts";
import type { Role, Sandbox, User } from "./sandbox.ts";
import type { Company } from "./seed/company.ts";
import { seedPlaces } from "./seed/places.ts";
import { seedTelephones } from "./seed/phone.ts";

/** The password of every person of the sandbox. */
export const SANDBOX_PASSWORD = "sandbox";

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
    ...given,
  };
}

/** Fills an empty sandbox with a company as it is now; `pastOf` writes what came before. */
export function seedAccount(sandbox: Sandbox, company: Company): void {
  const { ids, table, account } = sandbox;
  delete account.vanity_url;
  Object.assign(account, {
    id: ids.account(),
    account_number: Number(ids.digits(9)),
    account_name: company.account.name,
    plan: company.account.plan,
  });
  const roles = table<Role>("roles");
  for (const role of STOCK_ROLES) roles.set(role.id, structuredClone(role));
  const users = table<User>("users");
  for (const given of company.people) {
    const user = newUser(sandbox, { ...given, company: company.account.name });
    users.set(user.id, user);
    if (user.role_id === "0") account.owner_id = user.id;
  }
  for (let index = 1; index <= company.crowd; index += 1) {
    const name = { first_name: "Person", last_name: String(index) };
    const user = newUser(sandbox, {
      ...name,
      email: `person${index}@crowd.example`,
      dept: `Team ${index % 500}`,
    });
    users.set(user.id, user);
  }
  seedPlaces(sandbox, company);
  seedTelephones(sandbox, company);
}
