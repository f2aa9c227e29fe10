/** People's requests for apps, and approval in advance. */
import type { ApprovalChange, Approvals } from "../../marketplace/approvals.ts";
import type { Apps } from "../../marketplace/apps.ts";
import { type Sandbox, zoomError } from "../../sandbox.ts";
import { appHead, appOf, personOf } from "./app-rows.ts";

interface Named {
  readonly action: string;
  readonly user_ids?: string[];
  readonly group_ids?: string[];
}

/** The operations. */
export function appRequests(
  sandbox: Sandbox,
  { apps, approvals }: { readonly apps: Apps; readonly approvals: Approvals },
): void {
  const { api, clock, users, table } = sandbox;
  const now = (): string => `${clock.now().toISOString().slice(0, 19)}Z`;

  api.on("GET /marketplace/apps/{appId}/requests", (call) => {
    const status = call.query("status") ?? "pending";
    const all = approvals.requests(appOf(apps, call).id).filter((row) => row.status === status);
    const { rows, ...page } = call.page(all);
    const shown = rows.map(({ user_id, reason, requested_at }) => {
      const user = users.find(user_id);
      return {
        ...{ request_user_id: user_id, request_user_name: user?.display_name ?? "" },
        ...{ request_user_email: user?.email ?? "", request_user_department: user?.dept ?? "" },
        ...{ request_date_time: requested_at, reason, status },
      };
    });
    return { ...page, requests: shown };
  });

  api.on("PATCH /marketplace/apps/{appId}/requests", (call) => {
    const app = appOf(apps, call);
    const { action, request_user_ids = [] } = call.body<{ action: string; request_user_ids?: string[] }>();
    const pending = approvals.requests(app.id).filter(({ status }) => status === "pending");
    const chosen = action.endsWith("_all")
      ? pending
      : pending.filter(({ user_id }) => request_user_ids.includes(user_id));
    for (const row of chosen) {
      if (action === "cancel") approvals.withdraw(row);
      else approvals.decide(row, action.startsWith("approve") ? "approved" : "rejected", call.caller.user);
    }
  });

  const named = ({ user_ids = [], group_ids = [] }: Named): Pick<Named, "user_ids" | "group_ids"> => {
    for (const id of user_ids) personOf(sandbox, id);
    for (const id of group_ids) {
      if (!table("groups").has(id)) throw zoomError(404, 4130, `A group with this ${id} does not exist.`);
    }
    return { user_ids, group_ids };
  };
  const changeOf = ({ action, user_ids = [], group_ids = [] }: Named): ApprovalChange => {
    const allow = !action.startsWith("dis");
    if (action.endsWith("_all")) return { all: allow };
    return action.endsWith("_group")
      ? { groups: { ids: group_ids, allow } }
      : { users: { ids: user_ids, allow } };
  };

  api.on("POST /marketplace/apps/{appId}/requests", (call) => {
    const app = appOf(apps, call);
    const body = call.body<Named>();
    const ids = named(body);
    approvals.change(app, changeOf(body), call.caller.user);
    return { added_at: now(), ...ids };
  });

  api.on("POST /marketplace/apps/{appId}/preApprove", (call) => {
    const app = appOf(apps, call);
    if (app.needs_approval !== true) throw zoomError(400, 1404, "application_pre_approved_status_off");
    const body = call.body<Named>();
    const ids = named(body);
    approvals.change(app, changeOf(body), call.caller.user);
    return { executed_at: now(), ...ids };
  });

  api.on("GET /marketplace/users/{userId}/apps", (call) => {
    const user = users.named(call.params.userId, call.caller);
    const past = call.query("type") === "past_requests";
    const mine = approvals
      .requests()
      .filter((row) => row.user_id === user.id && (row.status !== "pending") === past);
    const { rows, ...page } = call.page(mine);
    const shown = rows.flatMap((row) => {
      const app = apps.find(row.app_id);
      if (!app) return [];
      const { id: request_id, requested_at: request_date_time, status: request_status } = row;
      return [{ ...appHead(app), request_id, request_date_time, request_status }];
    });
    return { ...page, apps: shown };
  });

  api.on("PATCH /marketplace/users/{userId}/apps/{appId}/subscription", (call) => {
    const user = personOf(sandbox, call.params.userId);
    const app = appOf(apps, call);
    const install = apps.installs(app.id).find(({ user_id }) => user_id === user.id);
    if (!install) throw zoomError(400, 1300, `The user don't authorize the app: ${user.id}.`);
    install.events_off = call.body<{ action: string }>().action === "disable";
  });
}
