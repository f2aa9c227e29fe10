/** What an app called, and what it was told. */
import type { RequestLog } from "../../control/request-log.ts";
import type { Apps } from "../../marketplace/apps.ts";
import { type Sandbox, zoomError } from "../../sandbox.ts";
import type { Delivery, DeliveryAttempt } from "../../webhooks/deliveries.ts";
import { appOf } from "./app-rows.ts";

const DAY_MS = 86_400_000;
const ALL_REQUESTS = 2_000;
const ZOOM_TIME = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ$/;

/** The operations. */
export function appLogs(
  { api, clock, table }: Sandbox,
  { apps, requests }: { readonly apps: Apps; readonly requests: RequestLog },
): void {
  api.on("GET /marketplace/apps/{appId}/api_call_logs", (call) => {
    const app = appOf(apps, call);
    const days = Number(call.query("duration") ?? "7");
    const since = new Date(clock.now().getTime() - days * DAY_MS).toISOString();
    const words = call.query("query") ?? "";
    const [method, status] = [call.query("method"), call.query("status_code")];
    const fitting = requests
      .recent(ALL_REQUESTS)
      .map((row) => ({ ...row, url_pattern: row.path.split("?", 1)[0] ?? "" }))
      .filter(
        (row) =>
          row.client_id === app.client_id &&
          row.url_pattern.startsWith("/v2/") &&
          row.at >= since &&
          row.url_pattern.includes(words) &&
          (method === undefined || row.method === method) &&
          (status === undefined || row.status === Number(status)),
      );
    const { rows, ...page } = call.page(fitting);
    const call_logs = rows.map(({ url_pattern, at, status: http_status, method: by }, index) => ({
      ...{ url_pattern, time: `${at.slice(0, 19)}Z`, http_status, method: by },
      trace_id: `WEB_${String(index).padStart(32, "0")}`,
    }));
    return { ...page, call_logs };
  });

  const moment = (text: string | undefined, otherwiseMs: number): number => {
    if (text === undefined) return otherwiseMs;
    if (!ZOOM_TIME.test(text))
      throw zoomError(404, 1503, "The dates must follow the format: `yyyy-MM-dd'T'HH:mm:ss'Z'`.");
    return Date.parse(text);
  };

  api.on("GET /marketplace/apps/{appId}/webhook_logs", (call) => {
    const app = appOf(apps, call);
    const nowMs = clock.now().getTime();
    const from = moment(call.query("from"), nowMs - 7 * DAY_MS);
    const to = moment(call.query("to"), nowMs);
    if (to < from) throw zoomError(404, 1501, "The 'to' date must be after the 'from' date.");
    if (from > nowMs) throw zoomError(404, 1504, "The 'from' date must be before the current date(UTC).");
    if (from < nowMs - 7 * DAY_MS)
      throw zoomError(404, 1502, "The date range must be within the last seven days.");
    const retry = call.query("retry_num");
    if (retry !== undefined && !/^[0-3]$/.test(retry))
      throw zoomError(400, 1506, "The 'retry_num' value must be an integer within the range of 0 to 3.");
    const [event, type] = [call.query("event"), call.query("type") ?? "2"];
    const attempts = table<Delivery>("deliveries")
      .filter((row) => row.app_id === app.id && (event === undefined || row.event === event))
      .flatMap((row) => row.attempts.map((attempt) => ({ row, attempt })))
      .filter(({ attempt }) => {
        const at = Date.parse(attempt.at);
        const failed = !succeeded(attempt);
        return (
          at >= from &&
          at <= to &&
          (type === "1" || (type === "3") !== failed) &&
          (retry === undefined || attempt.retry_num === Number(retry))
        );
      });
    const { rows, ...page } = call.page(attempts.toReversed());
    return { ...page, webhook_logs: rows.map(({ row, attempt }) => shown(row, attempt)) };
  });
}

const succeeded = ({ status }: DeliveryAttempt): boolean =>
  status !== undefined && status >= 200 && status < 300;

// Zoom: reason 1 is a time-out, 2 a refused connection.
function shown(row: Delivery, attempt: DeliveryAttempt): object {
  const { event, url: endpoint, subscription_id, request_id, body: request_body } = row;
  const { status = 0, retry_num, at, problem } = attempt;
  return {
    ...{ event, status, endpoint, subscription_id, request_id, request_body, retry_num },
    ...(problem !== undefined && { failed_reason_type: problem.includes("within") ? 1 : 2 }),
    ...{ user_id: "", request_headers: "", response_headers: "", response_body: "" },
    ...{ date_time: `${at.slice(0, 19)}Z`, trace_id: request_id },
  };
}
