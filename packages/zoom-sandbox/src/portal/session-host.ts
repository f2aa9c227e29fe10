/** What the host does while nobody is in: converts it, and sees to the last summary. */
import { html } from "hono/html";
import type { PlannedView } from "../people/view.ts";
import type { Markup } from "./layout.ts";
import { type Desk, doButton, doForm, formCard } from "./session-form.ts";

/** The cards. */
export function hostCards(desk: Desk, { kind, summary }: PlannedView): Markup {
  const other = kind === "meeting" ? "webinar" : "meeting";
  return html`<section class="card"><h2>A ${kind}</h2>${doButton(desk, "convert", `Convert to a ${other}`)}</section>
    ${summary ? summaryCard(desk, summary) : ""}`;
}

function summaryCard(desk: Desk, summary: NonNullable<PlannedView["summary"]>): Markup {
  const { summary_title, summary_overview, edited_summary, shared_with = [], trashed } = summary;
  const text = edited_summary?.summary_overview ?? summary_overview;
  return html`<section class="card"><h2>${summary_title}</h2><p>${text}</p>${
    shared_with.length > 0 ? html`<p class="soft">Shared with ${shared_with.join(", ")}.</p>` : ""
  }<div class="actions">${
    trashed
      ? html`${doButton(desk, "summary/recover", "Take it out of the trash")}${doButton(desk, "summary/delete", "Delete it for good", { look: "danger" })}`
      : doButton(desk, "summary/trash", "Move it to the trash", { look: "danger" })
  }</div>${
    trashed
      ? ""
      : doForm(
          desk,
          "summary/share",
          "Share",
          html`<label for="share-emails">Emails, one a line</label><textarea id="share-emails" name="emails[]" rows="2" required></textarea>`,
        )
  }</section>
  ${
    trashed
      ? ""
      : formCard(
          desk,
          "Edit the summary",
          "summary/edit",
          "Save",
          html`<label for="edit-overview">Overview</label><textarea id="edit-overview" name="summary_overview" rows="4" required>${text}</textarea>`,
        )
  }`;
}
