import { isAdminScope, missingScopes } from "./api.ts";
import type { Caller, Role, Roles, Sandbox, User, Users } from "./sandbox.ts";
import { zoomError } from "./sandbox.ts";

/** Makes the look-ups of people that every resource shares. */
export function createUsers(table: Sandbox["table"], roles: Roles): Users {
  const rows = table<User>("users");
  // What was held under their name keeps it.
  const former = table<User>("former_users");

  let generation = -1;
  let book = new Map<string, User>();
  let statuses: Map<User["status"], User[]> | undefined;
  const look = (): void => {
    if (generation === rows.generation()) return;
    generation = rows.generation();
    book = new Map(rows.all().map((row) => [row.email.toLowerCase(), row]));
    statuses = undefined;
  };
  const byEmail = (email: string): User | undefined => {
    look();
    const wanted = email.toLowerCase();
    const user = book.get(wanted);
    // An address that was given up stays in the book.
    return user?.email.toLowerCase() === wanted && rows.get(user.id) === user ? user : undefined;
  };

  function find(key: string, caller?: Caller): User | undefined {
    if (caller === undefined) return key.includes("@") ? byEmail(key) : rows.get(key);
    if (key === "me" || key === caller.user.id) return caller.user;
    const user = key.includes("@") ? byEmail(key) : rows.get(key);
    // Zoom: a token of a user-managed app acts for one person; naming another reads as a missing scope (zoom-api.md 2.6).
    if (!caller.admin && user?.id !== caller.user.id) {
      throw missingScopes(caller.operation, isAdminScope);
    }
    const reach = user && roles.reach(caller.user, caller.operation.privilege);
    // The refusal is inferred: Zoom documents which people a narrowed privilege reaches, not how it answers for others.
    if (reach && !user.group_ids.some((id) => reach.has(id))) throw zoomError(400, 200, "No permission.");
    return user;
  }

  return {
    find,
    byEmail,
    everKnown: (id) => rows.get(id) ?? former.get(id),
    named: (key, caller) => {
      const user = find(key, caller);
      if (user === undefined) throw zoomError(404, 1001, `User does not exist: ${key}.`);
      return user;
    },
    all: () => rows.all(),
    withStatus: (status) => {
      look();
      statuses ??= Map.groupBy(rows.all(), (user) => user.status);
      return statuses.get(status) ?? [];
    },
    keep: (user) => {
      look();
      rows.set(user.id, user);
      book.set(user.email.toLowerCase(), user);
      statuses = undefined;
    },
    remove: (user) => {
      rows.delete(user.id);
      former.set(user.id, user);
      statuses = undefined;
    },
  };
}

/** Makes the look-ups of roles. */
export function createRoles(table: Sandbox["table"]): Roles {
  const rows = table<Role>("roles");
  return {
    find: (id) => rows.get(id),
    all: () => rows.all(),
    reach: (user, privilege) => {
      const role = user.role_id === "0" ? undefined : rows.get(user.role_id);
      if (!role?.privilege_scopes?.length || privilege === undefined) return undefined;
      const enough = new Set([privilege, privilege.replace(/:Read$/, ":Edit")]);
      const held = role.privileges.filter((name) => enough.has(name));
      const narrowed = role.privilege_scopes.filter(({ permission_id }) => held.includes(permission_id));
      if (held.some((name) => !narrowed.some(({ permission_id }) => permission_id === name)))
        return undefined;
      return new Set(narrowed.flatMap(({ group_ids }) => group_ids));
    },
    allows: (user, privilege) => {
      if (user.role_id === "0") return true;
      const held = rows.get(user.role_id)?.privileges;
      if (held === undefined) return false;
      return (
        held.includes(privilege) ||
        (privilege.endsWith(":Read") && held.includes(`${privilege.slice(0, -5)}:Edit`))
      );
    },
  };
}
