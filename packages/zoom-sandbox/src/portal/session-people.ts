/** Who is in a session and who waits, with a button for everything they do. */
import { html } from "hono/html";
import { shownRole } from "../people/role.ts";
import type { Participant, Waiter } from "../people/session-rows.ts";
import type { PlannedView, SessionView } from "../people/view.ts";
import type { Markup } from "./layout.ts";
import { pageLinks, paged } from "./paged.ts";
import { choiceField, type Desk, doButton, doForm, textField } from "./session-form.ts";

/** How people come. */
export const DEVICE_NAMES: Readonly<Record<Participant["device"], string>> = {
  desktop: "Desktop",
  mobile: "Mobile",
  telephone: "Telephone",
  room: "Room system",
};

/** The tab of the people. */
export function peopleTab(
  desk: Desk,
  view: PlannedView,
  session: SessionView,
  query: Readonly<Record<string, string>>,
): Markup {
  const list = paged(session.present, query["page"]);
  return html`${waiting(desk, view.waiting)}
    <section class="card"><div class="head"><h2>In the ${view.kind}</h2><div class="actions">
        ${doButton(desk, "mute", "Mute all", { fields: { "all?": "true" } })}
        ${doButton(desk, "unmute", "Unmute all", { fields: { "all?": "true" } })}</div></div>
      <div class="scroll"><table class="stack"><thead><tr><th>Name</th><th>Role</th><th>By</th><th>State</th><th>Do</th></tr></thead><tbody>${list.rows.map(
        (stay) => personRow(desk, view, session, stay),
      )}</tbody></table></div>${pageLinks(list, desk.path, query)}</section>
    <section class="card"><h2>Someone joins</h2>${joinForm(desk)}</section>`;
}

/** Who waits; nothing when nobody does. */
export function waiting(desk: Desk, waiters: readonly Waiter[]): Markup | "" {
  if (waiters.length === 0) return "";
  const all = waiters.some(({ waits_for }) => waits_for === "admission");
  return html`<section class="card"><div class="head"><h2>Waiting</h2><div class="actions">${
    all ? doButton(desk, "admit", "Admit all", { look: "primary", fields: { "all?": "true" } }) : ""
  }</div></div><div class="scroll"><table class="stack"><thead><tr><th>Name</th><th>By</th><th>Waits</th><th>Do</th></tr></thead><tbody>${waiters.map(
    ({ stay, waits_for }) =>
      html`<tr><th scope="row">${who(stay)}</th><td>${DEVICE_NAMES[stay.device]}</td><td>${waits_for === "host" ? "for the host" : "in the waiting room"}</td><td><div class="row do">${
        waits_for === "admission" ? doButton(desk, "admit", "Admit", about(stay)) : ""
      }${doButton(desk, "stop-waiting", "Go away", about(stay))}</div></td></tr>`,
  )}</tbody></table></div></section>`;
}

/** The form by which someone comes to the door. */
export function joinForm(desk: Desk, waits = false): Markup {
  return doForm(
    desk,
    "join",
    "Join",
    html`<div class="pair">
        ${textField("join", "email", "Email of a user or registrant", { type: "email" })}
        ${textField("join", "name", "Name of a guest")}
        ${choiceField("join", "device", "By", Object.entries(DEVICE_NAMES))}
        ${textField("join", "phone_number", "Number of a telephone", { type: "tel" })}
        ${textField("join", "passcode", "Passcode (the link carries it)")}
      </div>${waits ? html`<input type="hidden" name="wait?" value="true" />` : ""}`,
  );
}

function personRow(desk: Desk, { kind }: PlannedView, session: SessionView, stay: Participant): Markup {
  const shares = session.sharing.some(({ user_id }) => user_id === stay.user_id);
  const watches = kind === "webinar" && stay.role === "attendee" && stay.co_host !== true;
  const role = shownRole(stay);
  const room = session.rooms.find(({ id }) => id === stay.breakout_room);
  const change = (to: string, label: string) =>
    doButton(desk, "role", label, { ...about(stay), fields: { user_id: stay.user_id, role: to } });
  return html`<tr><th scope="row">${who(stay)}</th>
    <td>${role === "attendee" && stay.role === "panelist" ? "panelist" : role}</td>
    <td>${DEVICE_NAMES[stay.device]}</td>
    <td><div class="row"><span class="tag">${stay.muted ? "muted" : "heard"}</span>${
      stay.camera_on ? html`<span class="tag">camera</span>` : ""
    }${shares ? html`<span class="tag">shares</span>` : ""}${room ? html`<span class="tag">${room.name}</span>` : ""}</div></td>
    <td><div class="row do">
      ${stay.muted ? doButton(desk, "unmute", "Unmute", about(stay)) : doButton(desk, "mute", "Mute", about(stay))}
      ${doButton(desk, "leave", "Leave", about(stay))}
      <details><summary>More<span class="skip"> for ${stay.name}</span></summary><div class="row">
        ${stay.device === "telephone" || watches ? "" : doButton(desk, "camera", stay.camera_on ? "Camera off" : "Camera on", { ...about(stay), fields: { user_id: stay.user_id, "on?": String(!stay.camera_on) } })}
        ${stay.device === "telephone" || watches ? "" : shares ? doButton(desk, "share/stop", "Stop sharing", about(stay)) : doButton(desk, "share/start", "Share screen", about(stay))}
        ${role === "host" ? "" : change("host", "Make host")}
        ${role === "host" ? "" : role === "co-host" ? change(kind === "webinar" ? "panelist" : "attendee", "No co-host") : change("co-host", "Make co-host")}
        ${kind === "webinar" && role === "attendee" ? (watches ? change("panelist", "Make panelist") : change("attendee", "Make attendee")) : ""}
        ${kind === "meeting" && role !== "host" ? doButton(desk, "waiting-room", "To the waiting room", about(stay)) : ""}
        ${doButton(desk, "leave", "Lose connection", { ...about(stay), fields: { user_id: stay.user_id, cause: "disconnected" } })}
        ${role === "host" ? "" : doButton(desk, "remove", "Remove", { ...about(stay), look: "danger" })}
      </div></details></div></td></tr>`;
}

function who({ name, user_email, phone_number }: Participant): Markup {
  const detail = user_email || (phone_number === name ? "" : (phone_number ?? ""));
  return html`${name}${detail ? html`<br /><small class="soft">${detail}</small>` : ""}`;
}

function about({ name, user_id }: Participant): { about: string; fields: Record<string, string> } {
  return { about: name, fields: { user_id } };
}
