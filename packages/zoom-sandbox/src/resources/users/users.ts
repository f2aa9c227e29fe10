import type { Sandbox, User } from "../../sandbox.ts";
import { zoomError } from "../../sandbox.ts";
import type { CreateAction, NewPerson, UserChanges } from "./user-changes.ts";
import { listItem, profile } from "./user-views.ts";

interface NewUserBody {
  readonly action: CreateAction;
  readonly user_info: NewPerson;
}

/**
 * People of the account: list, get, create, update, delete, status, permissions, settings.
 *
 * Not emulated: pictures, assistants, schedulers, presence, virtual backgrounds, SSO tokens, licence counts,
 * and moving a deleted person's meetings to another.
 */
export function users(sandbox: Sandbox, changes: UserChanges): void {
  const { api, users: people, roles, account } = sandbox;

  api.on("GET /users", (call) => {
    const wanted = call.query("status");
    // Zoom: an unknown status answers the default set (live, 2026-09-08).
    const status = wanted === "inactive" || wanted === "pending" ? wanted : "active";
    const roleId = call.query("role_id");
    const { caller } = call;
    const rows = people
      .all()
      .filter(
        (user) =>
          user.status === status &&
          (roleId === undefined || user.role_id === roleId) &&
          (caller.admin || user.id === caller.user.id),
      );
    const { rows: shown, ...page } = call.page(rows);
    return { ...page, users: shown.map(listItem) };
  });

  api.on("POST /users", (call) => {
    const { caller } = call;
    if (!roles.allows(caller.user, "User:Edit")) throw zoomError(400, 200, "No permission.");
    const { action, user_info } = call.body<NewUserBody>();
    const { id, email, first_name, last_name, type } = changes.create(action, user_info, caller.user);
    return { id, email, first_name, last_name, type };
  });

  api.on("GET /users/email", (call) => {
    const email = call.query("email");
    if (!email)
      throw zoomError(400, 300, "Validation Failed.", [{ field: "email", message: "Invalid field." }]);
    return { existed_email: people.byEmail(email) !== undefined };
  });

  api.on("GET /users/{userId}", (call) => {
    const user = acting(people.named(call.params.userId, call.caller));
    return profile(user, account, roles.find(user.role_id));
  });

  api.on("PATCH /users/{userId}", (call) => {
    const user = acting(people.named(call.params.userId, call.caller));
    changes.update(user, call.body(), call.caller.user);
    return undefined;
  });

  api.on("DELETE /users/{userId}", (call) => {
    const user = people.named(call.params.userId, call.caller);
    const action = call.query("action") ?? "disassociate";
    if (action !== "disassociate" && action !== "delete") {
      throw zoomError(400, 300, "Validation Failed.", [{ field: "action", message: "Invalid field." }]);
    }
    changes.remove(user, action, call.caller.user);
    return undefined;
  });

  api.on("PUT /users/{userId}/status", (call) => {
    const user = acting(people.named(call.params.userId, call.caller));
    const { action } = call.body<{ action: string }>();
    if (action === "activate") changes.setStatus(user, "active", call.caller.user);
    if (action === "deactivate") changes.setStatus(user, "inactive", call.caller.user);
    return undefined;
  });

  api.on("GET /users/{userId}/permissions", (call) => {
    const user = acting(people.named(call.params.userId, call.caller));
    return { permissions: roles.find(user.role_id)?.privileges ?? [] };
  });

  api.on("GET /users/{userId}/settings", (call) => {
    const user = acting(people.named(call.params.userId, call.caller));
    return changes.settings(user);
  });

  api.on("PATCH /users/{userId}/settings", (call) => {
    const user = acting(people.named(call.params.userId, call.caller));
    changes.updateSettings(user, call.body<Record<string, Record<string, unknown>>>(), call.caller.user);
    return undefined;
  });
}

// Zoom: a person who has not accepted the invitation has no usable profile (zoom-api.md 4.5).
function acting(user: User): User {
  if (user.status === "pending") throw zoomError(400, 1120, "Invitation not found.");
  return user;
}
