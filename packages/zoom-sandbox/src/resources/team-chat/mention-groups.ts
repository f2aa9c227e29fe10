/** Groups of people within a channel that are mentioned together. */
import type { Call } from "../../call.ts";
import { type Sandbox, type User, zoomError } from "../../sandbox.ts";
import type { Channels } from "./channels.ts";
import { identified, listed, memberId } from "./chat-people.ts";
import type { Channel } from "./chat-rows.ts";

interface MentionGroup {
  id: string;
  channel_id: string;
  name: string;
  description: string;
  member_ids: string[];
}

const MOST_GROUPS = 20;
const MOST_MEMBERS = 100;

/** The operations. */
export function mentionGroups(sandbox: Sandbox, channels: Channels): void {
  const { api, ids, users } = sandbox;
  const rows = sandbox.table<MentionGroup>("chat_mention_groups");
  sandbox.onUserRemoved(({ id }) => {
    for (const row of rows.all()) row.member_ids = row.member_ids.filter((one) => one !== id);
  });

  const channelOf = (call: Call, doing: string): Channel => {
    const channel = channels.named(call.params["channelId"] ?? "");
    if (channel.type === 4) throw zoomError(403, 200, "Not allowed on a group chat.");
    if (channel.archived) throw zoomError(403, 200, "Not allowed on an archived channel.");
    if (!channels.memberOf(channel, call.caller.user.id))
      throw zoomError(403, 200, `No permission to ${doing}.`);
    return channel;
  };
  const groupOf = (call: Call, channel: Channel): MentionGroup => {
    const row = rows.get(call.params["mentionGroupId"] ?? "");
    if (row?.channel_id !== channel.id) throw zoomError(404, 5508, "The mention group doesn't exist.");
    return row;
  };
  const freeName = (channel: Channel, name: string, self?: MentionGroup): string => {
    const taken = rows.by("channel_id", channel.id).some((row) => row !== self && row.name === name);
    if (taken) throw zoomError(400, 200, "Duplicate mention group name");
    return name;
  };
  /** The people of the channel that are named. */
  const people = (channel: Channel, keys: readonly string[]): User[] => {
    if (keys.length === 0) throw zoomError(400, 300, "Invalid parameter: identifiers.");
    return keys.map((key) => {
      const user = identified(sandbox, key);
      if (!user) throw zoomError(400, 300, "Invalid parameter: identifiers.");
      if (!channels.memberOf(channel, user.id))
        throw zoomError(403, 200, `The user(s) do not have permission to access the channel. ${key}`);
      return user;
    });
  };

  const path = "/chat/channels/{channelId}/mention_group";
  api.on(`GET ${path}`, (call: Call) => ({
    mention_group_list: rows
      .by("channel_id", channelOf(call, "list the mention groups in the channel").id)
      .map(({ id, name, description }) => ({
        ...{ mention_group_id: id, mention_group_name: name, mention_group_description: description },
      })),
  }));
  api.on(`POST ${path}`, (call: Call) => {
    const channel = channelOf(call, "create the channel mention group");
    const body = call.body<{
      mention_group_name: string;
      mention_group_description?: string;
      identifiers: string[];
    }>();
    if (rows.by("channel_id", channel.id).length >= MOST_GROUPS)
      throw zoomError(
        400,
        5506,
        "Exceeded the limit of adding mention group. The maximum number of mention group in a channel is 20",
      );
    const row: MentionGroup = {
      ...{ id: ids.key(), channel_id: channel.id, name: freeName(channel, body.mention_group_name) },
      description: body.mention_group_description ?? "",
      member_ids: [...new Set(people(channel, body.identifiers).map(({ id }) => id))],
    };
    rows.set(row.id, row);
    return { mention_group_id: row.id };
  });
  api.on(`PATCH ${path}/{mentionGroupId}`, (call: Call) => {
    const channel = channelOf(call, "update the mention group info");
    const row = groupOf(call, channel);
    const body = call.body<{ mention_group_name?: string; mention_group_description?: string }>();
    if (body.mention_group_name !== undefined) row.name = freeName(channel, body.mention_group_name, row);
    row.description = body.mention_group_description ?? row.description;
  });
  api.on(`DELETE ${path}/{mentionGroupId}`, (call: Call) => {
    rows.delete(groupOf(call, channelOf(call, "delete the mention group")).id);
  });
  api.on(`GET ${path}/{mentionGroupId}/members`, (call: Call) => {
    const row = groupOf(call, channelOf(call, "access the channel"));
    const { rows: paged, ...page } = call.page(row.member_ids.flatMap((id) => users.find(id) ?? []));
    return {
      ...{ ...page, mention_group_id: row.id, has_more: page.next_page_token !== "" },
      members: paged.map(({ id, email, first_name, last_name, display_name }) => ({
        ...{ user_id: id, member_id: memberId(id), email, first_name, last_name, is_external: false },
        // Zoom: the field is spelt so.
        disaplay_name: display_name,
      })),
    };
  });
  api.on(`POST ${path}/{mentionGroupId}/members`, (call: Call) => {
    const channel = channelOf(call, "add members to channel mention group");
    const row = groupOf(call, channel);
    const fresh = people(channel, call.body<{ identifiers: string[] }>().identifiers);
    const known = fresh.filter(({ id }) => row.member_ids.includes(id)).map(({ id }) => id);
    if (known.length > 0)
      throw zoomError(400, 5511, `The member(s) exist in the mention group. ${known.join(",")}`);
    if (row.member_ids.length + fresh.length > MOST_MEMBERS)
      throw zoomError(
        400,
        5507,
        "Exceeded the limit of adding member(s) to a mention group. The maximum number of members in mention group is 100.",
      );
    row.member_ids.push(...new Set(fresh.map(({ id }) => id)));
    return call.answer(201);
  });
  api.on(`DELETE ${path}/{mentionGroupId}/members`, (call: Call) => {
    const row = groupOf(call, channelOf(call, "remove members to channel mention group"));
    const keys = listed(call.query("identifiers"));
    const gone = keys.map((key) => identified(sandbox, key)?.id ?? "");
    const lost = keys.filter((_, at) => !row.member_ids.includes(gone[at] ?? ""));
    if (lost.length > 0)
      throw zoomError(400, 5510, `The member(s) do not exist in the mention group. ${lost.join(",")}`);
    row.member_ids = row.member_ids.filter((id) => !gone.includes(id));
  });
}
