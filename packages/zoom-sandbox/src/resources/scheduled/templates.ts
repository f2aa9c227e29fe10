/** Templates made of meetings or webinars: their settings, to schedule others with. */
import { type Sandbox, type User, invalidField, zoomError } from "../../sandbox.ts";
import type { Meeting } from "../meetings/meeting-rows.ts";
import { findScheduled, type Kind, mustHaveWebinars } from "./kinds.ts";

interface Template {
  id: string;
  name: string;
  user_id: string;
  kind: Kind["name"];
  /** 1 the account's, 2 made by the person. */
  type: number;
  settings: Record<string, unknown>;
  recurrence?: object;
}

interface NewTemplate {
  readonly meeting_id?: number;
  readonly webinar_id?: number;
  readonly name?: string;
  readonly save_recurrence?: boolean;
  readonly overwrite?: boolean;
}

const MOST_TEMPLATES = 40;

/** The settings of the template that a body names; none without one. */
export function templateSettings(
  { table }: Sandbox,
  kind: Kind,
  user: User,
  id: string | undefined,
): Record<string, unknown> {
  if (id === undefined) return {};
  const template = table<Template>("templates").get(id);
  if (template?.user_id !== user.id || template.kind !== kind.name) {
    throw invalidField("template_id");
  }
  return template.settings;
}

/** The templates' operations. */
export function templates(sandbox: Sandbox, kind: Kind): void {
  const { api, ids, users } = sandbox;
  const rows = sandbox.table<Template>("templates");
  const of = (user: User) => rows.filter((row) => row.user_id === user.id && row.kind === kind.name);
  const path = `/users/{userId}/${kind.name}_templates` as const;

  api.on(`GET ${path}`, (call) => {
    const user = users.named(call.params.userId, call.caller);
    mustHaveWebinars(sandbox, kind, user);
    return { templates: of(user), total_records: of(user).length };
  });
  api.on(`POST ${path}`, (call) => {
    const user = users.named(call.params.userId, call.caller);
    mustHaveWebinars(sandbox, kind, user);
    const given = call.body<NewTemplate>();
    const from: Meeting = findScheduled(sandbox, kind, String(given.meeting_id ?? given.webinar_id ?? ""));
    call.actFor(from.host_id);
    const name = given.name ?? from.topic;
    const taken = of(user).find((row) => row.name === name);
    if (taken && given.overwrite !== true) {
      throw zoomError(400, 3000, `${kind.title} template name already exists: ${name}.`);
    }
    if (!taken && of(user).length >= MOST_TEMPLATES) {
      throw zoomError(400, 300, `You can only create up to ${MOST_TEMPLATES} ${kind.name} templates.`);
    }
    const template: Template = {
      ...{ id: taken?.id ?? ids.key(), name, user_id: user.id, kind: kind.name, type: 2 },
      settings: structuredClone(from.settings),
      ...(given.save_recurrence === true && from.recurrence && { recurrence: from.recurrence }),
    };
    rows.set(template.id, template);
    return template;
  });
  if (kind.name === "webinar") return;
  api.on("GET /users/{userId}/meeting_templates/{meetingTemplateId}", (call) => {
    const user = users.named(call.params.userId, call.caller);
    const template = of(user).find(({ id }) => id === call.params.meetingTemplateId);
    if (!template) throw zoomError(400, 300, "Invalid meeting template ID.");
    const { id, name, settings } = template;
    return { id, name, settings: { schedule_meeting: settings, in_meeting: {}, recording: {} } };
  });
}
