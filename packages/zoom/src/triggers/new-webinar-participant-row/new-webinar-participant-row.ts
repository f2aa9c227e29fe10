import { z } from "zod";
import { num, text } from "../../operations/operation-action.ts";
import { listed } from "../../reconcile/look-around.ts";
import { heldSessions, momentOf } from "../held-sessions.ts";
import { reportTrigger } from "../report-trigger.ts";

/** Starts a job for each stay of a past webinar, once Zoom has the report. */
export const newWebinarParticipantRow = reportTrigger({
  title: "New row of the webinar participants report",
  summary: "Starts a job for each stay of a person in a past webinar, once Zoom's report of it is ready.",
  event: "report.webinar_participant",
  endpoint: "GET /report/webinars/{webinarId}/participants",
  filters: ["host", "topic", "meetingId", "minimumDuration", "participantEmail", "trackingField"],
  payload: z.looseObject({
    account_id: text(),
    object: z.looseObject({
      ...{
        id: text(),
        uuid: text(),
        topic: text(),
        host_email: text(),
        start_time: text(),
        end_time: text(),
      },
      duration: num(),
      participant: z.looseObject({
        ...{ id: text(), user_id: text(), name: text(), user_email: text(), registrant_id: text() },
        ...{ join_time: text(), leave_time: text(), duration: num() },
      }),
    }),
  }),
  sample: {
    account_id: "aCc0untSampleId0000001",
    object: {
      ...{ id: "81234567890", uuid: "pn2r8wUxTfqFJ1XUiDb4jA==", topic: "Quarterly review" },
      ...{ host_email: "hana@northwind.example", duration: 60 },
      ...{ start_time: "2026-01-15T09:00:00Z", end_time: "2026-01-15T10:00:00Z" },
      participant: {
        ...{ id: "", user_id: "16778240", name: "Ada Ackers", user_email: "ada@northwind.example" },
        ...{ join_time: "2026-01-15T09:01:00Z", leave_time: "2026-01-15T09:59:00Z", duration: 3480 },
      },
    },
  },
  read: (days) =>
    heldSessions("webinar", days, async (client, uuid) => {
      const stays = await listed(client, "/report/webinars/{uuid}/participants", "participants", {
        ...{ path: { uuid }, query: { include_fields: "registrant_id" } },
      });
      return stays.map((stay) => ({ row: { participant: stay }, at: momentOf(stay["leave_time"]) }));
    }),
});
