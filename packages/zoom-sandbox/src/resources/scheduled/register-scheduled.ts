/** Everything that meetings and webinars share, and what only one of them has. */
import type { Sandbox } from "../../sandbox.ts";
import { branding } from "./branding.ts";
import { changes } from "./changes.ts";
import { invitations } from "./invitations.ts";
import { MEETING, WEBINAR } from "./kinds.ts";
import { lists } from "./lists.ts";
import { live } from "./live.ts";
import { liveControls, liveMessages } from "./live-controls.ts";
import { panelists } from "./panelists.ts";
import { past } from "./past.ts";
import { polls, surveys } from "./polls.ts";
import { registrants } from "./registrants.ts";
import { scheduled } from "./scheduled.ts";
import { summaries } from "./summaries.ts";
import { templates } from "./templates.ts";

/** Registers the operations of meetings and webinars. */
export function registerScheduled(sandbox: Sandbox): void {
  for (const kind of [MEETING, WEBINAR]) {
    scheduled(sandbox, kind);
    lists(sandbox, kind);
    changes(sandbox, kind);
    registrants(sandbox, kind);
    polls(sandbox, kind);
    surveys(sandbox, kind);
    templates(sandbox, kind);
    live(sandbox, kind);
    liveMessages(sandbox, kind);
    past(sandbox, kind);
  }
  invitations(sandbox);
  summaries(sandbox);
  liveControls(sandbox);
  panelists(sandbox);
  branding(sandbox);
}
