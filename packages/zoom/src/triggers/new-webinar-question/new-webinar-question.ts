import { z } from "zod";
import { text } from "../../operations/operation-action.ts";
import { fieldsOf } from "../../reconcile/event-keys.ts";
import { heldSessions, momentOf } from "../held-sessions.ts";
import { reportTrigger } from "../report-trigger.ts";

/** Starts a job for each question, with its answers, of a past webinar. */
export const newWebinarQuestion = reportTrigger({
  title: "New question of a webinar",
  summary:
    "Starts a job for each question, with its answers, of a past webinar, once Zoom's report of it is ready.",
  event: "report.webinar_question",
  endpoint: "GET /report/webinars/{webinarId}/qa",
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
      participant: z.looseObject({ name: text(), user_email: text() }),
      ...{ question: text(), answer: text() },
    }),
  }),
  sample: {
    account_id: "aCc0untSampleId0000001",
    object: {
      ...{ id: "81234567890", uuid: "pn2r8wUxTfqFJ1XUiDb4jA==", topic: "Product launch" },
      ...{ host_email: "hana@northwind.example" },
      ...{ start_time: "2026-01-15T09:00:00Z", end_time: "2026-01-15T10:00:00Z" },
      participant: { name: "Ada Ackers", user_email: "ada@northwind.example" },
      ...{ question: "Is it recorded?", answer: "It is." },
    },
  },
  read: (days) =>
    heldSessions("webinar", days, async (client, uuid) => {
      const report = fieldsOf(await client.request("GET", "/report/webinars/{uuid}/qa", { path: { uuid } }));
      const people = Array.isArray(report["questions"]) ? report["questions"].map(fieldsOf) : [];
      return people.flatMap(({ name, email, question_details: details }) =>
        (Array.isArray(details) ? details : []).map(fieldsOf).map((detail) => ({
          row: { participant: { name, user_email: email }, ...detail },
          at: momentOf(detail["date_time"] ?? detail["create_time"]),
        })),
      );
    }),
});
