import { z } from "zod";
import { text } from "../../operations/operation-action.ts";
import { listed } from "../../reconcile/look-around.ts";
import { momentOf } from "../held-sessions.ts";
import { reportTrigger } from "../report-trigger.ts";

/** Starts a job for each sign-in and sign-out in the report. */
export const newSignInActivity = reportTrigger({
  title: "New sign-in or sign-out",
  summary:
    "Starts a job for each row of the report of sign-ins and sign-outs, with address, client and version.",
  event: "report.sign_in_activity",
  endpoint: "GET /report/activities",
  filters: ["email", "category"],
  payload: z.looseObject({
    account_id: text(),
    object: z.looseObject({
      ...{
        email: text(),
        time: text(),
        type: text(),
        ip_address: text(),
        client_type: text(),
        version: text(),
      },
    }),
  }),
  sample: {
    account_id: "aCc0untSampleId0000001",
    object: {
      ...{ email: "ada@northwind.example", time: "2026-01-15T09:00:00Z", type: "Sign in" },
      ...{ ip_address: "192.0.2.10", client_type: "Browser", version: "6.6.0" },
    },
  },
  async read({ client, from, to }) {
    const rows = await listed(client, "/report/activities", "activity_logs", { query: { from, to } });
    return { rows: rows.map((row) => ({ row, at: momentOf(row["time"]) })) };
  },
});
