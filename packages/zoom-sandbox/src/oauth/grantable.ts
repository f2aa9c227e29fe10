import { isAdminScope } from "../api.ts";
import { type Operation, operations } from "../operations/operations.ts";
import type { Roles, User } from "../sandbox.ts";

let known: ReadonlyMap<string, readonly Operation[]> | undefined;

/** The operations that accept a scope, by the scope. */
function acceptedBy(): ReadonlyMap<string, readonly Operation[]> {
  if (known !== undefined) return known;
  const found = new Map<string, Operation[]>();
  for (const operation of operations().values()) {
    for (const scope of operation.scopes) {
      const list = found.get(scope);
      if (list === undefined) found.set(scope, [operation]);
      else list.push(operation);
    }
  }
  return (known = found);
}

/**
 * True when a person's role has something to give with the scope. An `:admin` scope needs the privilege where all it
 * opens is the account's, such as roles; where it also opens what is the person's own, it is given, and the privilege is
 * asked for at each call (zoom-api.md 2.6).
 */
export function mayGive(scope: string, user: User, roles: Roles): boolean {
  if (!isAdminScope(scope)) return true;
  const opens = acceptedBy().get(scope);
  if (opens === undefined) return true;
  return opens.some(
    ({ accountWide, privilege }) => !accountWide || privilege === undefined || roles.allows(user, privilege),
  );
}
