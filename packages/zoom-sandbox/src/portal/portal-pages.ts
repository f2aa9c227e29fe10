import type { SettingDocuments } from "../resources/resources.ts";
import type { GroupChanges } from "../resources/groups/group-changes.ts";
import type { RoleChanges } from "../resources/roles/role-changes.ts";
import type { UserChanges } from "../resources/users/user-changes.ts";
import type { Sandbox } from "../sandbox.ts";
import { accountPages } from "./account-pages.ts";
import { createPages } from "./admin.ts";
import { groupPages } from "./group-pages.ts";
import { lookPages } from "./look-pages.ts";
import { meetingPages } from "./meeting-pages.ts";
import { rolePages } from "./role-pages.ts";
import type { Sessions } from "./session.ts";
import { trackingPages } from "./tracking-pages.ts";
import { userPages } from "./user-pages.ts";

/** What the portal's pages work with. */
export interface PortalParts {
  readonly sandbox: Sandbox;
  readonly sessions: Sessions;
  readonly userChanges: UserChanges;
  readonly roleChanges: RoleChanges;
  readonly groupChanges: GroupChanges;
  readonly settingDocuments: SettingDocuments;
}

/** The portal: people, roles, groups, the account, rooms and reports for admins; everybody's meetings and recordings. */
export function portalPages(parts: PortalParts): void {
  const pages = createPages(parts);
  const { roles } = parts.sandbox;
  pages.get("/portal", undefined, (c, user) =>
    c.redirect(roles.allows(user, "User:Read") ? "/portal/users" : "/portal/meetings"),
  );
  userPages(parts, pages);
  groupPages(parts, pages);
  rolePages(parts, pages);
  accountPages(parts, pages);
  trackingPages(parts, pages);
  meetingPages(parts, pages);
  lookPages(parts, pages);
}
