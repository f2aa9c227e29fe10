import type { Call } from "../../call.ts";
import { type Sandbox, zoomError } from "../../sandbox.ts";
import type { Channels } from "./channels.ts";
import type { Channel } from "./chat-rows.ts";

/** Groups of the account that are members of a channel: their people come in with them. */
export function channelGroups({ api, clock, users, table }: Sandbox, channels: Channels): void {
  const groups = table<{ id: string; name: string }>("groups");
  // Only `:admin` scopes reach these, so who calls may do it in every channel.
  const of = (call: Call): Channel => {
    const channel = channels.find(call.params["channelId"] ?? "");
    if (!channel) throw zoomError(404, 5306, "Channel does not exist.");
    return channel;
  };
  const view = (ids: readonly string[]) =>
    ids.flatMap((id) => {
      const group = groups.get(id);
      return group ? [{ group_id: id, group_name: group.name }] : [];
    });

  api.on("GET /groups/{groupId}/channels", (call) => {
    const { groupId } = call.params;
    if (!groups.has(groupId)) throw zoomError(404, 4130, `A group with this ${groupId} does not exist.`);
    const inThem = table<Channel>("chat_channels").filter(({ group_ids }) => group_ids.includes(groupId));
    return {
      group_id: groupId,
      channels: inThem.map(({ id, name, members }) => ({
        ...{ channel_id: id, channel_name: name, member_count: members.length },
      })),
    };
  });
  api.on("GET /chat/channels/{channelId}/members/groups", (call) => {
    const channel = of(call);
    return { channel_id: channel.id, groups: view(channel.group_ids) };
  });
  api.on("POST /chat/channels/{channelId}/members/groups", (call) => {
    const channel = of(call);
    const ids = (call.body<{ groups?: { group_id: string }[] }>().groups ?? []).map(
      ({ group_id }) => group_id,
    );
    if (ids.length === 0 || ids.some((id) => !groups.has(id)))
      throw zoomError(404, 4130, "Groups do not exist.");
    channel.group_ids = [...new Set([...channel.group_ids, ...ids])];
    const people = users.all().filter(({ group_ids }) => group_ids.some((id) => ids.includes(id)));
    channels.invite(call.caller.user, channel, people);
    return {
      added_at: clock
        .now()
        .toISOString()
        .replace(/\.\d+Z$/, "Z"),
      groups: view(ids),
    };
  });
  api.on("DELETE /chat/channels/{channelId}/members/groups/{groupId}", (call) => {
    const channel = of(call);
    const { groupId } = call.params;
    channel.group_ids = channel.group_ids.filter((id) => id !== groupId);
    const kept = new Set(channel.group_ids);
    const gone = channels
      .peopleOf(channel)
      .filter(({ group_ids }) => group_ids.includes(groupId) && !group_ids.some((id) => kept.has(id)))
      .filter(({ id }) => channels.memberOf(channel, id)?.role === "member");
    if (gone.length > 0) channels.remove(call.caller.user, channel, gone);
  });
}
