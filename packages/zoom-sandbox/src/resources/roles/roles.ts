import type { Role, Sandbox } from "../../sandbox.ts";
import { zoomError } from "../../sandbox.ts";
import type { RoleChanges } from "./role-changes.ts";

/**
 * Roles: list, get, create, update, delete; members list, assign, unassign.
 *
 * Not emulated: privileges narrowed to user groups, sub-account privileges, Zoom IQ roles, and the granular
 * role scopes without `:admin`.
 */
export function roles({ api, clock, roles: known, users }: Sandbox, changes: RoleChanges): void {
  const named = (id: string): Role => {
    const role = known.find(id);
    if (role === undefined) throw zoomError(400, 1034, "Provided `role_id` does not exist.");
    return role;
  };
  const summary = ({ id, name, description }: Role) => ({
    id,
    name,
    description,
    total_members: changes.members(id).length,
  });
  const whole = (role: Role) => ({ ...summary(role), privileges: role.privileges });

  api.on("GET /roles", () => {
    const rows = known.all();
    return { total_records: rows.length, roles: rows.map(summary) };
  });

  api.on("POST /roles", (call) => {
    const { name = "", description = "", privileges = [] } = call.body<Partial<Role>>();
    if (name === "")
      throw zoomError(400, 300, "Validation Failed.", [{ field: "name", message: "Invalid field." }]);
    return call.answer(201, whole(changes.create(name, description, privileges)));
  });

  api.on("GET /roles/{roleId}", (call) => ({
    ...whole(named(call.params.roleId)),
    sub_account_privileges: { second_level: 0 },
  }));

  api.on("PATCH /roles/{roleId}", (call) => {
    changes.update(named(call.params.roleId), call.body<Partial<Role>>());
    return call.answer(204);
  });

  api.on("DELETE /roles/{roleId}", (call) => {
    changes.delete(named(call.params.roleId));
    return call.answer(204);
  });

  api.on("GET /roles/{roleId}/members", (call) => {
    const { rows, ...page } = call.page(changes.members(named(call.params.roleId).id));
    const members = rows.map(({ id, email, first_name, last_name, type, dept }) => ({
      id,
      email,
      first_name,
      last_name,
      type,
      department: dept,
    }));
    return { ...page, members };
  });

  api.on("POST /roles/{roleId}/members", (call) => {
    const role = named(call.params.roleId);
    const { members = [] } = call.body<{ members?: { id?: string; email?: string }[] }>();
    const people = members.map(({ id, email }) => users.named(id ?? email ?? ""));
    for (const user of people) changes.assign(role, user);
    // Zoom: the ids are one comma text, and the time is `add_at` here but `added_at` for groups (zoom-api.md 8.7).
    return { ids: people.map((user) => user.id).join(","), add_at: clock.now().toISOString() };
  });

  api.on("DELETE /roles/{roleId}/members/{memberId}", (call) => {
    changes.unassign(named(call.params.roleId), users.named(call.params.memberId));
    return undefined;
  });
}
