import { PRIVILEGE_NAMES } from "../../privileges.ts";
import type { PrivilegeScope, Role, Sandbox, User } from "../../sandbox.ts";
import { zoomError } from "../../sandbox.ts";

/** Changes to roles and who holds them; the API and the portal share them. */
export interface RoleChanges {
  readonly create: (
    name: string,
    description: string,
    privileges: readonly string[],
    type?: Role["type"],
  ) => Role;
  readonly update: (role: Role, change: RoleChange, by: User) => void;
  readonly delete: (role: Role, by: User) => void;
  /** Moves all of the people to the role, or none of them. */
  readonly assign: (role: Role, people: readonly User[], by: User) => void;
  /** Drops the person back to the member role. */
  readonly unassign: (role: Role, user: User, by: User) => void;
  readonly members: (roleId: string) => User[];
  /** How many people hold each role. */
  readonly counts: () => ReadonlyMap<string, number>;
}

interface RoleChange {
  readonly name?: string | undefined;
  readonly description?: string | undefined;
  readonly privileges?: readonly string[] | undefined;
  readonly privilege_scopes?: readonly PrivilegeScope[] | undefined;
}

type RoleParts = Pick<Sandbox, "clock" | "emit" | "ids" | "table" | "users">;

/** Gives a person another role, and tells it. Zoom: as a change of the person, with the roles' names. */
export function giveRole(
  { clock, emit, table }: Pick<Sandbox, "clock" | "emit" | "table">,
  user: User,
  roleId: string,
  by: User,
): void {
  if (user.role_id === roleId) return;
  const nameOf = (id: string) => table<Role>("roles").get(id)?.name ?? "";
  const { id, role_id: before } = user;
  user.role_id = roleId;
  emit(
    "user.updated",
    {
      ...{ operator: by.email, operator_id: by.id, time_stamp: clock.nowMs() },
      ...{ object: { id, role: nameOf(roleId) }, old_object: { id, role: nameOf(before) } },
    },
    { userId: id },
  );
}

/** Makes the changes to roles. */
export function createRoleChanges(parts: RoleParts): RoleChanges {
  const { ids, table, users } = parts;
  const rows = table<Role>("roles");

  function check({ name, privileges }: RoleChange, self?: Role): void {
    if (name !== undefined) {
      if (name.trim() === "") throw invalid("name", "Enter a name for the role.");
      const taken = rows.find((role) => role !== self && role.name.toLowerCase() === name.toLowerCase());
      if (taken !== undefined) throw zoomError(400, 1224, `Role name ${name} has already been used.`);
    }
    const unknown = privileges?.find((privilege) => !PRIVILEGE_NAMES.has(privilege));
    if (unknown !== undefined) throw invalid("privileges", `There is no privilege ${unknown}.`);
  }

  return {
    create: (name, description, privileges, type = "common") => {
      check({ name, privileges });
      const role: Role = { id: ids.role(), name, description, privileges: [...privileges], type };
      rows.set(role.id, role);
      return role;
    },
    update: (role, { name, description, privileges, privilege_scopes }, by) => {
      if (role.id === "0") throw noPermission();
      refuseAdmins(role, by);
      check({ name, privileges }, role);
      if (name !== undefined) role.name = name;
      if (description !== undefined) role.description = description;
      if (privileges !== undefined) role.privileges = [...privileges];
      const scopes = privilege_scopes ?? role.privilege_scopes ?? [];
      role.privilege_scopes = scopes.filter(({ permission_id }) => role.privileges.includes(permission_id));
    },
    delete: (role, by) => {
      if (!role.id.startsWith("R")) throw noPermission();
      for (const user of users.all()) if (user.role_id === role.id) giveRole(parts, user, "2", by);
      rows.delete(role.id);
    },
    assign: (role, people, by) => {
      refuseStock(role);
      refuseAdmins(role, by);
      // Zoom: one role each, and the owner keeps theirs (zoom-api.md 4.5).
      if (people.some((user) => user.role_id === "0")) throw noPermission();
      for (const user of people) giveRole(parts, user, role.id, by);
    },
    unassign: (role, user, by) => {
      refuseStock(role);
      refuseAdmins(role, by);
      if (user.role_id === role.id) giveRole(parts, user, "2", by);
    },
    counts: () => {
      const counts = new Map<string, number>();
      for (const { role_id } of users.all()) counts.set(role_id, (counts.get(role_id) ?? 0) + 1);
      return counts;
    },
    members: (roleId) => users.all().filter((user) => user.role_id === roleId),
  };
}

function refuseStock(role: Role): void {
  if (role.id === "0" || role.id === "2") {
    throw zoomError(400, 300, "RoleId required. Can't delete or add members for Normal/Owner roles.");
  }
}

/** Whether a person may change who has a role, and what it lets them do. Zoom: of Admin, only the owner (zoom-api.md 4.8). */
export const mayChange = ({ id }: Role, by: User): boolean => id !== "1" || by.role_id === "0";

function refuseAdmins(role: Role, by: User): void {
  if (mayChange(role, by)) return;
  const message = "Only the owner may make an admin, take that role away, or change what it may do.";
  throw zoomError(400, 200, message);
}

// Zoom: the document puts this under HTTP 200; 400 is the sensible reading (zoom-api.md 8.7b).
const noPermission = (): Error => zoomError(400, 200, "No permission.");

const invalid = (field: string, message: string): Error =>
  zoomError(400, 300, "Validation Failed.", [{ field, message }]);
