/** What people show, write and answer in a session, and what Zoom does around it. */
import { html } from "hono/html";
import { ISSUES } from "../people/signals.ts";
import { DISCLAIMER_ANSWERS, DISCLAIMERS } from "../people/support.ts";
import type { PlannedView, SessionView } from "../people/view.ts";
import type { Markup } from "./layout.ts";
import {
  choiceField,
  type Desk,
  doButton,
  doForm,
  formCard,
  personField,
  textField,
} from "./session-form.ts";

type Tab = (desk: Desk, session: SessionView, view: PlannedView) => Markup;

const at = (time: string): string => time.slice(11, 16);
const none = (text: string): Markup => html`<p class="soft">${text}</p>`;

/** Chat: what was written, and a form to write. */
export const chatTab: Tab = (desk, { messages, present }) => {
  const files = messages.flatMap(({ file }) => (file ? [[file.id, file.name] as const] : []));
  return html`<section class="card"><h2>Chat</h2>${
    messages.length === 0
      ? none("Nobody has written yet.")
      : html`<dl>${messages
          .slice(-50)
          .map(
            (message) =>
              html`<dt>${at(message.time)} ${message.sender_name}${message.recipient_name ? ` to ${message.recipient_name}` : ""}</dt><dd>${message.text} ${message.file ? html`<a href="/chat-file/${encodeURIComponent(message.file.id)}">${message.file.name}</a> <small class="soft">${message.file.size} bytes</small>` : ""}</dd>`,
          )}</dl>`
  }</section>
  <section class="card"><h2>Write</h2>${doForm(
    desk,
    "chat",
    "Send",
    html`<div class="pair">${personField("chat", "From", present)}${personField("chat-to", "To", present, "to.user_id", [["", "Everyone"]])}</div>
      ${textField("chat", "text", "Message")}
      <div class="pair">${textField("chat", "file.name", "Name of a file")}${textField("chat", "file.content", "What the file says")}</div>`,
  )}</section>
  ${
    files.length === 0
      ? ""
      : html`<section class="card"><h2>Download a file</h2>${doForm(
          desk,
          "chat/download",
          "Download",
          html`<div class="pair">${personField("download", "Who", present)}${choiceField("download", "file_id", "File", files)}</div>`,
        )}</section>`
  }`;
};

/** Polls: what was raised and how many answered, and forms to raise and answer. */
export const pollsTab: Tab = (desk, { polls, prepared, present }) => {
  const open = polls.filter(({ closed_at }) => closed_at === undefined);
  return html`<section class="card"><h2>Polls</h2>${
    polls.length === 0
      ? none("No poll was raised yet.")
      : html`<div class="scroll"><table><thead><tr><th>Poll</th><th>Raised</th><th>Answers</th><th>Result</th><th>State</th></tr></thead><tbody>${polls.map(
          (poll) =>
            html`<tr><th scope="row">${poll.title}</th><td>${at(poll.opened_at)}</td><td>${poll.answered}</td><td>${poll.results.map(({ question, counts }) => html`<p>${question}<br /><small class="soft">${counts.map(([answer, count]) => `${answer} ${count}`).join(", ") || "nobody yet"}</small></p>`)}</td><td>${poll.closed_at === undefined ? doButton(desk, "polls/close", "Close", { about: poll.title, fields: { poll: poll.poll_id } }) : `closed ${at(poll.closed_at)}`}</td></tr>`,
        )}</tbody></table></div>`
  }</section>
  ${open.map(
    (poll, index) =>
      html`<section class="card"><h2>Answer: ${poll.title}</h2>${doForm(
        desk,
        "polls/answer",
        "Answer",
        html`<input type="hidden" name="poll" value="${poll.poll_id}" />${personField(`answer-${index}`, "Who", present)}
          ${poll.questions.map(
            ({ name, answers }, question) =>
              html`<input type="hidden" name="answers.${question}.question" value="${name}" />${
                answers.length > 0
                  ? choiceField(
                      `answer-${index}`,
                      `answers.${question}.answer`,
                      name,
                      answers.map((answer) => [answer, answer] as const),
                    )
                  : textField(`answer-${index}`, `answers.${question}.answer`, name, { needed: true })
              }`,
          )}`,
      )}</section>`,
  )}
  ${
    prepared.length === 0
      ? ""
      : html`<section class="card"><h2>Raise a prepared poll</h2><div class="actions">${prepared.map(({ id, title }) => doButton(desk, "polls/raise", title, { fields: { poll_id: id } }))}</div></section>`
  }
  <section class="card"><h2>Raise a poll</h2>${doForm(
    desk,
    "polls/raise",
    "Raise",
    html`<div class="pair">${textField("poll", "title", "Title", { needed: true })}${textField("poll", "questions.0.name", "Question", { needed: true })}</div>
      <label for="poll-answers">Answers, one a line</label><textarea id="poll-answers" name="questions.0.answers[]" rows="3" required></textarea>`,
  )}</section>`;
};

