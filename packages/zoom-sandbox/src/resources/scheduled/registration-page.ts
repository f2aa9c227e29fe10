/** The page on which people register themselves for a meeting or webinar. */
import type { Context } from "hono";
import { html } from "hono/html";
import { formOf } from "../../portal/form.ts";
import { type Markup, page } from "../../portal/layout.ts";
import { type Sandbox, type SandboxEnv, ZoomError } from "../../sandbox.ts";
import type { Meeting, Registrant } from "../meetings/meeting-rows.ts";
import { findScheduled, type Kind } from "./kinds.ts";

/** What the page needs of the registrants. */
interface Registration {
  readonly questions: (row: Meeting) => {
    readonly questions: readonly { readonly field_name: string; readonly required: boolean }[];
    readonly custom_questions: readonly { readonly title: string; readonly required?: boolean }[];
  };
  /** @throws {ZoomError} */
  readonly register: (
    row: Meeting,
    given: { email: string; first_name: string; last_name?: string },
  ) => Registrant;
}

const ALWAYS = [
  ["first_name", "First name", "text", true],
  ["last_name", "Last name", "text", false],
  ["email", "Email", "email", true],
] as const;

/** Registers the page. */
export function registrationPage(sandbox: Sandbox, kind: Kind, registration: Registration): void {
  const { app } = sandbox;
  const path = `/${kind.name}/register/:id`;
  const show = (c: Context<SandboxEnv>, title: string, body: Markup, problem?: string) =>
    c.html(
      page({ title, problem, body: html`<section class="card narrow"><h1>${title}</h1>${body}</section>` }),
      problem === undefined ? 200 : 400,
    );
  const field = (name: string, label: string, type: string, required: boolean): Markup =>
    html`<p><label>${label} <input name="${name}" type="${type}" ${required ? "required" : ""} /></label></p>`;

  function formFor(c: Context<SandboxEnv>, row: Meeting, problem?: string) {
    const { questions, custom_questions } = registration.questions(row);
    const asked = questions.filter(({ field_name }) => !ALWAYS.some(([name]) => name === field_name));
    const fields = [
      ...ALWAYS.map(([name, label, type, required]) => field(name, label, type, required)),
      ...asked.map(({ field_name: name, required }) =>
        field(name, name.replaceAll("_", " "), "text", required),
      ),
      ...custom_questions.map(({ title, required = false }) =>
        field(`custom:${title}`, title, "text", required),
      ),
    ];
    return show(
      c,
      row.topic,
      html`<form method="post">${fields}<button class="primary">Register</button></form>`,
      problem,
    );
  }

  const open = (c: Context<SandboxEnv>): Meeting | undefined => {
    try {
      const row = findScheduled(sandbox, kind, c.req.param("id") ?? "");
      return row.settings["approval_type"] === 2 ? undefined : row;
    } catch {
      return undefined;
    }
  };
  const closed = (c: Context<SandboxEnv>) =>
    c.html(page({ title: "Registration", problem: `This ${kind.name} takes no registrations.` }), 404);

  app.get(path, (c) => {
    const row = open(c);
    return row ? formFor(c, row) : closed(c);
  });
  app.post(path, async (c) => {
    const row = open(c);
    if (!row) return closed(c);
    const given = (await formOf(c)).all();
    const custom = Object.entries(given).filter(([name]) => name.startsWith("custom:"));
    const { email = "", first_name = "", ...details } = given;
    if (!email.includes("@") || first_name === "")
      return formFor(c, row, "Enter your first name and your email.");
    try {
      const registrant = registration.register(row, {
        ...{ ...Object.fromEntries(Object.entries(details).filter(([name]) => !name.startsWith("custom:"))) },
        ...{ email, first_name },
        ...(custom.length > 0 && {
          custom_questions: custom.map(([name, value]) => ({ title: name.slice("custom:".length), value })),
        }),
      });
      return show(
        c,
        row.topic,
        registrant.status === "approved"
          ? html`<p>You are registered. <a href="${registrant.join_url}">Your link to join</a></p>`
          : html`<p>You are registered; the host will approve it.</p>`,
      );
    } catch (error) {
      if (!(error instanceof ZoomError)) throw error;
      const named = error.errors?.map(({ field: name }) => name).join(", ");
      return formFor(c, row, named ? `${error.message} (${named})` : error.message);
    }
  });
}
