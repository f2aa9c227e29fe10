import type { Sessions } from "../portal/session.ts";
import type { Sandbox } from "../sandbox.ts";
import type { Apps } from "./apps.ts";

/** What the Marketplace's pages work with. */
export interface MarketplaceParts {
  readonly sandbox: Sandbox;
  readonly sessions: Sessions;
  readonly apps: Apps;
}

/** The App Marketplace. */
export function marketplacePages(_: MarketplaceParts): void {}
