/** What the Marketplace's operations share. */
import type { Call } from "../../call.ts";
import type { App } from "../../marketplace/app.ts";
import type { Apps } from "../../marketplace/apps.ts";
import { type Sandbox, type User, zoomError } from "../../sandbox.ts";

/** Finds the app of a path that the caller may see: its own, one the person made, or as an admin any. @throws {ZoomError} 404/1401 */
export function appOf(apps: Apps, call: Call): App {
  const id = call.params["appId"] ?? "";
  const app = apps.find(id);
  const { caller } = call;
  if (!app || !(caller.admin || app.created_by === caller.user.id || app.id === caller.appId))
    throw zoomError(404, 1401, `App ID does not exist: ${id}`);
  return app;
}

/** Finds a person that a body or path names. @throws {ZoomError} 404/1001 */
export function personOf({ users }: Pick<Sandbox, "users">, key: string): User {
  const user = users.find(key);
  if (!user) throw zoomError(404, 1001, `User does not exist or does not belong to this account: ${key}.`);
  return user;
}

/** What every answer says of an app. */
export function appHead(app: App) {
  return {
    ...{ app_id: app.id, app_name: app.name, app_type: "OAuthApp", app_status: "UNPUBLISHED" },
    // Zoom: 1 is managed by admins, 2 by each person.
    app_usage: app.kind === "user_managed" ? 2 : 1,
  };
}
