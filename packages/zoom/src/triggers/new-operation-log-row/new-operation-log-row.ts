import { z } from "zod";
import { text } from "../../operations/operation-action.ts";
import { listed } from "../../reconcile/look-around.ts";
import { momentOf } from "../held-sessions.ts";
import { reportTrigger } from "../report-trigger.ts";

/** Starts a job for each row of the operation log. */
export const newOperationLogRow = reportTrigger({
  title: "New row of the operation log",
  summary: "Starts a job for each change that an administrator made, as the operation log reports it.",
  event: "report.operation_log",
  endpoint: "GET /report/operationlogs",
  filters: ["email", "category"],
  payload: z.looseObject({
    account_id: text(),
    object: z.looseObject({
      ...{ time: text(), operator: text(), category_type: text(), action: text(), operation_detail: text() },
    }),
  }),
  sample: {
    account_id: "aCc0untSampleId0000001",
    object: {
      ...{ time: "2026-01-15T09:00:00Z", operator: "ada@northwind.example", category_type: "user" },
      ...{
        action: "Update",
        operation_detail: "Update User bob@northwind.example: Type: from Basic to Licensed",
      },
    },
  },
  async read({ client, from, to }) {
    const rows = await listed(client, "/report/operationlogs", "operation_logs", { query: { from, to } });
    return { rows: rows.map((row) => ({ row, at: momentOf(row["time"]) })) };
  },
});
