import { html } from "hono/html";
import type { Form } from "./form.ts";
import { csrfField, type Markup } from "./layout.ts";

/** Values of settings by section and name. */
export type SettingValues = Readonly<Record<string, unknown>>;

/** The switches that the pages show: Zoom's section, name in it, and what it does. */
const SWITCHES = [
  ["schedule_meeting", "host_video", "Start with the host's video on"],
  ["schedule_meeting", "join_before_host", "Others may join before the host"],
  ["schedule_meeting", "require_password_for_scheduling_new_meetings", "New meetings have a passcode"],
  ["in_meeting", "chat", "Chat in the meeting"],
  ["in_meeting", "private_chat", "Private chat"],
  ["in_meeting", "polling", "Polls"],
  ["in_meeting", "screen_sharing", "Screen sharing"],
  ["in_meeting", "waiting_room", "Waiting room"],
  ["in_meeting", "breakout_room", "Breakout rooms"],
  ["in_meeting", "virtual_background", "Virtual background"],
  ["email_notification", "jbh_reminder", "Mail when others join before the host"],
  ["email_notification", "cancel_meeting_reminder", "Mail when a meeting is cancelled"],
  ["recording", "local_recording", "Recording on the computer"],
  ["recording", "cloud_recording", "Recording in the cloud"],
] as const;

const SECTIONS: Readonly<Record<string, string>> = {
  schedule_meeting: "Schedule a meeting",
  in_meeting: "In a meeting",
  email_notification: "Mail",
  recording: "Recording",
};

function isOn(values: SettingValues, section: string, name: string): boolean {
  const inside = values[section];
  if (typeof inside !== "object" || inside === null) return false;
  return Object.entries(inside).some(([key, value]) => key === name && value === true);
}

/** The form with a box for each switch, and one that locks it for those below. */
export function settingsMatrix(
  action: string,
  csrf: string,
  parts: { readonly values: SettingValues; readonly locks: SettingValues; readonly mayEdit: boolean },
): Markup {
  const { values, locks, mayEdit } = parts;
  const box = (
    kind: "on" | "locked",
    of: SettingValues,
    section: string,
    name: string,
    label: string,
  ): Markup =>
    html`<input type="checkbox" name="${kind}" value="${section}.${name}" aria-label="${label}" ${isOn(of, section, name) ? "checked" : ""} ${mayEdit ? "" : "disabled"} />`;
  return html`<form method="post" action="${action}">${csrfField(csrf)}${Object.entries(SECTIONS).map(
    ([section, title]) =>
      html`<section class="card"><h2>${title}</h2><table class="matrix"><thead><tr><th>Setting</th><th>On</th><th>Locked</th></tr></thead><tbody>${SWITCHES.filter(
        ([of]) => of === section,
      ).map(
        ([, name, says]) =>
          html`<tr><th scope="row">${says}</th><td>${box("on", values, section, name, `On: ${says}`)}</td><td>${box("locked", locks, section, name, `Locked: ${says}`)}</td></tr>`,
      )}</tbody></table></section>`,
  )}${mayEdit ? html`<div class="actions"><button class="primary">Save Changes</button></div>` : ""}</form>`;
}

/** What a posted form changes of the values, in Zoom's sections; empty when nothing. */
export function changedSettings(
  form: Form,
  kind: "on" | "locked",
  before: SettingValues,
): Record<string, Record<string, boolean>> {
  const chosen = new Set(form.list(kind));
  const change: Record<string, Record<string, boolean>> = {};
  for (const [section, name] of SWITCHES) {
    const wanted = chosen.has(`${section}.${name}`);
    if (wanted !== isOn(before, section, name)) (change[section] ??= {})[name] = wanted;
  }
  return change;
}

/** What the values were where a change is. */
export function settingsBefore(change: Record<string, Record<string, boolean>>): object {
  return Object.fromEntries(
    Object.entries(change).map(([section, names]) => [
      section,
      Object.fromEntries(Object.entries(names).map(([name, value]) => [name, !value])),
    ]),
  );
}
