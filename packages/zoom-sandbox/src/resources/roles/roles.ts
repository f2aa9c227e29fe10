import type { Call } from "../../call.ts";
import type { Role, Sandbox } from "../../sandbox.ts";
import { invalidField, zoomError } from "../../sandbox.ts";
import type { RoleChanges } from "./role-changes.ts";

// Zoom: up to 30 people are given a role by one call (OpenAPI file).
const MOST_AT_ONCE = 30;

/**
 * Roles: list, get, create, update, delete; members list, assign, unassign.
 *
 * Privileges are narrowed to groups on the portal's page of the role: Zoom's API only shows it.
 *
 * Not emulated: sub-account privileges.
 */
export function roles(sandbox: Sandbox, changes: RoleChanges): void {
  const { api, account, clock, roles: known, users, table } = sandbox;
  // Zoom: a scope without `:admin` reaches roles too, as far as the person's own role does (OpenAPI file, inferred).
  const permitted = ({ caller, operation }: Call, message = "No permission."): void => {
    const { privilege } = operation;
    if (privilege && !known.allows(caller.user, privilege)) throw zoomError(400, 200, message);
  };

  const named = (id: string): Role => {
    const role = known.find(id);
    if (role === undefined) throw zoomError(400, 1034, "Provided `role_id` does not exist.");
    return role;
  };
  const summary = ({ id, name, description, type = "common" }: Role, counts = changes.counts()) => ({
    ...{ id, name, description, type },
    total_members: counts.get(id) ?? 0,
  });
  const whole = (role: Role) => ({ ...summary(role), privileges: role.privileges });

  api.on("GET /roles", (call) => {
    permitted(call);
    const wanted = call.query("type") === "iq" ? "iq" : "common";
    const rows = known.all().filter(({ type = "common" }) => type === wanted);
    const counts = changes.counts();
    return { total_records: rows.length, roles: rows.map((role) => summary(role, counts)) };
  });

  api.on("POST /roles", (call) => {
    permitted(call, "You do not have the permission to create a role.");
    const { name = "", description = "", privileges = [], type } = call.body<Partial<Role>>();
    if (type !== undefined && type !== "common" && type !== "iq") throw invalidField("type");
    if (name === "") throw invalidField("name");
    return call.answer(201, whole(changes.create(name, description, privileges, type)));
  });

  api.on("GET /roles/{roleId}", (call) => {
    permitted(call, "You do not have the permission to retrieve role information.");
    const role = named(call.params.roleId);
    const groups = table("groups");
    const scopes = (role.privilege_scopes ?? []).map(({ permission_id, group_ids }) => ({
      permission_id,
      group_ids: group_ids.filter((id) => groups.has(id)),
    }));
    return {
      ...whole(role),
      sub_account_privileges: { second_level: 0 },
      ...(scopes.length > 0 && { privilege_scopes: scopes }),
    };
  });

  api.on("PATCH /roles/{roleId}", (call) => {
    permitted(call);
    const role = named(call.params.roleId);
    if (account.plan === "free")
      throw zoomError(400, 200, "The account must be a paid account to update the role.");
    const { name, description, privileges } = call.body<Partial<Role>>();
    changes.update(role, { name, description, privileges }, call.caller.user);
    return call.answer(204);
  });

  api.on("DELETE /roles/{roleId}", (call) => {
    permitted(call);
    changes.delete(named(call.params.roleId), call.caller.user);
    return call.answer(204);
  });

  api.on("GET /roles/{roleId}/members", (call) => {
    permitted(call);
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
    permitted(call);
    const role = named(call.params.roleId);
    const { members = [] } = call.body<{ members?: { id?: string; email?: string }[] }>();
    if (members.length > MOST_AT_ONCE) {
      const message = `At most ${MOST_AT_ONCE} members can be assigned at once.`;
      throw zoomError(400, 300, "Validation Failed.", [{ field: "members", message }]);
    }
    const people = members.map(({ id, email }) => users.named(id ?? email ?? ""));
    changes.assign(role, people, call.caller.user);
    // Zoom: the ids are one comma text, and the time is `add_at` here but `added_at` for groups (zoom-api.md 8.7).
    return { ids: people.map((user) => user.id).join(","), add_at: clock.now().toISOString() };
  });

  api.on("DELETE /roles/{roleId}/members/{memberId}", (call) => {
    permitted(call);
    changes.unassign(named(call.params.roleId), users.named(call.params.memberId), call.caller.user);
    return undefined;
  });
}
