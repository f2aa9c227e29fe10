/**
 * Apps of the account: list, create, look at, delete, other client secrets, links into apps.
 *
 * Not emulated: entitlements, custom fields and notifications, since nothing of the sandbox sells apps or shows them.
 */
import type { Call } from "../../call.ts";
import type { App, AppKind } from "../../marketplace/app.ts";
import type { Approvals, AppRequest } from "../../marketplace/approvals.ts";
import type { Apps } from "../../marketplace/apps.ts";
import { scopeWords } from "../../oauth/scope-words.ts";
import { type Sandbox, zoomError } from "../../sandbox.ts";
import { appHead, appOf, personOf } from "./app-rows.ts";

const KINDS: Readonly<Record<string, AppKind>> = {
  s2s_oauth: "server_to_server",
  meeting_sdk: "user_managed",
  general: "admin_managed",
};

const ROTATIONS = 3;
const ROTATION_WINDOW_MS = 15 * 60_000;

/** The operations. */
export function marketplaceApps(
  sandbox: Sandbox,
  { apps, approvals }: { readonly apps: Apps; readonly approvals: Approvals },
): void {
  const { api, clock, users } = sandbox;

  const lists: Readonly<Record<string, (app: App, requests: readonly AppRequest[]) => boolean>> = {
    active_requests: (_, requests) => requests.some(({ status }) => status === "pending"),
    past_requests: (_, requests) => requests.some(({ status }) => status !== "pending"),
    // Zoom: what is published; nothing of the sandbox is.
    public: () => false,
    account_created: () => true,
    approved_apps: (app) => approvals.approvalOf(app) !== undefined,
    restricted_apps: (app) => app.needs_approval === true && approvals.approvalOf(app) === undefined,
    account_added: (app) => apps.installs(app.id).length > 0,
  };

  api.on("GET /marketplace/apps", (call) => {
    const fits = lists[call.query("type") ?? "active_requests"] ?? lists["active_requests"];
    const { rows, ...page } = call.page(apps.all().filter((app) => fits?.(app, approvals.requests(app.id))));
    return { ...page, apps: rows.map(listed) };
  });

  function listed(app: App): object {
    const requests = approvals.requests(app.id);
    const count = (status: AppRequest["status"]) => requests.filter((row) => row.status === status).length;
    const latest = requests
      .map(({ requested_at }) => requested_at)
      .toSorted()
      .at(-1);
    const reviewed = requests.findLast(({ reviewed_at }) => reviewed_at !== undefined);
    const approval = approvals.approvalOf(app);
    return {
      ...appHead(app),
      ...{ app_developer_type: "INTERNAL", app_description: "" },
      ...(requests[0] && { request_id: requests[0].id }),
      ...{ request_total_number: requests.length, request_pending_number: count("pending") },
      ...{ request_approved_number: count("approved"), request_declined_number: count("rejected") },
      ...(latest !== undefined && { latest_request_date_time: latest }),
      ...(reviewed && {
        reviewer_name: users.find(reviewed.reviewer_id ?? "")?.display_name ?? "",
        review_date_time: reviewed.reviewed_at,
      }),
      scopes: app.scopes.map((scope) => ({ scope_name: scope, scope_description: scopeWords(scope) })),
      ...(approval && {
        approval_info: {
          approved_type: approval.all ? "forAllUser" : "forSpecificUser",
          ...{ approver_id: approval.approver_id, approved_time: approval.approved_at },
          app_approval_closed: app.needs_approval !== true,
        },
      }),
    };
  }

  api.on("POST /marketplace/apps", (call) => {
    const body = call.body<{ app_type: string; app_name: string; scopes?: string[]; active?: boolean }>();
    const app = apps.create(
      {
        ...{ name: body.app_name, kind: KINDS[body.app_type] ?? "admin_managed" },
        ...{ redirect_urls: [], scopes: body.scopes ?? [], deauthorization_url: "" },
      },
      call.caller.user.id,
    );
    // Zoom: an app made by the API is off until asked otherwise.
    app.active = body.active === true;
    const { client_id, client_secret } = app;
    const credentials = { client_id, client_secret };
    return {
      ...{ created_at: `${app.created_at.slice(0, 19)}Z`, app_id: app.id, app_name: app.name },
      ...{ app_type: body.app_type, scopes: app.scopes },
      ...{ production_credentials: credentials, development_credentials: credentials },
    };
  });

  api.on("GET /marketplace/apps/{appId}", (call) => {
    const app = appOf(apps, call);
    return {
      ...{ ...appHead(app), app_description: "", app_scopes: app.scopes },
      ...{ app_links: {}, app_permissions: [] },
      app_requirements: {
        ...{ user_role: app.kind === "user_managed" ? "user" : "admin", min_client_version: "" },
        account_eligibility: { account_types: [], premium_events: [] },
      },
    };
  });

  api.on("DELETE /marketplace/apps/{appId}", (call) => apps.delete(appOf(apps, call)));

  api.on("POST /marketplace/apps/{appId}/rotate_client_secret", (call) => {
    const app = appOf(apps, call);
    const nowMs = clock.now().getTime();
    const lately = (app.secret_changes ?? []).filter((atMs) => atMs > nowMs - ROTATION_WINDOW_MS);
    if (lately.length >= ROTATIONS) {
      throw zoomError(
        400,
        2000,
        "Working on processing your request. Can only change client secret rotate schedule 3 times in 15 minutes.",
      );
    }
    const { action, revoke_old_secret_time: wanted } = call.body<{
      action: "new" | "update";
      revoke_old_secret_time: string;
    }>();
    const until = wanted === "now" ? new Date(nowMs) : new Date(wanted);
    if (Number.isNaN(until.getTime()) || until.getTime() < nowMs)
      throw zoomError(400, 2001, "Invalid value of request param `revoke_old_secret_time`.");
    if (action === "new") apps.rotateSecret(app, until);
    const { old_secret } = app;
    if (old_secret === undefined || old_secret.revoked_ms < nowMs)
      throw zoomError(404, 1401, "Secret ID does not exist.");
    old_secret.revoked_ms = until.getTime();
    app.secret_changes = [...lately, nowMs];
    return {
      secret_id: old_secret.id,
      ...(action === "new" && { new_secret: app.client_secret }),
      revoke_old_secret_time: `${until.toISOString().slice(0, 19)}Z`,
    };
  });

  const link = (call: Call, app: App, values: Record<string, string>): { deeplink: string } => {
    const query = new URLSearchParams({ action: call.body<{ action?: string }>().action ?? "", ...values });
    return { deeplink: `${sandbox.origin()}/launch/app/${app.id}?${query.toString()}` };
  };
  api.on("POST /marketplace/apps/{appId}/deeplink", (call) => {
    const { target, type } = call.body<{ target: string; type: number }>();
    return link(call, appOf(apps, call), { target, type: String(type) });
  });
  api.on("POST /zoomapp/deeplink", (call) => {
    const { user_id } = call.body<{ user_id?: string }>();
    if (user_id !== undefined) personOf(sandbox, user_id);
    const app = apps.find(call.caller.appId);
    if (!app) throw zoomError(404, 1401, `App ID does not exist: ${call.caller.appId}`);
    return link(call, app, user_id === undefined ? {} : { user_id });
  });
}