/** Q&A: questions with their answers, and forms to ask and answer. */
export const questionsTab: Tab = (desk, { questions, present }) =>
  html`<section class="card"><h2>Questions</h2>${
    questions.length === 0
      ? none("Nobody has asked yet.")
      : questions.map(
          (one, index) =>
            html`<article><h3>${one.question}</h3><p class="soft">${one.asker_name}, ${at(one.time)}, ${one.status}</p>
            ${one.answers.map((answer) => html`<p>${answer.live ? "Answered live" : answer.text} <small class="soft">${answer.answerer_name}</small></p>`)}
            ${
              one.status === "open"
                ? html`${doForm(desk, "questions/answer", "Answer", html`<input type="hidden" name="question" value="${one.id}" />${textField(`answer-${index}`, "text", "Answer", { needed: true })}`)}
                  <div class="actions">${doButton(desk, "questions/answer", "Answered live", { about: one.question, fields: { question: one.id, "live?": "true" } })}
                  ${doButton(desk, "questions/dismiss", "Dismiss", { about: one.question, fields: { question: one.id } })}</div>`
                : ""
            }</article>`,
        )
  }</section>
  <section class="card"><h2>Ask</h2>${doForm(
    desk,
    "questions/ask",
    "Ask",
    html`<div class="pair">${personField("ask", "Who", present)}${textField("ask", "question", "Question", { needed: true })}</div>
      <label class="in"><input type="checkbox" name="anonymous?" value="true" />Anonymously</label>`,
  )}</section>`;

/** Breakout rooms: which are open, who is where. */
export const roomsTab: Tab = (desk, { rooms, present }) =>
  html`<section class="card"><div class="head"><h2>Breakout rooms</h2><div class="actions">${rooms.length > 0 ? doButton(desk, "breakout-rooms/close", "Close all") : ""}</div></div>${
    rooms.length === 0
      ? none("No room is open.")
      : html`<div class="scroll"><table><thead><tr><th>Room</th><th>Who</th></tr></thead><tbody>${rooms.map(
          (room) =>
            html`<tr><th scope="row">${room.name}</th><td><div class="row">${present
              .filter(({ breakout_room }) => breakout_room === room.id)
              .map((stay) =>
                doButton(desk, "breakout-rooms/leave", `${stay.name} goes back`, {
                  fields: { user_id: stay.user_id },
                }),
              )}</div></td></tr>`,
        )}</tbody></table></div>`
  }</section>
  ${
    rooms.length === 0
      ? ""
      : html`<section class="card"><h2>Someone goes into a room</h2>${doForm(
          desk,
          "breakout-rooms/join",
          "Go",
          html`<div class="pair">${personField("room", "Who", present)}${choiceField(
            "room",
            "room",
            "Room",
            rooms.map(({ id, name }) => [id, name] as const),
          )}</div>`,
        )}</section>`
  }
  <section class="card"><h2>Open rooms</h2>${doForm(
    desk,
    "breakout-rooms/open",
    "Open",
    html`<label for="rooms">Names, one a line</label><textarea id="rooms" name="rooms[]" rows="3" required></textarea>`,
  )}</section>`;

/** Calls and invitations: what rings, and forms to call. */
export const callsTab: Tab = (desk, { ringing }) =>
  html`<section class="card"><h2>Rings</h2>${
    ringing.length === 0
      ? none("Nothing rings.")
      : html`<div class="scroll"><table><thead><tr><th>Who</th><th>Where</th><th>Do</th></tr></thead><tbody>${ringing.map(
          (call) =>
            html`<tr><th scope="row">${call.kind === "person" ? call.address : call.name}</th><td>${call.kind === "person" ? "invited" : call.address}</td><td><div class="row">${(
              ["accepted", "rejected", "missed", "failed"] as const
            )
              .filter((outcome) => outcome !== "failed" || call.kind === "room")
              .map((outcome) =>
                doButton(desk, "calls/end", OUTCOMES[outcome], {
                  ...{ about: call.address, fields: { call: call.id, outcome } },
                }),
              )}</div></td></tr>`,
        )}</tbody></table></div>`
  }</section>
  <section class="card"><h2>Call a telephone</h2>${doForm(desk, "calls/phone", "Call", html`<div class="pair">${textField("phone", "name", "Name", { needed: true })}${textField("phone", "phone_number", "Number", { type: "tel", needed: true })}</div>`)}</section>
  <section class="card"><h2>Call a room system</h2>${doForm(
    desk,
    "calls/room",
    "Call",
    html`<div class="pair">${textField("system", "device_ip", "Address", { value: "192.0.2.9", needed: true })}${choiceField(
      "system",
      "call_type",
      "By",
      [
        ["h323", "H.323"],
        ["sip", "SIP"],
      ],
    )}</div>`,
  )}</section>
  <section class="card"><h2>Invite a person of the account</h2>${doForm(desk, "invitations/send", "Invite", textField("invite", "email", "Email", { type: "email", needed: true }))}</section>`;

