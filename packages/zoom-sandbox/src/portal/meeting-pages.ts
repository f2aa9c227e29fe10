import { html } from "hono/html";
import { joinMeeting, startMeeting } from "../people/join.ts";
import { endMeeting, leaveMeeting } from "../people/leave.ts";
import { presentIn } from "../people/presence.ts";
import { sessionOf } from "../people/session.ts";
import { eventMeeting } from "../resources/meetings/meeting-body.ts";
import { findMeeting, type Meeting, zoomTime } from "../resources/meetings/meeting-rows.ts";
import type { Participant } from "../people/session-rows.ts";
import { createMeeting } from "../resources/meetings/create-meeting.ts";
import { zoomError } from "../sandbox.ts";
import { type Pages, withNotice } from "./admin.ts";
import { type Markup, page } from "./layout.ts";
import type { PortalParts } from "./portal-pages.ts";

const HERE = "/portal/meetings";
const DEVICES: Readonly<Record<Participant["device"], string>> = {
  desktop: "Desktop",
  mobile: "Mobile",
  telephone: "Telephone",
  room: "Room system",
};

/** Meetings, and acting as the people in them: schedule, start, join, leave, end. */
export function meetingPages({ sandbox, sessions }: PortalParts, pages: Pages): void {
  const { table, users, clock } = sandbox;
  const meetings = table<Meeting>("meetings");

  pages.get(HERE, undefined, (c, user) => {
    const csrf = sessions.csrf(user);
    const rows = meetings.filter(({ deleted }) => !deleted).toReversed();
    return c.html(
      page({
        ...{ title: "Meetings", user, here: HERE, notice: c.req.query("notice") },
        body: html`<section class="card"><h1>Meetings</h1>
            <table><thead><tr><th>Topic</th><th>Host</th><th>Start</th><th>State</th></tr></thead><tbody>${rows.map(
              (row) =>
                html`<tr><td><a href="${HERE}/${row.id}">${row.topic}</a></td><td>${users.find(row.host_id)?.email ?? ""}</td><td>${row.start_time ?? ""}</td><td>${row.status}</td></tr>`,
            )}</tbody></table>${rows.length === 0 ? html`<p class="soft">No meetings yet.</p>` : ""}</section>
          <section class="card"><h2>Schedule a meeting</h2><form method="post" action="${HERE}">${hidden(csrf)}
            <label for="topic">Topic</label><input id="topic" name="topic" maxlength="200" value="Quarterly review" required />
            <label for="host">Host</label><select id="host" name="host">${people(user.id)}</select>
            <div class="actions"><button class="primary">Schedule</button></div></form></section>`,
      }),
    );
  });

  pages.post(HERE, undefined, (_, user, form) => {
    const host = users.named(form.text("host"));
    const meeting = createMeeting(sandbox, { topic: form.text("topic") }, host);
    const { email: operator, id: operator_id } = user;
    sandbox.emit("meeting.created", {
      operator,
      operator_id,
      operation: "all",
      object: eventMeeting(meeting),
    });
    return withNotice(`${HERE}/${meeting.id}`, "Scheduled.");
  });

  pages.get(`${HERE}/:id`, undefined, (c, user) => {
    const meeting = findMeeting(sandbox, c.req.param("id") ?? "");
    const csrf = sessions.csrf(user);
    const present = meeting.status === "started" ? presentIn(sandbox, meeting.uuid) : [];
    const path = `${HERE}/${meeting.id}`;
    return c.html(
      page({
        ...{ title: meeting.topic, user, here: HERE, notice: c.req.query("notice") },
        body: html`<section class="card"><h1>${meeting.topic}</h1>
            <p class="soft">${meeting.id}, hosted by ${users.find(meeting.host_id)?.email ?? ""}, ${meeting.status}</p>
            ${meeting.status === "waiting" ? button(`${path}/start`, csrf, "Start as the host") : button(`${path}/end`, csrf, "End for everyone")}</section>
          ${meeting.status === "started" ? inMeeting(path, csrf, present) : ""}`,
      }),
    );
  });

  const act = (
    verb: string,
    work: (meeting: Meeting, form: Parameters<Parameters<Pages["post"]>[2]>[2]) => string,
  ) =>
    pages.post(`${HERE}/:id/${verb}`, undefined, (c, _, form) => {
      const meeting = findMeeting(sandbox, c.req.param("id") ?? "");
      return withNotice(`${HERE}/${meeting.id}`, work(meeting, form));
    });
  const mustRun = (meeting: Meeting): void => {
    if (meeting.status !== "started") throw zoomError(400, 4927, "The meeting is not under way.");
  };

  act("start", (meeting) => {
    if (meeting.status === "started") throw zoomError(400, 3000, "The meeting is under way already.");
    startMeeting(sandbox, meeting);
    return "The meeting started.";
  });
  act("join", (meeting, form) => {
    mustRun(meeting);
    const device = form.text("device");
    if (!(device in DEVICES))
      throw zoomError(400, 300, `device: must be one of ${Object.keys(DEVICES).join(", ")}.`);
    const joined = joinMeeting(sandbox, meeting, {
      name: form.text("name") || undefined,
      email: form.text("email") || undefined,
      device: device as Participant["device"],
      phone_number: form.text("phone_number") || undefined,
    });
    return `${("stay" in joined ? joined.stay : joined).name} joined.`;
  });
  act("leave", (meeting, form) => {
    mustRun(meeting);
    const stay = presentIn(sandbox, meeting.uuid).find(({ user_id }) => user_id === form.text("user_id"));
    if (!stay) throw zoomError(404, 1001, "That person is not in the meeting.");
    leaveMeeting(sessionOf(sandbox, meeting), stay);
    return `${stay.name} left.`;
  });
  act("end", (meeting) => {
    mustRun(meeting);
    endMeeting(sandbox, meeting);
    return `The meeting ended at ${zoomTime(clock.now())}.`;
  });

  function people(selected: string): Markup[] {
    return users
      .all()
      .filter(({ status }) => status === "active")
      .map(
        ({ id, email }) => html`<option value="${id}" ${id === selected ? "selected" : ""}>${email}</option>`,
      );
  }
}

