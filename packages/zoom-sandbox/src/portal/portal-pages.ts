import type { RoleChanges } from "../resources/roles/role-changes.ts";
import type { UserChanges } from "../resources/users/user-changes.ts";
import type { Sandbox } from "../sandbox.ts";
import { createPages } from "./admin.ts";
import { meetingPages } from "./meeting-pages.ts";
import { rolePages } from "./role-pages.ts";
import type { Sessions } from "./session.ts";
import { userPages } from "./user-pages.ts";

/** What the portal's pages work with. */
export interface PortalParts {
  readonly sandbox: Sandbox;
  readonly sessions: Sessions;
  readonly userChanges: UserChanges;
  readonly roleChanges: RoleChanges;
}

/** The admin portal: people, roles and meetings. */
export function portalPages(parts: PortalParts): void {
  const pages = createPages(parts);
  parts.sandbox.app.get("/portal", (c) => c.redirect("/portal/users"));
  userPages(parts, pages);
  rolePages(parts, pages);
  meetingPages(parts, pages);
}
