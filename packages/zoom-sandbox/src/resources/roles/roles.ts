import { z } from "zod";
import { pageOf } from "../../paging.ts";
import { readBody } from "../../read-body.ts";
import type { Operation, Role, Sandbox } from "../../sandbox.ts";
import { zoomError } from "../../sandbox.ts";
import type { RoleChanges } from "./role-changes.ts";

const operation = (granular: string, label: Operation["label"]): Operation => {
  const reads = granular.startsWith("role:read:");
  return {
    scopes: [...(reads ? ["role:read:admin"] : []), "role:write:admin", `${granular}:admin`],
    privilege: reads ? "Role:Read" : "Role:Edit",
    accountWide: true,
    label,
  };
};

const createBody = z.looseObject({
  name: z.string().min(1).max(128),
  description: z.string().max(256).default(""),
  privileges: z.array(z.string()).default([]),
});
const patchBody = z.looseObject({
  name: z.string().min(1).max(128).optional(),
  description: z.string().max(256).optional(),
  privileges: z.array(z.string()).optional(),
});
const memberRef = z.looseObject({ id: z.string().optional(), email: z.string().optional() });
const membersBody = z.looseObject({ members: z.array(memberRef).min(1).max(30) });

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

  api.get("/roles", operation("role:read:list_roles", "Medium"), (c) => {
    const rows = known.all();
    return c.json({ total_records: rows.length, roles: rows.map(summary) });
  });

  api.post("/roles", operation("role:write:role", "Light"), async (c) => {
    const { name, description, privileges } = await readBody(c, createBody);
    return c.json(whole(changes.create(name, description, privileges)), 201);
  });

  api.get("/roles/:roleId", operation("role:read:role", "Light"), (c) =>
    c.json({ ...whole(named(c.req.param("roleId"))), sub_account_privileges: { second_level: 0 } }),
  );

  api.patch("/roles/:roleId", operation("role:update:role", "Light"), async (c) => {
    changes.update(named(c.req.param("roleId")), await readBody(c, patchBody));
    return c.body(null, 204);
  });

  api.delete("/roles/:roleId", operation("role:delete:role", "Light"), (c) => {
    changes.delete(named(c.req.param("roleId")));
    return c.body(null, 204);
  });

  api.get("/roles/:roleId/members", operation("role:read:list_members", "Medium"), (c) => {
    const { rows, ...page } = pageOf(c, clock, changes.members(named(c.req.param("roleId")).id));
    const members = rows.map(({ id, email, first_name, last_name, type, dept }) => ({
      id,
      email,
      first_name,
      last_name,
      type,
      department: dept,
    }));
    return c.json({ ...page, members });
  });

  api.post("/roles/:roleId/members", operation("role:write:member", "Medium"), async (c) => {
    const role = named(c.req.param("roleId"));
    const { members } = await readBody(c, membersBody);
    const people = members.map(({ id, email }) => users.named(id ?? email ?? ""));
    for (const user of people) changes.assign(role, user);
    // Zoom: the ids are one comma text, and the time is `add_at` here but `added_at` for groups (zoom-api.md 8.7).
    return c.json({ ids: people.map((user) => user.id).join(","), add_at: clock.now().toISOString() }, 201);
  });

  api.delete("/roles/:roleId/members/:memberId", operation("role:delete:member", "Light"), (c) => {
    changes.unassign(named(c.req.param("roleId")), users.named(c.req.param("memberId")));
    return c.body(null, 204);
  });
}
