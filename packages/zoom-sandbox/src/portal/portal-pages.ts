import type { RoleChanges } from "../resources/roles/role-changes.ts";
import type { UserChanges } from "../resources/users/user-changes.ts";
import type { Sandbox } from "../sandbox.ts";
import type { Sessions } from "./session.ts";

/** What the portal's pages work with. */
export interface PortalParts {
  readonly sandbox: Sandbox;
  readonly sessions: Sessions;
  readonly userChanges: UserChanges;
  readonly roleChanges: RoleChanges;
}

/** The admin portal. */
export function portalPages(_: PortalParts): void {}
