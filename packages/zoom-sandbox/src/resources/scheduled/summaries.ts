/** AI Companion's summaries of meetings that were held with it switched on. */
import type { Call } from "../../call.ts";
import { decodeOnce } from "../../api.ts";
import type { Instance, Participant } from "../../people/session-rows.ts";
import { createLater } from "../../later.ts";
import { onSessionEnded } from "../../people/session-ended.ts";
import { type Sandbox, zoomError } from "../../sandbox.ts";
import { zoomTime } from "../meetings/meeting-rows.ts";
import { timesOf } from "../reports/period.ts";
import { shownSummary, type Summary, trashSummary } from "./summary-changes.ts";

const PROCESSING_MS = 120_000;

/** The account's forms of a summary; nobody has made one of their own here. */
const SUMMARY_TEMPLATES = [
  ["general", "General", "Topics, decisions and next steps"],
  ["one-on-one", "One-on-one", "What two people agreed on"],
  ["sales-call", "Sales call", "Needs, objections and what was promised"],
  ["stand-up", "Stand-up", "Each person's progress and obstacles"],
].map(([meeting_summary_template_id, name, description]) => ({
  ...{ meeting_summary_template_id, name, description },
}));

/** The summaries' operations. */
export function summaries(sandbox: Sandbox): void {
  sandbox.api.on("GET /users/{userId}/meeting_summary_templates", (call) => {
    sandbox.users.named(call.params.userId, call.caller);
    return SUMMARY_TEMPLATES;
  });
  const { api, table, clock } = sandbox;
  const rows = table<Summary>("meeting_summaries");
  const shown = (summary: Summary) => shownSummary(sandbox, summary);

  const writeLater = createLater(sandbox, "meeting_summaries", PROCESSING_MS, (uuid) => {
    const instance = table<Instance>("instances").get(uuid);
    if (instance) write(instance);
  });
  onSessionEnded(sandbox, ({ uuid, summarised }) => {
    if (summarised === true) writeLater(uuid);
  });

  function write(instance: Instance): void {
    const people = table<Participant>("participants").by("uuid", instance.uuid);
    const names = [...new Set(people.map(({ name }) => name))];
    const { uuid, meeting_id, host_id, topic, start_time, end_time = start_time } = instance;
    const now = zoomTime(clock.now());
    const overview = `${names.join(", ")} spoke about ${topic}.`;
    const summary: Summary = {
      ...{ meeting_uuid: uuid, meeting_id, meeting_host_id: host_id, meeting_topic: topic },
      ...{ meeting_start_time: start_time, meeting_end_time: end_time, summary_start_time: start_time },
      ...{ summary_end_time: end_time, summary_created_time: now, summary_last_modified_time: now },
      ...{ summary_title: `Meeting summary for ${topic}`, summary_overview: overview },
      summary_details: [{ label: topic, summary: overview }],
      next_steps: names.map((name) => `${name} follows up on ${topic}.`),
      ...{ summary_content: `## ${topic}\n${overview}`, trashed: false, modified_by: host_id },
    };
    rows.set(uuid, summary);
    sandbox.emit("meeting.summary_completed", { object: shown(summary) }, { userId: host_id });
  }

  const named = (call: Call<"meetingId">): Summary => {
    const id = decodeOnce(call.params.meetingId);
    const summary = rows.get(id) ?? rows.all().findLast((row) => String(row.meeting_id) === id);
    if (!summary) throw zoomError(404, 3001, `Meeting does not exist: ${id}.`);
    call.actFor(summary.meeting_host_id);
    if (summary.trashed) {
      throw zoomError(403, 2305, "The meeting summary has been moved to Trash and cannot be accessed.");
    }
    return summary;
  };

  api.on("GET /meetings/{meetingId}/meeting_summary", (call) => shown(named(call)));
  api.on("DELETE /meetings/{meetingId}/meeting_summary", (call) => {
    trashSummary(sandbox, named(call), call.caller.user);
  });
  api.on("GET /meetings/meeting_summaries", (call) => {
    const { within, ...given } = timesOf(call);
    const field =
      call.query("time_filter_field") === "summary_created_time"
        ? "summary_created_time"
        : "summary_start_time";
    const all = rows.filter((row) => !row.trashed && within(row[field]));
    const mine = call.caller.admin ? all : all.filter((row) => row.meeting_host_id === call.caller.user.id);
    const { rows: list, ...page } = call.page(mine);
    return { ...page, ...given, summaries: list.map(shown) };
  });
}