function inMeeting(path: string, csrf: string, present: readonly Participant[]): Markup {
  return html`<section class="card"><h2>In the meeting</h2>
      <table><thead><tr><th>Name</th><th>Email</th><th>By</th><th>Action</th></tr></thead><tbody>${present.map(
        (stay) =>
          html`<tr><td>${stay.name}</td><td>${stay.user_email}</td><td>${DEVICES[stay.device]}</td><td><form class="inline" method="post" action="${path}/leave">${hidden(csrf)}<input type="hidden" name="user_id" value="${stay.user_id}" /><button>Leave</button></form></td></tr>`,
      )}</tbody></table></section>
    <section class="card"><h2>Someone joins</h2><form method="post" action="${path}/join">${hidden(csrf)}
      <label for="name">Name (when not a user of the account)</label><input id="name" name="name" maxlength="128" />
      <label for="email">Email of a user or registrant</label><input id="email" name="email" type="email" value="luis@acme.example" />
      <label for="device">By</label><select id="device" name="device">${Object.entries(DEVICES).map(([value, label]) => html`<option value="${value}">${label}</option>`)}</select>
      <label for="phone_number">Phone number (telephone)</label><input id="phone_number" name="phone_number" />
      <div class="actions"><button class="primary">Join</button></div></form></section>`;
}

function button(action: string, csrf: string, label: string): Markup {
  return html`<form class="inline" method="post" action="${action}">${hidden(csrf)}<button class="primary">${label}</button></form>`;
}

function hidden(csrf: string): Markup {
  return html`<input type="hidden" name="csrf" value="${csrf}" />`;
}
