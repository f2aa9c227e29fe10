import type { Call } from "../../call.ts";
import { type Sandbox, zoomError } from "../../sandbox.ts";
import type { Channels } from "./channels.ts";
import { memberId } from "./chat-people.ts";
import type { Activity, Channel } from "./chat-rows.ts";

/** Who joined and left, and how long messages are kept. */
export function channelLogs(sandbox: Sandbox, channels: Channels): void {
  const { api, users } = sandbox;
  const activities = sandbox.table<Activity>("chat_activities");

  const logs = (call: Call, rows: readonly Activity[]): object => {
    const fromMs = Date.parse(call.query("start_date") ?? "");
    const untilMs = Date.parse(call.query("end_date") ?? "") + 86_400_000;
    if (!(untilMs > fromMs)) throw zoomError(400, 300, "Channel activity log date not valid.");
    const { rows: paged, ...page } = call.page(
      rows.filter(({ at_ms }) => at_ms >= fromMs && at_ms < untilMs).toReversed(),
    );
    return {
      ...page,
      channel_activity_logs: paged.map(({ channel_id, at_ms, operator_id, member_status, members }) => ({
        ...{ channel_id, activity_type: "membership", activity_timestamp: at_ms },
        operator: {
          ...{ user_id: operator_id, member_id: memberId(operator_id) },
          display_name: users.find(operator_id)?.display_name ?? "",
        },
        members: {
          member_status,
          member_list: members.map((one) => ({ ...one, member_id: memberId(one.user_id) })),
        },
      })),
    };
  };
  // Only `:admin` scopes reach these, so who calls may read of every channel.
  const known = (id: string): string => {
    const channel = channels.find(id);
    if (!channel) throw zoomError(404, 5306, "Channel does not exist.");
    return id;
  };
  api.on("GET /chat/channels/{channelId}/activities", (call) =>
    logs(call, activities.by("channel_id", known(call.params.channelId))),
  );
  api.on("GET /chat/activities/channels", (call) => {
    const id = call.query("channel_id");
    if (id !== undefined) return logs(call, activities.by("channel_id", known(id)));
    return logs(call, activities.all());
  });

  const kept = (call: Call, status: 400 | 403, doing: string): Channel => {
    const channel = channels.named(call.params["channelId"] ?? "");
    if (!call.caller.admin && !channels.leads(channel, call.caller.user.id))
      throw zoomError(
        status,
        200,
        `Unauthorized request. You do not have permission to ${doing} channel retention policy.`,
      );
    return channel;
  };
  api.on("GET /chat/channels/{channelId}/retention", (call) => {
    const { id, retention_period } = kept(call, 403, "access");
    return {
      channel_id: id,
      cloud_retention: {
        enable_custom_retention: retention_period !== undefined,
        retention_period: retention_period ?? "",
      },
    };
  });
  api.on("PATCH /chat/channels/{channelId}/retention", (call) => {
    const channel = kept(call, 400, "update");
    const { cloud_retention: wanted } = call.body<{
      cloud_retention: { enable_custom_retention: boolean; retention_period?: string };
    }>();
    if (!wanted.enable_custom_retention) delete channel.retention_period;
    else if (wanted.retention_period === undefined)
      throw zoomError(400, 5301, "Unable to update channel retention policy.");
    else channel.retention_period = wanted.retention_period;
  });
}
