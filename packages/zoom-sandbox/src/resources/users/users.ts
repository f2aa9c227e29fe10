import { z } from "zod";
import { pageOf } from "../../paging.ts";
import { readBody } from "../../read-body.ts";
import type { Operation, Sandbox, User } from "../../sandbox.ts";
import { zoomError } from "../../sandbox.ts";
import type { UserChanges } from "./user-changes.ts";
import { listItem, profile } from "./user-views.ts";

const read = ["user:read", "user:write", "user:read:admin", "user:write:admin"];
const write = ["user:write", "user:write:admin"];
const operation = (
  classic: string[],
  granular: string,
  label: Operation["label"],
  edits = false,
): Operation => ({
  scopes: [...classic, granular, `${granular}:admin`],
  privilege: edits ? "User:Edit" : "User:Read",
  label,
});

const userType = z.union([z.literal(1), z.literal(2), z.literal(4), z.literal(99)]);

const createBody = z.looseObject({
  action: z.enum(["create", "autoCreate", "custCreate", "ssoCreate"]),
  user_info: z.object({
    email: z.email().max(128),
    type: userType,
    first_name: z.string().max(64).optional(),
    last_name: z.string().max(64).optional(),
    display_name: z.string().max(128).optional(),
  }),
});

/** What `PATCH /users/{userId}` may change. */
const patchBody = z.object({
  first_name: z.string().max(64).optional(),
  last_name: z.string().max(64).optional(),
  display_name: z.string().max(128).optional(),
  type: userType.optional(),
  timezone: z.string().optional(),
  language: z.string().optional(),
  dept: z.string().optional(),
  job_title: z.string().max(128).optional(),
  company: z.string().max(255).optional(),
  location: z.string().max(256).optional(),
  cost_center: z.string().optional(),
  manager: z.string().optional(),
  phone_number: z.string().optional(),
  pmi: z.int().min(1e9).max(99_999_999_999).optional(),
  use_pmi: z.boolean().optional(),
  host_key: z
    .string()
    .regex(/^\d{6,10}$/)
    .optional(),
  pronouns: z.string().optional(),
  vanity_name: z.string().optional(),
});

/**
 * People of the account: list, get, create, update, delete, status, permissions, settings.
 *
 * Not emulated: pictures, assistants, schedulers, presence, virtual backgrounds, SSO tokens, licence counts,
 * and moving a deleted person's meetings to another.
 */
export function users(sandbox: Sandbox, changes: UserChanges): void {
  const { api, clock, users: people, roles, account } = sandbox;

  // Zoom: the granular scope of the list exists only for admins (zoom-api.md appendix A).
  const list: Operation = {
    scopes: [...read, "user:read:list_users:admin"],
    privilege: "User:Read",
    label: "Medium",
    accountWide: true,
  };
  api.get("/users", list, (c) => {
    const wanted = c.req.query("status");
    // Zoom: an unknown status answers the default set (live, 2026-09-08).
    const status = wanted === "inactive" || wanted === "pending" ? wanted : "active";
    const roleId = c.req.query("role_id");
    const { caller } = c.var;
    const rows = people
      .all()
      .filter(
        (user) =>
          user.status === status &&
          (roleId === undefined || user.role_id === roleId) &&
          (caller.admin || user.id === caller.user.id),
      );
    const { rows: shown, ...page } = pageOf(c, clock, rows, { default: 30, max: 2000 });
    return c.json({ ...page, users: shown.map(listItem) });
  });

  const create: Operation = {
    scopes: [...write, "user:write:user:admin"],
    privilege: "User:Edit",
    label: "Light",
  };
  api.post("/users", create, async (c) => {
    const { caller } = c.var;
    if (!roles.allows(caller.user, "User:Edit")) throw zoomError(400, 200, "No permission.");
    const { action, user_info } = await readBody(c, createBody);
    const { id, email, first_name, last_name, type } = changes.create(action, user_info, caller.user);
    return c.json({ id, email, first_name, last_name, type }, 201);
  });

  api.get("/users/email", operation(read, "user:read:email", "Light"), (c) => {
    const email = c.req.query("email");
    if (!email)
      throw zoomError(400, 300, "Validation Failed.", [{ field: "email", message: "Invalid field." }]);
    return c.json({ existed_email: people.byEmail(email) !== undefined });
  });

  const get = operation([...read, "user_profile", "user_info:read"], "user:read:user", "Light");
  api.get("/users/:userId", get, (c) => {
    const user = acting(people.named(c.req.param("userId"), c.var.caller));
    return c.json(profile(user, account, roles.find(user.role_id)));
  });

  api.patch("/users/:userId", operation(write, "user:update:user", "Light", true), async (c) => {
    const user = acting(people.named(c.req.param("userId"), c.var.caller));
    changes.update(user, await readBody(c, patchBody), c.var.caller.user);
    return c.body(null, 204);
  });

  api.delete("/users/:userId", operation(write, "user:delete:user", "Light", true), (c) => {
    const user = people.named(c.req.param("userId"), c.var.caller);
    const action = c.req.query("action") ?? "disassociate";
    if (action !== "disassociate" && action !== "delete") {
      throw zoomError(400, 300, "Validation Failed.", [{ field: "action", message: "Invalid field." }]);
    }
    changes.remove(user, action, c.var.caller.user);
    return c.body(null, 204);
  });

  const statusBody = z.looseObject({ action: z.enum(["activate", "deactivate", "clock_in", "clock_out"]) });
  api.put("/users/:userId/status", operation(write, "user:update:status", "Light", true), async (c) => {
    const user = acting(people.named(c.req.param("userId"), c.var.caller));
    const { action } = await readBody(c, statusBody);
    if (action === "activate") changes.setStatus(user, "active", c.var.caller.user);
    if (action === "deactivate") changes.setStatus(user, "inactive", c.var.caller.user);
    return c.body(null, 204);
  });

  const permissions = operation([...read, "user_profile"], "user:read:list_permissions", "Light");
  api.get("/users/:userId/permissions", permissions, (c) => {
    const user = acting(people.named(c.req.param("userId"), c.var.caller));
    return c.json({ permissions: roles.find(user.role_id)?.privileges ?? [] });
  });

  api.get("/users/:userId/settings", operation(read, "user:read:settings", "Medium"), (c) => {
    const user = acting(people.named(c.req.param("userId"), c.var.caller));
    return c.json(changes.settings(user));
  });

  const settingsBody = z.record(z.string(), z.record(z.string(), z.unknown()));
  api.patch(
    "/users/:userId/settings",
    operation(write, "user:update:settings", "Medium", true),
    async (c) => {
      const user = acting(people.named(c.req.param("userId"), c.var.caller));
      changes.updateSettings(user, await readBody(c, settingsBody), c.var.caller.user);
      return c.body(null, 204);
    },
  );
}

// Zoom: a person who has not accepted the invitation has no usable profile (zoom-api.md 4.5).
function acting(user: User): User {
  if (user.status === "pending") throw zoomError(400, 1120, "Invitation not found.");
  return user;
}