const OUTCOMES = { accepted: "Accept", rejected: "Reject", missed: "Do not answer", failed: "Fail" } as const;

/** Where somebody is there by telephone and somebody else by another device. */
function bindCard(desk: Desk, present: SessionView["present"]): Markup | "" {
  const phones = present.filter(({ phone_number }) => phone_number !== undefined);
  const others = present.filter((stay) => !phones.includes(stay));
  if (phones.length === 0 || others.length === 0) return "";
  return formCard(
    desk,
    "A telephone becomes somebody's sound",
    "bind",
    "Bind",
    html`<div class="pair">${personField("bind", "Telephone", phones)}${personField("bind-to", "Whose", others, "to.user_id")}</div>`,
  );
}

/** Live stream, AI Companion, feedback and alerts. */
export const moreTab: Tab = (desk, { instance, present }, { kind }) =>
  html`<section class="card"><h2>Runs beside it</h2><div class="actions">
      ${instance.live_streaming ? doButton(desk, "live-stream/stop", "Stop the live stream") : doButton(desk, "live-stream/start", "Start a live stream")}
      ${instance.ai_companion ? doButton(desk, "ai-companion/stop", "Stop the AI Companion") : doButton(desk, "ai-companion/start", "Start the AI Companion")}
      ${instance.practice_session === true ? doButton(desk, "broadcast", "End the practice session") : ""}</div></section>
  ${formCard(
    desk,
    "Zoom sees bad quality",
    "alert",
    "Alert",
    choiceField(
      "alert",
      "issues[]",
      "What",
      ISSUES.map((issue) => [issue, issue] as const),
    ),
  )}
  ${formCard(
    desk,
    "Someone says how it was",
    "feedback",
    "Say",
    html`<div class="pair">${personField("feedback", "Who", present)}${choiceField(
      "feedback",
      "satisfied?",
      "Was it good?",
      [
        ["true", "Yes"],
        ["false", "No"],
      ],
    )}</div>${textField("feedback", "comments", "Comment, when it was not")}`,
  )}
  ${bindCard(desk, present)}
  ${formCard(
    desk,
    "Someone answers a disclaimer",
    "disclaimer",
    "Answer",
    html`<div class="pair">${personField("disclaimer", "Who", present)}${choiceField(
      "disclaimer",
      "disclaimer_type",
      "Which",
      DISCLAIMERS.map((one) => [one, one] as const),
    )}${choiceField(
      "disclaimer",
      "disclaimer_status",
      "Answer",
      DISCLAIMER_ANSWERS.map((one) => [one, one] as const),
    )}</div>`,
  )}
  <section class="card"><h2>The host helps somebody at their computer</h2>${doForm(
    desk,
    "remote-support/start",
    "Help",
    html`<div class="pair">${personField("support", "Whom", present)}${personField("support-by", "Who helps", present, "by.user_id")}</div>`,
  )}<div class="actions">${doButton(desk, "remote-support/stop", "Stop helping")}</div></section>
  ${
    kind === "webinar"
      ? ""
      : html`${formCard(desk, "Someone tests the devices", "device-test", "Test", html`<div class="pair">${textField("test", "email", "Email", { type: "email" })}${tested("camera")}${tested("speaker")}${tested("microphone")}</div>`)}
        ${formCard(desk, "Zoom finds the link in public", "risk-alert", "Alert", textField("risk", "social_link", "Where", { value: "https://social.example/posts/1" }))}`
  }`;

function tested(what: string): Markup {
  return html`<div><label for="test-${what}">The ${what}</label><select id="test-${what}" name="${what}#"><option value="2">works</option><option value="1">does not work</option><option value="0">was not tested</option></select></div>`;
}
