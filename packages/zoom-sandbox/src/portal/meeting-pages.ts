import type { Context } from "hono";
import { html } from "hono/html";
import { perform, sceneOf } from "../people/action.ts";
import { actions } from "../people/actions.ts";
import { kindOf, type Planned, Refused } from "../people/session.ts";
import { viewOf } from "../people/view.ts";
import { createMeeting } from "../resources/meetings/create-meeting.ts";
import { eventMeeting } from "../resources/meetings/meeting-body.ts";
import { type Sandbox, type SandboxEnv, type User, zoomError } from "../sandbox.ts";
import { type Pages, withNotice } from "./admin.ts";
import { csrfField, type Markup } from "./layout.ts";
import { pageLinks, paged } from "./paged.ts";
import type { PortalParts } from "./portal-pages.ts";
import { bodyOf } from "./session-form.ts";
import { sessionPage } from "./session-page.ts";

type Row = Planned & { readonly deleted?: boolean; readonly created_at?: string };
type Query = Readonly<Record<string, string>>;

/** Meetings and webinars: lists, scheduling a meeting, and a page to act as the people in each. */
export function meetingPages(parts: PortalParts, pages: Pages): void {
  const { sandbox, sessions } = parts;
  for (const kind of ["meetings", "webinars"] as const) {
    const here = `/portal/${kind}`;
    const find = (id = ""): Row => {
      const row = sandbox.table<Row>(kind).get(id);
      if (!row || row.deleted === true) throw zoomError(404, 3001, `There is no ${kind.slice(0, -1)} ${id}.`);
      return row;
    };

    pages.get(here, undefined, (c, user) => {
      const query = c.req.query();
      const rows = listed(seenBy(sandbox, kind, user), query["q"] ?? "");
      const body = html`${list(sandbox, kind, rows, query)}${kind === "meetings" ? scheduleForm(sandbox, sessions.csrf(user), user) : ""}`;
      return pages.show(c, user, { title: title(kind), here, body });
    });

    pages.get(`${here}/:id`, undefined, (c, user) => {
      const row = find(c.req.param("id"));
      const path = `${here}/${row.id}`;
      const host = sandbox.users.find(row.host_id);
      const body = sessionPage({
        ...{ path, planned: row, view: viewOf(sandbox, row), host, query: c.req.query() },
        csrf: sessions.csrf(user),
      });
      return pages.show(c, user, { title: row.topic, here, body });
    });

    for (const [name, action] of Object.entries(actions)) {
      pages.post(`${here}/:id/do/${name}`, undefined, (c, _, form) => {
        const row = find(c.req.param("id"));
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
    const host = sandbox.users.named(form.text("host"));
    const settings = {
      waiting_room: form.has("waiting_room"),
      join_before_host: form.has("join_before_host"),
      approval_type: form.has("registration") ? 0 : 2,
    };
    const meeting = createMeeting(sandbox, { topic: form.text("topic"), settings }, host);
    sandbox.emit("meeting.created", {
      ...{ operator: user.email, operator_id: user.id, operation: "all" },
      object: eventMeeting(meeting),
    });
    return withNotice(`/portal/meetings/${meeting.id}`, "Scheduled.");
  });
}

/** The tab the form was on. */
function back(c: Context<SandboxEnv>, path: string): string {
  const tab = c.req.query("tab");
  return tab === undefined || !/^\w+$/.test(tab) ? path : `${path}?tab=${tab}`;
}

/** Everybody's for who may look at them, else the person's own. */
function seenBy({ table, roles }: Sandbox, kind: "meetings" | "webinars", user: User): Row[] {
  const all = roles.allows(user, kind === "meetings" ? "Meeting:Read" : "Webinar:Read");
  return table<Row>(kind).filter(({ host_id }) => all || host_id === user.id);
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

function scheduleForm({ users }: Sandbox, csrf: string, user: User): Markup {
  const hosts = users.all().filter(({ status }) => status === "active");
  return html`<section class="card"><h2>Schedule a meeting</h2><form method="post" action="/portal/meetings">${csrfField(csrf)}
    <div class="pair"><div><label for="topic">Topic</label><input id="topic" name="topic" maxlength="200" value="Quarterly review" required /></div>
    <div><label for="host">Host</label><input id="host" name="host" list="hosts" value="${user.email}" required /><datalist id="hosts">${hosts.slice(0, 500).map(({ email }) => html`<option value="${email}"></option>`)}</datalist></div></div>
    <label class="in"><input type="checkbox" name="waiting_room" />Waiting room</label>
    <label class="in"><input type="checkbox" name="join_before_host" />People may join before the host</label>
    <label class="in"><input type="checkbox" name="registration" />Registration required</label>
    <div class="actions"><button class="primary">Schedule</button></div></form></section>`;
}

function title(kind: "meetings" | "webinars"): string {
  return kind === "meetings" ? "Meetings" : "Webinars";
}
