import { isAdminScope, missingScopes } from "./api.ts";
import type { Caller, Role, Roles, Sandbox, User, Users } from "./sandbox.ts";
import { zoomError } from "./sandbox.ts";

/** Makes the look-ups of people that every resource shares. */
export function createUsers(table: Sandbox["table"]): Users {
  const rows = table<User>("users");

  // An address book of who was asked for: rows change in place, so what it finds is looked at again.
  const book = new Map<string, string>();
  const byEmail = (email: string): User | undefined => {
    const wanted = email.toLowerCase();
    const known = rows.get(book.get(wanted) ?? "");
    if (known?.email.toLowerCase() === wanted) return known;
    const user = rows.find((row) => row.email.toLowerCase() === wanted);
    if (user) book.set(wanted, user.id);
    return user;
  };

  function find(key: string, caller?: Caller): User | undefined {
    if (caller === undefined) return key.includes("@") ? byEmail(key) : rows.get(key);
    if (key === "me" || key === caller.user.id) return caller.user;
    const user = key.includes("@") ? byEmail(key) : rows.get(key);
    // Zoom: a token of a user-managed app acts for one person; naming another reads as a missing scope (zoom-api.md 2.6).
    if (!caller.admin && user?.id !== caller.user.id) {
      throw missingScopes(caller.operation, isAdminScope);
    }
    return user;
  }

  return {
    find,
    byEmail,
    named: (key, caller) => {
      const user = find(key, caller);
      if (user === undefined) throw zoomError(404, 1001, `User does not exist: ${key}.`);
      return user;
    },
    all: () => rows.all(),
  };
}

/** Makes the look-ups of roles. */
export function createRoles(table: Sandbox["table"]): Roles {
  const rows = table<Role>("roles");
  return {
    find: (id) => rows.get(id),
    all: () => rows.all(),
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
