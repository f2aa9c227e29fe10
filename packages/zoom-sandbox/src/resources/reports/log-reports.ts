/** Reports of what people did in the account: sign-ins, changes by admins, help and disclaimers, bills, storage. */
import type { Disclaimer, RemoteSupport } from "../../people/support.ts";
import type { Sandbox } from "../../sandbox.ts";
import { zoomError } from "../../sandbox.ts";
import { zoomTime } from "../meetings/meeting-rows.ts";
import { daysOf, groupOf, periodOf, within } from "./period.ts";

/** A change made by a person. Table `operation_log`. */
export interface Operation {
  time: string;
  operator: string;
  category_type: string;
  action: string;
  operation_detail: string;
}

/** Somebody came or went. Table `sign_ins`. */
export interface SignIn {
  email: string;
  time: string;
  type: "Sign in" | "Sign out";
  ip_address: string;
  client_type: string;
  version: string;
}

interface Invoice {
  readonly id: string;
  readonly start_date: string;
  readonly end_date: string;
  readonly amount: number;
}

const PRICES = { free: 0, pro: 13, business: 18 } as const;
const TAX = 0.2;

/** All kinds that Zoom's report may be asked for; those that happen in a session are a part of them. */
const DISCLAIMER_TYPES: ReadonlySet<string> = new Set([
  ...[
    "login",
    "joinMeeting",
    "recording",
    "remoteControl",
    "meetingConnector",
    "archive",
    "summary",
    "query",
  ],
  ...["AICompanion", "caption", "joinSDKMeeting", "NDI", "joinWebinar", "internalMMRGuestJoin", "liveStream"],
  ...["phoneACR", "viewBOActivity", "webinarBO", "unmuteAudio", "joinOnZoom", "GDPR", "chinaMeeting"],
  ...["zappJoin", "softUpdateReminder"],
]);

/** `hh:mm:ss` between two of Zoom's times. */
function between(from: string, to: string): string {
  return new Date(Math.max(0, Date.parse(to) - Date.parse(from))).toISOString().slice(11, 19);
}

function shownSupport(row: RemoteSupport, now: string): object {
  const { meeting_start_time, uuid, meeting_number, topic, meeting_host_id } = row;
  const { supporter_name, supporter_email, supportee_name, supportee_email } = row;
  const { request_time, start_time, end_time = now } = row;
  return {
    ...{ meeting_start_time, meeting_uuid: uuid, meeting_number, topic, meeting_host_id },
    ...{ supporter_name, supporter_email, supportee_name, supportee_email },
    ...{ request_time, wait_time: between(request_time, start_time), start_time, end_time },
    duration: between(start_time, end_time),
  };
}

/** The reports of the account's logs. */
export function logReports(sandbox: Sandbox): void {
  const { api, clock, table, account, users } = sandbox;

  api.on("GET /report/remote_support", (call) => {
    const period = periodOf(sandbox, call);
    const list = table<RemoteSupport>("remote_supports").filter(({ start_time }) =>
      within(period, start_time),
    );
    const { rows, ...page } = call.page(list);
    return { ...page, remote_support_logs: rows.map((row) => shownSupport(row, zoomTime(clock.now()))) };
  });
  api.on("GET /report/disclaimer", (call) => {
    const period = periodOf(sandbox, call);
    const [wanted = "", type = "all", group] = [
      call.query("search_value")?.toLowerCase(),
      call.query("disclaimer_type"),
      groupOf(sandbox, call),
    ];
    if (type !== "all" && !DISCLAIMER_TYPES.has(type))
      throw zoomError(400, 300, `Invalid parameter: disclaimer_type.`);
    const groupsOf = (user_id: string) => users.find(user_id)?.group_ids ?? [];
    const list = table<Disclaimer>("disclaimers").filter(
      ({ time, disclaimer_type, user_email, meeting_number, user_id }) =>
        within(period, time) &&
        (type === "all" || disclaimer_type === type) &&
        (wanted === "" || user_email.toLowerCase() === wanted || String(meeting_number) === wanted) &&
        (group === undefined || groupsOf(user_id).includes(group)),
    );
    const { rows, ...page } = call.page(list);
    return {
      ...page,
      disclaimer_records: rows.map(({ user_id, ...row }) => ({
        ...{ ...row, group_ids: groupsOf(user_id), is_guest: user_id === "", is_zoom_event: false },
      })),
    };
  });
  api.on("GET /report/activities", (call) => {
    const period = periodOf(sandbox, call);
    const { rows, ...page } = call.page(table<SignIn>("sign_ins").filter(({ time }) => within(period, time)));
    return { ...page, ...period, activity_logs: rows };
  });
  api.on("GET /report/operationlogs", (call) => {
    const period = periodOf(sandbox, call);
    const category = call.query("category_type") ?? "all";
    const list = table<Operation>("operation_log")
      .filter(
        ({ time, category_type }) =>
          within(period, time) && (category === "all" || category_type === category),
      )
      .toReversed();
    const { rows, ...page } = call.page(list);
    return { ...page, operation_logs: rows };
  });
  // A bill a month for the last twelve, by the licensed people there are now.
  const invoices = (): Invoice[] => {
    const now = clock.now();
    const amount = PRICES[account.plan] * users.all().filter(({ type }) => type === 2).length;
    return Array.from({ length: 12 }, (_, age) => {
      const start = new Date(Date.UTC(now.getUTCFullYear(), now.getUTCMonth() - 1 - age, 1));
      const end = new Date(Date.UTC(now.getUTCFullYear(), now.getUTCMonth() - age, 0));
      const [start_date, end_date] = [start, end].map((day) => day.toISOString().slice(0, 10));
      return {
        id: `INV${start_date?.slice(0, 7).replace("-", "")}`,
        start_date: start_date ?? "",
        end_date: end_date ?? "",
        amount,
      };
    });
  };
  const money = (amount: number) => amount.toFixed(2);
  api.on("GET /report/billing", () => ({
    currency: "USD",
    billing_reports: invoices().map(({ amount, ...bill }) => ({
      ...{ ...bill, type: 0, tax_amount: money(amount * TAX), total_amount: money(amount * (1 + TAX)) },
    })),
  }));
  api.on("GET /report/billing/invoices", (call) => {
    const bill = invoices().find(({ id }) => id === call.query("billing_id"));
    if (!bill) throw zoomError(404, 5010, "Report does not exist.");
    const { id, start_date, end_date, amount } = bill;
    return {
      currency: "USD",
      invoices: [
        {
          ...{ start_date, end_date, invoice_number: id, invoice_charge_name: `Zoom ${account.plan}` },
          quantity: users.all().filter(({ type }) => type === 2).length,
          ...{ tax_amount: money(amount * TAX), total_amount: money(amount * (1 + TAX)) },
        },
      ],
    };
  });

  api.on("GET /report/cloud_recording", (call) => {
    const period = periodOf(sandbox, call);
    const files = table<{ date: string; file_size: number }>("recording_storage").all();
    return {
      ...period,
      cloud_recording_storage: daysOf(period).map((date) => {
        const bytes = files
          .filter((one) => one.date <= date)
          .reduce((sum, { file_size }) => sum + file_size, 0);
        return {
          date,
          free_usage: "0 MB",
          plan_usage: "0 MB",
          usage: `${(bytes / 1_048_576).toFixed(2)} MB`,
        };
      }),
    };
  });
}
