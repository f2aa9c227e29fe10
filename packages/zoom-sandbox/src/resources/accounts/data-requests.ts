/** Requests to export or delete what Zoom holds of people: pending for an hour, done within a day of the sandbox's clock. */
import { momentMs } from "../moment-ms.ts";
import { type Sandbox, zoomError } from "../../sandbox.ts";

interface DataRequest {
  id: string;
  request_type: "EXPORT" | "DELETE";
  email: string;
  requestor_user_id: string;
  created_ms: number;
  start_at: string;
  end_at: string;
  canceled: boolean;
}

interface NewRequest {
  readonly emails: string[];
  readonly request_type: "EXPORT" | "DELETE";
  readonly start_date?: string;
  readonly end_date?: string;
}

const HOUR_MS = 3_600_000;

/** The data requests' operations. */
export function dataRequests(sandbox: Sandbox): void {
  const { api, clock, ids, users, account } = sandbox;
  const rows = sandbox.table<DataRequest>("data_requests");
  const time = (ms: number) => `${new Date(ms).toISOString().slice(0, 19)}Z`;

  const stateOf = ({ canceled, created_ms }: DataRequest): string => {
    if (canceled) return "Canceled";
    const ageMs = clock.now().getTime() - created_ms;
    if (ageMs < HOUR_MS) return "Pending";
    return ageMs < 24 * HOUR_MS ? "Processing" : "Completed";
  };
  const filesOf = (request: DataRequest) =>
    request.request_type === "EXPORT" && stateOf(request) === "Completed"
      ? [
          {
            file_id: `${request.id}-1`,
            file_name: "export.zip",
            size: "1024",
            created_at: time(request.created_ms + 24 * HOUR_MS),
          },
        ]
      : [];

  api.on("POST /data_requests/requests", (call) => {
    const { emails, request_type, start_date, end_date } = call.body<NewRequest>();
    const unknown = emails.filter((email) => !users.byEmail(email));
    if (unknown.length > 0) {
      const message = `Invalid email accounts detected. Please remove the following emails and try again ${unknown.join(", ")}`;
      throw zoomError(400, 14111, message);
    }
    const created_ms = clock.now().getTime();
    const data = emails.map((email) => {
      const id = ids.key();
      const [start_at = time(created_ms), end_at = time(created_ms)] = [start_date, end_date].map(
        (date) => date && time(momentMs(date === start_date ? "start_date" : "end_date", date)),
      );
      const requestor_user_id = call.caller.user.id;
      rows.set(id, {
        id,
        request_type,
        email,
        requestor_user_id,
        created_ms,
        start_at,
        end_at,
        canceled: false,
      });
      return { email, request_id: id };
    });
    return { data };
  });

  api.on("GET /data_requests/requests", (call) => {
    const { rows: shown, ...page } = call.page(rows.all());
    const records = shown.map((row) => ({
      ...{ request_id: row.id, request_type: row.request_type, created_at: time(row.created_ms) },
      ...{ requestor_user_id: row.requestor_user_id, account_id: account.id, user_identifier: row.email },
      requestor_name: users.find(row.requestor_user_id)?.display_name ?? "",
      ...{ data_type: ["ALL"], state: stateOf(row), files_count: filesOf(row).length },
      ...{ start_at: row.start_at, end_at: row.end_at },
      is_current_user: row.requestor_user_id === call.caller.user.id,
    }));
    return { ...page, records };
  });

  api.on("GET /data_requests/requests/{requestId}", (call) => {
    const row = rows.get(call.params.requestId);
    if (row?.request_type !== "EXPORT") throw zoomError(400, 14115, "Invalid parameters.");
    const { rows: file_records, ...page } = call.page(filesOf(row));
    return { ...page, request_type: "EXPORT", file_records };
  });

  api.on("DELETE /data_requests/requests/{requestId}", (call) => {
    const row = rows.get(call.params.requestId);
    if (!row || row.request_type !== "DELETE") {
      throw zoomError(404, 14105, "Unable to cancel data request. Please try again later.");
    }
    if (stateOf(row) !== "Pending") {
      throw zoomError(422, 14106, "Your data request is processing, and can no longer be canceled.");
    }
    row.canceled = true;
  });

  api.on("GET /data_requests/files/{fileId}/url", (call) => {
    const { fileId } = call.params;
    const row = rows.get(fileId.replace(/-1$/, ""));
    if (!row || !filesOf(row).some(({ file_id }) => file_id === fileId)) {
      throw zoomError(404, 14103, "Unable to download data. Please try again later.");
    }
    return { download_url: `${sandbox.origin()}/data_requests/files/${fileId}?token=${ids.secret(43)}` };
  });
  sandbox.app.get("/data_requests/files/:fileId", (c) => {
    const row = rows.get(c.req.param("fileId").replace(/-1$/, ""));
    if (!row || filesOf(row).length === 0) return c.notFound();
    return c.body(JSON.stringify({ user: users.byEmail(row.email) ?? row.email }), 200, {
      "content-type": "application/json",
      "content-disposition": 'attachment; filename="export.json"',
    });
  });
}
