/** What admins decide about apps: requests of people, and approval in advance. */
import type { Roles, Sandbox, User } from "../sandbox.ts";
import type { App } from "./app.ts";

/** Somebody asked for an app. Table `app_requests`. */
export interface AppRequest {
  id: string;
  app_id: string;
  user_id: string;
  reason: string;
  status: "pending" | "approved" | "rejected";
  requested_at: string;
  reviewed_at?: string;
  reviewer_id?: string;
}

/** For whom an app is approved. Table `app_approvals`, by the app's id. */
export interface AppApproval {
  app_id: string;
  all: boolean;
  user_ids: string[];
  group_ids: string[];
  approver_id: string;
  approved_at: string;
}

/** Who may be let in, or out again, without a request. */
export interface ApprovalChange {
  readonly all?: boolean;
  readonly users?: { readonly ids: readonly string[]; readonly allow: boolean };
  readonly groups?: { readonly ids: readonly string[]; readonly allow: boolean };
}

/** The decisions; the pages and the API share them. */
export interface Approvals {
  /** True when the person must ask an admin before adding the app. */
  readonly missing: (app: App, user: User) => boolean;
  readonly approvalOf: (app: App) => AppApproval | undefined;
  readonly requests: (appId?: string) => AppRequest[];
  readonly requestOf: (app: App, user: User) => AppRequest | undefined;
  /** Asks the admins; they hear `app.authorization_request_created`. */
  readonly request: (app: App, user: User, reason: string) => AppRequest;
  /** Forgets a request. */
  readonly withdraw: (request: AppRequest) => void;
  readonly decide: (request: AppRequest, status: "approved" | "rejected", by: User) => void;
  readonly change: (app: App, change: ApprovalChange, by: User) => AppApproval;
}

type ApprovalParts = Pick<Sandbox, "clock" | "table" | "emit"> & { readonly roles: Roles };

/** Makes the decisions. */
export function createApprovals({ clock, table, emit, roles }: ApprovalParts): Approvals {
  const requests = table<AppRequest>("app_requests");
  const approvals = table<AppApproval>("app_approvals");
  const groups = table<{ id: string; name: string }>("groups");
  const now = (): string => `${clock.now().toISOString().slice(0, 19)}Z`;
  const idOf = (app: App, user: User): string => `${app.id}:${user.id}`;

  function change(app: App, { all, users, groups: groupChange }: ApprovalChange, by: User): AppApproval {
    let row = approvals.get(app.id);
    if (row === undefined) {
      row = { app_id: app.id, all: false, user_ids: [], group_ids: [], approver_id: "", approved_at: "" };
      approvals.set(app.id, row);
    }
    Object.assign(row, { approver_id: by.id, approved_at: now() });
    if (all !== undefined) row.all = all;
    if (all === false) Object.assign(row, { user_ids: [], group_ids: [] });
    row.user_ids = changed(row.user_ids, users);
    row.group_ids = changed(row.group_ids, groupChange);
    return row;
  }

  return {
    missing: (app, user) => {
      // Zoom: who may edit the Marketplace approves for everybody, so needs nobody's approval (zoom-api.md 4.8).
      if (app.needs_approval !== true || roles.allows(user, "MarketPlace:Edit")) return false;
      const row = approvals.get(app.id);
      if (row === undefined) return true;
      const byGroup = row.group_ids.some((id) => user.group_ids.includes(id));
      return !(row.all || row.user_ids.includes(user.id) || byGroup);
    },
    approvalOf: (app) => approvals.get(app.id),
    requests: (appId) => requests.filter((row) => appId === undefined || row.app_id === appId),
    requestOf: (app, user) => requests.get(idOf(app, user)),
    request: (app, user, reason) => {
      const waiting = requests.get(idOf(app, user));
      // Who asks again while the admins have not answered is heard once.
      if (waiting?.status === "pending") return waiting;
      const row: AppRequest = {
        ...{ id: idOf(app, user), app_id: app.id, user_id: user.id, reason },
        ...{ status: "pending", requested_at: now() },
      };
      requests.set(row.id, row);
      emit("app.authorization_request_created", {
        app_name: app.name,
        app_type: "OAuth App",
        app_status: "development",
        app_description: "",
        app_link: {},
        app_permissions: permissionsOf(app.scopes),
        install_requirements: {
          user_role: app.kind === "admin_managed" ? "Account Admin" : "Any User",
          account_eligibility: { premium_events: [], account_types: [] },
        },
        app_scopes: app.scopes,
        requester_name: user.display_name,
        requester_department: user.dept,
        requester_user_groups: user.group_ids.map((id) => groups.get(id)?.name ?? id),
        request_reason: reason,
      });
      return row;
    },
    withdraw: ({ id }) => void requests.delete(id),
    decide: (request, status, by) => {
      Object.assign(request, { status, reviewed_at: now(), reviewer_id: by.id });
      const app = table<App>("apps").get(request.app_id);
      if (app !== undefined)
        change(app, { users: { ids: [request.user_id], allow: status === "approved" } }, by);
    },
    change,
  };
}

/** What an app sees and what it changes, by product. */
function permissionsOf(scopes: readonly string[]): { View: string[]; Manage: string[] } {
  const products = (reads: boolean): string[] => [
    ...new Set(
      scopes
        .filter((scope) => scope.includes(":read") === reads)
        .map((scope) => scope.split(":", 1)[0] ?? ""),
    ),
  ];
  return { View: products(true), Manage: products(false) };
}

function changed(ids: string[], by: ApprovalChange["users"]): string[] {
  if (by === undefined) return ids;
  const others = ids.filter((id) => !by.ids.includes(id));
  return by.allow ? [...others, ...by.ids] : others;
}
