import type { RequestLog } from "../../control/request-log.ts";
import type { Approvals } from "../../marketplace/approvals.ts";
import type { Apps } from "../../marketplace/apps.ts";
import type { Sandbox } from "../../sandbox.ts";
import { appLogs } from "./app-logs.ts";
import { appManifest } from "./app-manifest.ts";
import { appRequests } from "./app-requests.ts";
import { eventSubscriptions } from "./event-subscriptions.ts";
import { marketplaceApps } from "./marketplace-apps.ts";

/** What the Marketplace's pages change too. */
export interface MarketplaceChanges {
  readonly apps: Apps;
  readonly approvals: Approvals;
  readonly requests: RequestLog;
}

/** Registers the Marketplace's operations. */
export function registerMarketplace(sandbox: Sandbox, changes: MarketplaceChanges): void {
  marketplaceApps(sandbox, changes);
  appRequests(sandbox, changes);
  appLogs(sandbox, changes);
  appManifest(sandbox, changes);
  eventSubscriptions(sandbox, changes);
}
