import { html } from "hono/html";
import { createPages } from "../portal/admin.ts";
import type { Sessions } from "../portal/session.ts";
import type { Sandbox } from "../sandbox.ts";
import type { Approvals } from "./approvals.ts";
import type { Apps } from "./apps.ts";
import { developPages } from "./develop-pages.ts";
import { managePages } from "./manage-pages.ts";

/** What the Marketplace's pages work with. */
export interface MarketplaceParts {
  readonly sandbox: Sandbox;
  readonly sessions: Sessions;
  readonly apps: Apps;
  readonly approvals: Approvals;
}

/** The App Marketplace: Develop (build apps) and Manage (added apps; for admins the account's apps and requests). */
export function marketplacePages(parts: MarketplaceParts): void {
  const pages = createPages(parts);
  pages.get("/marketplace", undefined, (c, user) =>
    pages.show(c, user, {
      title: "App Marketplace",
      here: "/marketplace",
      body: html`<h1>App Marketplace</h1>
        <section class="card"><h2><a href="/marketplace/apps">Develop</a></h2>
          <p>Build an app: OAuth for people or for the account, server-to-server, or webhooks only. It gets credentials, scopes and event subscriptions.</p></section>
        <section class="card"><h2><a href="/marketplace/added">Manage</a></h2>
          <p>See the apps that were added, and remove them. Admins decide on requests and on the account's apps.</p></section>`,
    }),
  );
  developPages(parts, pages);
  managePages(parts, pages);
}
