/**
 * Call logs, the older way and the newer (call history and its elements).
 *
 * Not emulated: calls with several elements (transfers, queues, parking), charges, AI summaries.
 */
import type { Call } from "../../call.ts";
import { type Sandbox, zoomError } from "../../sandbox.ts";
import { mediaOf, shownHistory, shownLog } from "./call-views.ts";
import { type CallLog, callOf, inPeriod, phoneUserOf } from "./phone-rows.ts";

const CLIENT_CODE = /^\d{1,16}$/;
const SYNC_LIFETIME_MS = 86_400_000;

/** The operations. */
export function callLogs(sandbox: Sandbox): void {
  const { api, table } = sandbox;
  const rows = table<CallLog>("phone_call_logs");
  const timeOf = ({ start_time }: CallLog): string => start_time;
  const ofUser = (call: Call): CallLog[] => {
    const { user } = phoneUserOf(sandbox, call);
    return rows.by("user_id", user.id).filter(({ deleted }) => !deleted);
  };
  const missed = (log: CallLog): boolean =>
    log.direction === "inbound" && callOf(sandbox, log).result !== "answered";

  const oldList = (call: Call, all: CallLog[]): object => {
    const number = call.query("phone_number");
    const wanted = all.filter((log) => {
      const { caller, callee } = callOf(sandbox, log);
      return (
        (call.query("type") !== "missed" || missed(log)) &&
        (!number || caller.number === number || callee.number === number)
      );
    });
    const { rows: inside, from, to } = inPeriod(sandbox, call, wanted, timeOf);
    const { rows: page, ...rest } = call.page(inside);
    return { ...rest, from, to, call_logs: page.map((log) => shownLog(sandbox, log)) };
  };
  api.on("GET /phone/call_logs", (call) => oldList(call, rows.all()));
  api.on("GET /phone/users/{userId}/call_logs", (call) => oldList(call, ofUser(call)));
  api.on("GET /phone/call_logs/{callLogId}", (call) => {
    const log = named(call.params.callLogId, zoomError(404, 3001, "Error retrieving call logs."));
    const shown = shownLog(sandbox, log);
    return { ...shown, log_details: [{ ...shown, id: `${log.id}-1` }] };
  });

  /** The rows that the newer lists' queries want. */
  const chosen = (call: Call, all: CallLog[]): CallLog[] => {
    const list = (name: string): string[] | undefined =>
      call
        .queries(name)
        ?.flatMap((text) => text.split(","))
        .filter(Boolean);
    const [directions, results, connects, ids] = [
      "directions",
      "call_results",
      "connect_types",
      "call_ids",
    ].map(list);
    const keyword = call.query("keyword")?.toLowerCase() ?? "";
    const [status, voicemail] = [call.query("recording_status"), call.query("with_voicemail")];
    return all.filter((log) => {
      const phoneCall = callOf(sandbox, log);
      const { caller, callee, result = "no_answer" } = phoneCall;
      const { recording, voicemail: message } = mediaOf(sandbox, log);
      const connect = caller.user_id && callee.user_id ? "internal" : "external";
      const text = [caller.name, caller.number, callee.name, callee.number].join(" ").toLowerCase();
      return (
        (!directions || directions.includes(log.direction)) &&
        (!results || results.includes(result)) &&
        (!connects || connects.includes(connect)) &&
        (!ids || ids.includes(log.call_id)) &&
        (!status || (status === "recorded") === (recording !== undefined)) &&
        (voicemail === undefined || (voicemail === "true") === (message !== undefined)) &&
        text.includes(keyword)
      );
    });
  };
  const newList = (call: Call, all: CallLog[]): object => {
    const { rows: inside, from, to } = inPeriod(sandbox, call, chosen(call, all), timeOf);
    const { rows: page, ...rest } = call.page(inside);
    const logs = page.map((log) => shownHistory(sandbox, log));
    return { ...rest, from, to, call_logs: logs, call_history: logs, call_elements: logs };
  };
  api.on("GET /phone/call_history", (call) => newList(call, rows.all()));
  api.on("GET /phone/users/{userId}/call_history", (call) => newList(call, ofUser(call)));

  const named = (id: string, missing: Error): CallLog => {
    const log = rows.get(id);
    if (!log) throw missing;
    return log;
  };
  const noHistory = (id: string) => zoomError(404, 300, `Call history not found: ${id}`);
  api.on("GET /phone/call_history/{callHistoryUuid}", (call) => {
    const log = named(call.params.callHistoryUuid, noHistory(call.params.callHistoryUuid));
    const shown = shownHistory(sandbox, log);
    return { ...shown, call_path: [shown], call_elements: [shown] };
  });
  api.on("GET /phone/call_element/{callElementId}", (call) =>
    shownHistory(sandbox, named(call.params.callElementId, noHistory(call.params.callElementId))),
  );
  api.on("GET /phone/call_history_detail/{callHistoryId}", (call) => {
    const id = call.params.callHistoryId;
    return shownHistory(
      sandbox,
      named(id, zoomError(404, 301, `Call history does not exist for call log Id: ${id}.`)),
    );
  });

  const code = (call: Call, log: CallLog, refused: (given: string) => Error): void => {
    const { client_code = "" } = call.body<{ client_code?: string }>();
    if (!CLIENT_CODE.test(client_code)) throw refused(client_code);
    log.client_code = client_code;
  };
  api.on("PATCH /phone/call_history/{callLogId}/client_code", (call) => {
    const log = named(call.params.callLogId, noHistory(call.params.callLogId));
    code(call, log, (given) => zoomError(400, 301, `Invalid client code: ${given}`));
  });
  api.on("PUT /phone/call_logs/{callLogId}/client_code", (call) => {
    const refused = zoomError(404, 404, "Validation Failed.");
    code(call, named(call.params.callLogId, refused), () => refused);
  });

  const take = (call: Call, missing: Error, event: string): void => {
    const { user } = phoneUserOf(sandbox, call);
    const log = rows.get(call.params["callLogId"] ?? "");
    if (log?.user_id !== user.id || log.deleted) throw missing;
    log.deleted = true;
    const old = event === "phone.call_log_deleted";
    sandbox.emit(
      event,
      {
        object: old
          ? { user_id: user.id, call_logs: [shownLog(sandbox, log)] }
          : {
              ...{ user_id: user.id, call_log_ids: [log.id], move_to_trash: true, delete_all: false },
              execute_time: sandbox.clock.now().toISOString(),
            },
      },
      { userId: user.id },
    );
  };
  api.on("DELETE /phone/users/{userId}/call_history/{callLogId}", (call) =>
    take(
      call,
      zoomError(404, 301, `Call history not found: ${call.params.callLogId}.`),
      "phone.call_history_deleted",
    ),
  );
  api.on("DELETE /phone/users/{userId}/call_logs/{callLogId}", (call) => {
    const id = call.params.callLogId;
    const missing = `Call log information was not found for the following callLogId: ${id}.`;
    take(call, zoomError(404, 404, missing), "phone.call_log_deleted");
  });

  // Zoom: FSync begins, ISync goes on to newer ones, BSync to older ones; the token says where one is.
  const sync = (call: Call, shown: (log: CallLog) => object): object => {
    const all = ofUser(call);
    const [kind = "FSync", token] = [call.query("sync_type"), call.query("sync_token")];
    const count = Math.min(Math.max(1, Number(call.query("count") ?? "20") || 20), 250);
    const { from, to } = kind === "FSync" ? { from: all.length, to: all.length } : readToken(token);
    const page =
      kind === "ISync" ? all.slice(to, to + count) : all.slice(Math.max(0, from - count), from).toReversed();
    const next =
      kind === "ISync"
        ? { from, to: to + page.length }
        : { from: from - page.length, to: kind === "FSync" ? all.length : to };
    return { call_logs: page.map(shown), sync_token: makeToken(next) };
  };
  const makeToken = (place: { from: number; to: number }): string =>
    Buffer.from(JSON.stringify([place.from, place.to, sandbox.clock.now().getTime()])).toString("base64url");
  const readToken = (token: string | undefined): { from: number; to: number } => {
    const invalid = zoomError(404, 300, "The sync token is invalid or expired.");
    try {
      const [from, to, at] = JSON.parse(Buffer.from(token ?? "", "base64url").toString()) as number[];
      if (from === undefined || to === undefined || at === undefined) throw invalid;
      if (sandbox.clock.now().getTime() - at > SYNC_LIFETIME_MS) throw invalid;
      return { from, to };
    } catch {
      throw invalid;
    }
  };
  api.on("GET /phone/users/{userId}/call_logs/sync", (call) => sync(call, (log) => shownLog(sandbox, log)));
  api.on("GET /phone/users/{userId}/call_history/sync", (call) =>
    sync(call, (log) => shownHistory(sandbox, log)),
  );
}
