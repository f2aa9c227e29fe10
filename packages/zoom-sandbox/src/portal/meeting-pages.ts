import type { Context } from "hono";
import { html } from "hono/html";
import { perform, sceneOf } from "../people/action.ts";
import { actions } from "../people/actions.ts";
import { kindOf, type Planned, Refused } from "../people/session.ts";
import { viewOf } from "../people/view.ts";
import type { Meeting } from "../resources/meetings/meeting-rows.ts";
import { type Sandbox, type SandboxEnv, type User, zoomError } from "../sandbox.ts";
import { type Pages, withNotice } from "./admin.ts";
import type { Markup } from "./layout.ts";
import { pageLinks, paged } from "./paged.ts";
import type { PortalParts } from "./portal-pages.ts";
import { scheduleForm, scheduleMeeting } from "./schedule-meeting.ts";
import { bodyOf } from "./session-form.ts";
import { sessionPage } from "./session-page.ts";

type Row = Planned & Partial<Pick<Meeting, "deleted" | "created_at" | "tracking_fields">>;
type Query = Readonly<Record<string, string>>;

/** Meetings and webinars: lists, scheduling a meeting, and a page to act as the people in each. */
export function meetingPages(parts: PortalParts, pages: Pages): void {
  const { sandbox, sessions } = parts;
  for (const kind of ["meetings", "webinars"] as const) {
    const here = `/portal/${kind}`;
    const find = (user: User, id = ""): Row => {
      const row = sandbox.table<Row>(kind).get(id);
      if (!row || row.deleted === true || !sees(sandbox, kind, user)(row))
        throw zoomError(404, 3001, `There is no ${kind.slice(0, -1)} ${id} that you may see.`);
      return row;
    };

    pages.get(here, undefined, (c, user) => {
      const query = c.req.query();
      const rows = listed(sandbox.table<Row>(kind).filter(sees(sandbox, kind, user)), query["q"] ?? "");
      const body = html`${list(sandbox, kind, rows, query)}${kind === "meetings" ? scheduleForm(sandbox, sessions.csrf(user), user) : ""}`;
      return pages.show(c, user, { title: title(kind), here, body });
    });

    pages.get(`${here}/:id`, undefined, (c, user) => {
      const row = find(user, c.req.param("id"));
      const path = `${here}/${row.id}`;
      const host = sandbox.users.find(row.host_id);
      const body = sessionPage({
        ...{ path, planned: row, view: viewOf(sandbox, row), host, query: c.req.query() },
        csrf: sessions.csrf(user),
      });
      return pages.show(c, user, { title: row.topic, here, body });
    });

    for (const [name, action] of Object.entries(actions)) {
      pages.post(`${here}/:id/do/${name}`, undefined, (c, user, form) => {
        const row = find(user, c.req.param("id"));
        try {
          perform(action, sceneOf(sandbox, row), bodyOf(form));
        } catch (error) {
          if (error instanceof Refused) throw zoomError(400, 300, error.message);
          throw error;
        }
        // What was converted is on the other's page.
        return withNotice(
          back(c, `/portal/${kindOf(row)}s/${row.id}`),
          `Done: ${name.replaceAll(/[/-]/g, " ")}.`,
        );
      });
    }
  }

  pages.post("/portal/meetings", undefined, (_, user, form) => {
    const meeting = scheduleMeeting(sandbox, form, user);
    return withNotice(`/portal/meetings/${meeting.id}`, "Scheduled.");
  });
}

/** The tab the form was on. */
function back(c: Context<SandboxEnv>, path: string): string {
  const tab = c.req.query("tab");
  return tab === undefined || !/^\w+$/.test(tab) ? path : `${path}?tab=${tab}`;
}

/** Everybody's for who may look at them, else the person's own. */
function sees({ roles }: Sandbox, kind: "meetings" | "webinars", user: User): (row: Row) => boolean {
  const all = roles.allows(user, kind === "meetings" ? "Meeting:Read" : "Webinar:Read");
  return ({ host_id }) => all || host_id === user.id;
}

/** What is under way first, then the latest. */
function listed(rows: readonly Row[], words: string): Row[] {
  const wanted = words.toLowerCase();
  const fitting = rows.filter(
    (row) =>
      row.deleted !== true && (row.topic.toLowerCase().includes(wanted) || String(row.id).includes(wanted)),
  );
  const rank = ({ status, start_time, created_at = "" }: Row): string =>
    `${status === "started" ? 1 : 0} ${start_time ?? created_at}`;
  return fitting.toSorted((one, other) => (rank(one) < rank(other) ? 1 : -1));
}

function list({ users }: Sandbox, kind: "meetings" | "webinars", rows: readonly Row[], query: Query): Markup {
  const here = `/portal/${kind}`;
  const shown = paged(rows, query["page"]);
  return html`<div class="head"><h1>${title(kind)}</h1></div><section class="card">
    <form class="search" method="get" role="search"><div><label for="q">Search</label><input id="q" name="q" type="search" value="${query["q"] ?? ""}" placeholder="Topic or number" /></div><button>Search</button></form>
    ${
      rows.length === 0
        ? html`<p class="soft">No ${kind} here.</p>`
        : html`<div class="scroll"><table><thead><tr><th>Topic</th><th>Host</th><th>Start</th><th>State</th></tr></thead><tbody>${shown.rows.map(
            (row) =>
              html`<tr><th scope="row"><a href="${here}/${row.id}">${row.topic}</a></th><td>${users.find(row.host_id)?.email ?? ""}</td><td>${row.start_time ? `${row.start_time.slice(0, 16).replace("T", " ")} UTC` : "any time"}</td><td>${row.status === "started" ? html`<span class="tag">in progress</span>` : ""}</td></tr>`,
          )}</tbody></table></div>${pageLinks(shown, here, query)}`
    }</section>`;
}

function title(kind: "meetings" | "webinars"): string {
  return kind === "meetings" ? "Meetings" : "Webinars";
}
