import { html } from "hono/html";
import { createMeeting } from "../resources/meetings/create-meeting.ts";
import { eventMeeting } from "../resources/meetings/meeting-body.ts";
import type { Meeting } from "../resources/meetings/meeting-rows.ts";
import type { TrackingField } from "../resources/tracking-fields/tracking-fields.ts";
import { type Sandbox, type User, ZoomError, zoomError } from "../sandbox.ts";
import type { Form } from "./form.ts";
import { csrfField, type Markup } from "./layout.ts";

const MOST_HOSTS = 500;
const MOST_TOPIC = 200;

const mayForOthers = ({ roles }: Sandbox, user: User): boolean => roles.allows(user, "Meeting:Edit");
const fieldsOf = ({ table }: Sandbox): TrackingField[] => table<TrackingField>("tracking_fields").all();

/** The form that schedules a meeting, with the account's tracking fields; for others where the role may edit meetings. */
export function scheduleForm(sandbox: Sandbox, csrf: string, user: User): Markup {
  return html`<section class="card"><h2>Schedule a meeting</h2><form method="post" action="/portal/meetings">${csrfField(csrf)}
    <div class="pair"><div><label for="topic">Topic</label><input id="topic" name="topic" maxlength="${MOST_TOPIC}" value="Quarterly review" required /></div>
    ${mayForOthers(sandbox, user) ? hostField(sandbox, user) : ""}${fieldsOf(sandbox).map(trackingInput)}</div>
    <label class="in"><input type="checkbox" name="waiting_room" />Waiting room</label>
    <label class="in"><input type="checkbox" name="join_before_host" />People may join before the host</label>
    <label class="in"><input type="checkbox" name="registration" />Registration required</label>
    <div class="actions"><button class="primary">Schedule</button></div></form></section>`;
}

function hostField({ users }: Sandbox, user: User): Markup {
  const hosts = users.withStatus("active").slice(0, MOST_HOSTS);
  return html`<div><label for="host">Host</label><input id="host" name="host" list="hosts" value="${user.email}" required /><datalist id="hosts">${hosts.map(({ email }) => html`<option value="${email}"></option>`)}</datalist></div>`;
}

function trackingInput({ id, field, recommended_values, required }: TrackingField): Markup {
  const name = `tracking.${id}`;
  return html`<div><label for="${name}">${field}${required ? "" : html` <small>(optional)</small>`}</label><input id="${name}" name="${name}" list="${name}-values" maxlength="256" ${required ? "required" : ""} /><datalist id="${name}-values">${recommended_values.map((value) => html`<option value="${value}"></option>`)}</datalist></div>`;
}

/** Makes the meeting that the form describes, and tells it. @throws {ZoomError} that names the field */
export function scheduleMeeting(sandbox: Sandbox, form: Form, user: User): Meeting {
  const topic = form.text("topic");
  if (topic === "" || topic.length > MOST_TOPIC)
    throw refusal("topic", `Topic: enter 1 to ${MOST_TOPIC} characters.`);
  const settings = {
    waiting_room: form.has("waiting_room"),
    join_before_host: form.has("join_before_host"),
    approval_type: form.has("registration") ? 0 : 2,
  };
  const tracking_fields = fieldsOf(sandbox).flatMap(({ id, field, required }) => {
    const value = form.text(`tracking.${id}`);
    if (required && value === "")
      throw refusal(`tracking.${id}`, `${field}: the account requires it; fill it in.`);
    return value === "" ? [] : [{ field, value }];
  });
  const host = hostOf(sandbox, form, user);
  const meeting = createMeeting(sandbox, { topic, settings, tracking_fields }, host);
  sandbox.emit("meeting.created", {
    ...{ operator: user.email, operator_id: user.id, operation: "all" },
    object: eventMeeting(meeting),
  });
  return meeting;
}

function hostOf(sandbox: Sandbox, form: Form, user: User): User {
  const given = form.text("host") || user.email;
  const host = sandbox.users.byEmail(given);
  if (host === undefined || host.status !== "active")
    throw refusal("host", `Host: ${given} is no active user of this account.`);
  if (host.id !== user.id && !mayForOthers(sandbox, user))
    throw refusal("host", "Host: your role may schedule meetings for yourself only.");
  return host;
}

function refusal(field: string, message: string): ZoomError {
  return zoomError(400, 300, message, [{ field, message }]);
}
