/** The page of one meeting or webinar: what it is, what is on, and by tabs what people do. */
import { html } from "hono/html";
import type { Planned } from "../people/session.ts";
import type { PlannedView, SessionView } from "../people/view.ts";
import type { User } from "../sandbox.ts";
import type { Markup } from "./layout.ts";
import { type Desk, doButton } from "./session-form.ts";
import { hostCards } from "./session-host.ts";
import { joinForm, peopleTab, waiting } from "./session-people.ts";
import { callsTab, chatTab, moreTab, pollsTab, questionsTab, roomsTab } from "./session-tabs.ts";

/** What the page shows. */
export interface SessionPageParts {
  readonly path: string;
  readonly planned: Planned & { readonly tracking_fields?: readonly { field: string; value: string }[] };
  readonly view: PlannedView;
  readonly host: User | undefined;
  readonly csrf: string;
  readonly query: Readonly<Record<string, string>>;
}

/** The tabs, and how many things each holds. */
const TABS: readonly (readonly [name: string, title: string, count?: (session: SessionView) => number])[] = [
  ["people", "People", ({ present }) => present.length],
  ["chat", "Chat", ({ messages }) => messages.length],
  ["polls", "Polls", ({ polls }) => polls.length],
  ["questions", "Q&A", ({ questions }) => questions.length],
  ["rooms", "Breakout rooms", ({ rooms }) => rooms.length],
  ["calls", "Calls", ({ ringing }) => ringing.length],
  ["more", "More"],
];
const FOR_MEETINGS = new Set(["rooms", "calls"]);

/** The page's body. */
export function sessionPage(parts: SessionPageParts): Markup {
  const { path, view, csrf, query } = parts;
  const tabs = TABS.filter(([name]) => view.kind === "meeting" || !FOR_MEETINGS.has(name));
  const tab = tabs.find(([name]) => name === query["tab"])?.[0] ?? "people";
  const desk: Desk = { path, tab, csrf };
  const { session } = view;
  if (!session)
    return html`${head(parts, desk)}${waiting(desk, view.waiting)}
      <section class="card"><h2>Someone comes early</h2>${joinForm(desk, true)}</section>${hostCards(desk, view)}`;
  return html`${head(parts, desk)}${state(desk, view, session)}
    <nav class="tabs" aria-label="In the ${view.kind}">${tabs.map(
      ([name, title, count]) =>
        html`<a href="${path}?tab=${name}" ${name === tab ? html`aria-current="page"` : ""}>${title}${count ? ` (${count(session)})` : ""}</a>`,
    )}</nav>
    ${tab === "people" ? peopleTab(desk, view, session, query) : OTHERS[tab]?.(desk, session, view)}`;
}

const OTHERS: Readonly<Record<string, typeof chatTab>> = {
  ...{ chat: chatTab, polls: pollsTab, questions: questionsTab, rooms: roomsTab },
  ...{ calls: callsTab, more: moreTab },
};

function head({ planned, view, host }: SessionPageParts, desk: Desk): Markup {
  const started = view.session !== undefined;
  return html`<div class="head"><div><h1>${planned.topic}</h1>
      <p class="soft">${planned.id}, hosted by ${host?.email ?? "nobody"}${planned.password ? html`, passcode <code>${planned.password}</code>` : ""}</p>${planned.tracking_fields?.map(({ field, value }) => html`<p class="soft">${field}: ${value}</p>`) ?? ""}</div>
    <div class="actions">${
      started
        ? doButton(desk, "end", "End for everyone", { look: "danger" })
        : doButton(desk, "start", "Start as the host", { look: "primary" })
    }</div></div>`;
}

/** What is on: since when, recording, sharing, live stream, who waits. */
function state(desk: Desk, { waiting: waiters }: PlannedView, session: SessionView): Markup {
  const { instance, recording, sharing, present } = session;
  const buttons = {
    off: [["start", "Record"]],
    on: [
      ["pause", "Pause"],
      ["stop", "Stop"],
    ],
    paused: [
      ["resume", "Resume"],
      ["stop", "Stop"],
    ],
  }[recording];
  const row = (name: string, value: Markup | string) => html`<dt>${name}</dt><dd>${value}</dd>`;
  return html`<section class="card" aria-label="State"><dl>
    ${row("Under way", `since ${instance.start_time.slice(11, 16)} UTC, ${present.length} in it, ${waiters.length} waiting`)}
    ${row("Recording", html`<span class="row">${{ off: "off", on: html`<span class="tag">recording</span>`, paused: html`<span class="tag">paused</span>` }[recording]} ${buttons.map(([action, label]) => doButton(desk, `recording/${action}`, label ?? "", { about: "recording" }))}</span>`)}
    ${row("Sharing", sharing.length === 0 ? "nobody" : sharing.map(({ user_name, content }) => `${user_name} (${content})`).join(", "))}
    ${instance.live_streaming ? row("Live stream", instance.live_streaming.service.replaceAll("_", " ")) : ""}
    ${instance.ai_companion ? row("AI Companion", "on") : ""}
    ${instance.practice_session === true ? row("Practice session", "attendees are not let in yet") : ""}
  </dl></section>`;
}
