/** What people see who follow a start link or a join link: they start the meeting, or join it under a name. */
import { html } from "hono/html";
import type { Context } from "hono";
import { formOf } from "../portal/form.ts";
import { type Markup, page } from "../portal/layout.ts";
import type { Meeting, Registrant } from "../resources/meetings/meeting-rows.ts";
import type { Panelist } from "../resources/scheduled/panelists.ts";
import type { Sandbox, SandboxEnv } from "../sandbox.ts";
import { perform, sceneOf } from "./action.ts";
import { actions } from "./actions.ts";
import { BodyRefused, Refused } from "./session.ts";
import { startsMeeting } from "./start-links.ts";

/** Registers the pages. */
export function linkPages(sandbox: Sandbox): void {
  const { app, table } = sandbox;
  const planned = (c: Context<SandboxEnv>): Meeting | undefined => {
    const id = c.req.param("id") ?? "";
    const row = table<Meeting>("meetings").get(id) ?? table<Meeting>("webinars").get(id);
    return row?.deleted === false ? row : undefined;
  };
  const show = (c: Context<SandboxEnv>, status: 200 | 400 | 403 | 404 | 409, title: string, body: Markup) =>
    c.html(
      page({ title, body: html`<section class="card narrow"><h1>${title}</h1>${body}</section>` }),
      status,
    );
  const missing = (c: Context<SandboxEnv>) =>
    show(c, 404, "Invalid meeting ID", html`<p>There is no such meeting. Ask its host for the link.</p>`);

  /** Does it, and says what came of it. */
  async function act(
    c: Context<SandboxEnv>,
    row: Meeting,
    name: "start" | "join",
    body: object,
    done: string,
  ) {
    const action = actions[name];
    try {
      if (action) perform(action, sceneOf(sandbox, row), body);
      return await show(c, 200, row.topic, html`<p>${done}</p>`);
    } catch (error) {
      if (!(error instanceof Refused)) throw error;
      const status = error instanceof BodyRefused ? 400 : 409;
      return await show(c, status, row.topic, html`<p>${error.message}</p>`);
    }
  }

  const mayStart = (c: Context<SandboxEnv>, { id }: Meeting): boolean =>
    startsMeeting(sandbox, id, c.req.query("zak") ?? "");
  const stale = (c: Context<SandboxEnv>) =>
    show(
      c,
      403,
      "This link has expired",
      html`<p>A start link is good for two hours; ask the API for a new one.</p>`,
    );
  app.get("/s/:id", (c) => {
    const row = planned(c);
    if (!row) return missing(c);
    if (!mayStart(c, row)) return stale(c);
    return show(
      c,
      200,
      row.topic,
      html`<form method="post"><button class="primary">Start as host</button></form>`,
    );
  });
  app.post("/s/:id", (c) => {
    const row = planned(c);
    if (!row) return missing(c);
    return mayStart(c, row) ? act(c, row, "start", {}, "It has begun, and you are its host.") : stale(c);
  });

  /** Who a personal link belongs to. */
  const ownerOf = (c: Context<SandboxEnv>, { id }: Meeting): { email: string; name: string } | undefined => {
    const key = c.req.query("tk") ?? "";
    const mine = ({ join_url }: { join_url?: string }): boolean => join_url?.endsWith(`tk=${key}`) === true;
    for (const name of ["registrants", "webinar_registrants"]) {
      const found = table<Registrant>(name).by("meeting_id", id).find(mine);
      if (found)
        return { email: found.email, name: [found.first_name, found.last_name].filter(Boolean).join(" ") };
    }
    const panelist = table<Panelist>("panelists").by("webinar_id", id).find(mine);
    return panelist && { email: panelist.email, name: panelist.name };
  };
  const joinPage = (c: Context<SandboxEnv>) => {
    const row = planned(c);
    if (!row) return missing(c);
    const owner = ownerOf(c, row);
    const who = owner
      ? html`<p>You join as ${owner.name}.</p>`
      : html`<p><label>Your name <input name="name" required maxlength="128" autocomplete="name" /></label></p>`;
    return show(
      c,
      200,
      row.topic,
      html`<form method="post">${who}<button class="primary">Join</button></form>`,
    );
  };
  const join = async (c: Context<SandboxEnv>) => {
    const row = planned(c);
    if (!row) return missing(c);
    const owner = ownerOf(c, row);
    const name = owner?.name ?? (await formOf(c)).text("name");
    const body = { name, ...(owner && { email: owner.email }), wait: true, passcode: row.password };
    return act(c, row, "join", body, "You have joined, or wait for the host to let you in.");
  };
  for (const path of ["/j/:id", "/w/:id"] as const) {
    app.get(path, joinPage);
    app.post(path, join);
  }
}
