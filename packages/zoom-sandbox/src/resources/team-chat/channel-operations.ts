/**
 * Operations on channels, as the person of the token and, by account-level ones, as another person.
 *
 * Not emulated: people outside the account, since the sandbox has one account.
 */
import type { Call } from "../../call.ts";
import { type Sandbox, type User, zoomError } from "../../sandbox.ts";
import type { Channels } from "./channels.ts";
import { channelJid, identified, listed, memberId, memberView } from "./chat-people.ts";
import type { Channel, ChannelSettings } from "./chat-rows.ts";

const MOST_INVITED = 20;
const MOST_REMOVED = 20;
const MOST_DELETED = 50;

/** What makes and changes a channel. */
interface Wanted {
  name?: string;
  type?: number;
  channel_settings?: Partial<ChannelSettings> & {
    designated_posting_members?: { user_id?: string; member_id?: string }[];
  };
  members?: { email: string }[];
  shared_space?: { space_id: string; space_channel_type?: "private" | "public_for_members" };
}

/** The operations. */
export function channelOperations(sandbox: Sandbox, channels: Channels): void {
  const { api, users, clock } = sandbox;
  const actor = (call: Call): User => {
    const { userId } = call.params;
    return userId === undefined ? call.caller.user : users.named(userId, call.caller);
  };
  const of = (call: Call): Channel => channels.named(call.params["channelId"] ?? "");
  const refused = (status: 400 | 403, doing: string) =>
    zoomError(status, 200, `Unauthorized request. You do not have permission to ${doing}.`);
  const nowText = () =>
    clock
      .now()
      .toISOString()
      .replace(/\.\d+Z$/, "Z");
  const added = (people: readonly User[]) => ({
    added_at: nowText(),
    ids: people.map(({ id }) => id).join(","),
    member_ids: people.map(({ id }) => memberId(id)).join(","),
  });
  const invited = (given: readonly { email: string }[] = []): User[] => {
    if (given.length > MOST_INVITED) throw zoomError(400, 5301, "Request to invite channel members failed.");
    return given.map(({ email }) => {
      const user = users.byEmail(email);
      if (!user) throw zoomError(400, 5301, "Request to invite channel members failed.");
      return user;
    });
  };
  /** Whether a person may see into it: members, and everybody into a public one. */
  const mayRead = (channel: Channel, { id }: User): boolean =>
    channel.type === 3 || channel.type === 5 || channels.memberOf(channel, id) !== undefined;

  api.on("GET /chat/users/{userId}/channels", (call) => {
    const user = actor(call);
    const { rows, ...page } = call.page(
      channels.all().filter((row) => channels.memberOf(row, user.id) && !row.archived),
    );
    return { ...page, channels: rows.map((row) => shown(sandbox, row)) };
  });

  api.on("POST /chat/users/{userId}/channels", (call) => {
    const user = actor(call);
    const { name = "", type = 1, channel_settings = {}, members, shared_space } = call.body<Wanted>();
    if (name === "" && type !== 4) throw zoomError(400, 5301, "Request to create a channel failed.");
    if (shared_space && !sandbox.table("chat_spaces").has(shared_space.space_id))
      throw zoomError(404, 5407, "Shared space does not exist.");
    const channel = channels.create(user, {
      ...{ name, type, settings: channel_settings, people: invited(members) },
      ...(shared_space && {
        space_id: shared_space.space_id,
        space_channel_type: shared_space.space_channel_type ?? "private",
      }),
    });
    return shown(sandbox, channel);
  });

  api.on("GET /chat/channels", (call) => {
    const { rows, ...page } = call.page(channels.all().filter(({ type }) => type === 3 || type === 5));
    return { ...page, channels: rows.map((row) => shown(sandbox, row)) };
  });

  api.on("POST /chat/channels/search", (call) => {
    const body = call.body<{
      user_id?: string;
      page_size?: number;
      next_page_token?: string;
      needle: { search_type: string; keywords?: string[]; channel_name?: string };
      haystack: "user_joined" | "public" | "all";
      include_archived?: boolean;
    }>();
    const user = body.user_id === undefined ? call.caller.user : users.named(body.user_id, call.caller);
    const fits = ({ name }: Channel): boolean =>
      body.needle.search_type === "by_channel_name"
        ? (body.needle.keywords ?? []).every((word) => name.toLowerCase().includes(word.toLowerCase()))
        : name === body.needle.channel_name;
    const within = (row: Channel): boolean => {
      const joined = channels.memberOf(row, user.id) !== undefined;
      if (body.haystack === "user_joined") return joined;
      return row.type === 3 || row.type === 5 || (body.haystack === "all" && joined);
    };
    const found = channels
      .all()
      .filter((row) => (!row.archived || body.include_archived === true) && within(row) && fits(row));
    // Zoom: this list pages by the body, so the token says where it goes on.
    const size = Math.min(body.page_size ?? 10, 20);
    const from = Number.parseInt(body.next_page_token ?? "0", 36);
    if (Number.isNaN(from))
      throw zoomError(400, 300, "The next page token is either invalid or has expired.");
    const more = from + size < found.length;
    return {
      ...{ page_size: size, next_page_token: more ? (from + size).toString(36) : "" },
      channels: found
        .slice(from, from + size)
        .map((row) => ({ ...shown(sandbox, row), member_count: row.members.length })),
    };
  });

  // The same three, with the person named or not.
  for (const path of ["/chat/channels/{channelId}", "/chat/users/{userId}/channels/{channelId}"]) {
    api.on(`GET ${path}`, (call: Call) => {
      const user = actor(call);
      const channel = of(call);
      if (!mayRead(channel, user)) throw refused(400, "access this user's channel information");
      return shown(sandbox, channel, true);
    });
    api.on(`PATCH ${path}`, (call: Call) => {
      const user = actor(call);
      const channel = of(call);
      const { name, type, channel_settings: given = {} } = call.body<Wanted>();
      const mine = channels.memberOf(channel, user.id);
      const forOwner =
        given.add_member_permissions !== undefined || given.mention_all_permissions !== undefined;
      const mayChange = channel.type === 4 ? mine !== undefined : channels.leads(channel, user.id);
      if (!mayChange || (forOwner && mine?.role !== "owner"))
        throw refused(403, "update a channel for this user");
      const { designated_posting_members: posters, ...settings } = given;
      channels.update(user, channel, () => {
        channel.name = name ?? channel.name;
        channel.type = type ?? channel.type;
        Object.assign(channel.settings, settings);
        // Zoom: everybody adds people to public channels and group chats.
        if (channel.type > 2) channel.settings.add_member_permissions = 1;
        channel.posters =
          posters?.flatMap((one) => identified(sandbox, one.user_id ?? one.member_id ?? "")?.id ?? []) ??
          channel.posters;
      });
    });
    api.on(`DELETE ${path}`, (call: Call) => {
      const user = actor(call);
      const channel = channels.find(call.params["channelId"] ?? "");
      if (!channel) throw zoomError(400, 5301, "Request to delete a channel failed.");
      if (channels.memberOf(channel, user.id)?.role !== "owner")
        throw refused(400, "delete this user's channel");
      channels.delete(user, channel);
    });
    api.on(`GET ${path}/members`, (call: Call) => {
      const channel = of(call);
      if (!mayRead(channel, actor(call)))
        throw zoomError(400, 200, "No permission to access the channel members.");
      const { rows, ...page } = call.page(channel.members);
      return { ...page, members: rows.flatMap((row) => memberShown(row.user_id, row.role)) };
    });
    api.on(`POST ${path}/members`, (call: Call) => {
      const user = actor(call);
      const channel = of(call);
      const mine = channels.memberOf(channel, user.id);
      if (!mine || (channel.settings.add_member_permissions === 2 && mine.role === "member"))
        throw refused(400, "invite channel members");
      if (channel.archived) throw zoomError(400, 5301, "Request to invite channel members failed.");
      return added(channels.invite(user, channel, invited(call.body<Wanted>().members)));
    });
    api.on(`DELETE ${path}/members`, (call: Call) => {
      const keys = [
        ...listed(call.query("identifiers")),
        ...listed(call.query("member_ids")),
        ...listed(call.query("user_ids")),
      ];
      if (keys.length > MOST_REMOVED)
        throw zoomError(400, 300, "The maximum number of members that can be removed at a time is 20.");
      remove(actor(call), of(call), keys, zoomError(400, 200, "No permission to remove channel members."));
    });
    api.on(`DELETE ${path}/members/{identifier}`, (call: Call) => {
      const why = refused(400, "remove channel members on this user's behalf");
      remove(actor(call), of(call), [call.params["identifier"] ?? ""], why);
    });
  }

  function memberShown(userId: string, role: string): object[] {
    const user = users.find(userId);
    return user ? [{ ...memberView(user), role }] : [];
  }

  function remove(by: User, channel: Channel, keys: readonly string[], why: Error): void {
    if (!channels.leads(channel, by.id)) throw why;
    const gone = [...new Set(keys.map((key) => identified(sandbox, key)))];
    if (gone.includes(by)) throw zoomError(400, 300, "You can not remove yourself.");
    const people = gone.filter((user) => user !== undefined);
    const out = people.length < gone.length || people.some(({ id }) => !channels.memberOf(channel, id));
    const owner = people.some(({ id }) => channels.memberOf(channel, id)?.role === "owner");
    if (out || owner || people.length === 0) throw zoomError(400, 5301, "Unable to remove channel member.");
    channels.remove(by, channel, people);
  }

  api.on("POST /chat/channels/{channelId}/members/me", (call) => {
    const channel = of(call);
    const { user } = call.caller;
    const open = (channel.type === 3 || channel.type === 5) && !channel.archived;
    if (!open || channels.memberOf(channel, user.id))
      throw zoomError(400, 5301, "The request to join the channel failed.");
    channels.join(user, channel);
    return { added_at: nowText(), id: user.id, member_id: memberId(user.id) };
  });
  api.on("DELETE /chat/channels/{channelId}/members/me", (call) => {
    const channel = of(call);
    if (!channels.memberOf(channel, call.caller.user.id))
      throw zoomError(400, 5301, "Request to leave the channel failed.");
    channels.leave(call.caller.user, channel);
  });

  api.on("DELETE /chat/users/{userId}/channels", (call) => {
    const user = actor(call);
    const ids = listed(call.query("channel_ids"));
    if (ids.length === 0) throw zoomError(400, 4300, "`channel_ids` cannot be empty.");
    if (ids.length > MOST_DELETED) throw zoomError(400, 4301, "The size of `channel_ids` cannot exceed 50.");
    const rows = ids.map((id) => {
      const channel = channels.find(id);
      if (!channel) throw zoomError(404, 4400, `Channel does not exist: ${id}.`);
      if (channels.memberOf(channel, user.id)?.role !== "owner")
        throw zoomError(
          403,
          4100,
          `Unauthorized request. You do not have permission to delete channel: ${id}.`,
        );
      return channel;
    });
    for (const channel of rows) channels.delete(user, channel);
    return call.answer(202);
  });

  api.on("PATCH /chat/channels/events", (call) => {
    const { method, channel_ids } = call.body<{ method: "archive" | "unarchive"; channel_ids: string[] }>();
    const failed_channels = channel_ids.flatMap((channel_id) => {
      const channel = channels.find(channel_id);
      if (!channel) return [{ channel_id, reason: "Channel does not exist.", error_code: "4130" }];
      const archived = method === "archive";
      if (!channels.leads(channel, call.caller.user.id) || channel.archived === archived)
        return [{ channel_id, reason: "Invalid parameter.", error_code: "300" }];
      channels.archive(call.caller.user, channel, archived);
      return [];
    });
    return { failed_channels };
  });
}

/** A channel as Zoom answers it. */
export function shown(sandbox: Sandbox, channel: Channel, whole = false): object {
  const { id, name, type, settings, posters } = channel;
  return {
    ...{
      id,
      jid: channelJid(id),
      name,
      type,
      channel_url: `${sandbox.origin()}/launch/chat?src=channel_${id}`,
    },
    channel_settings: {
      ...settings,
      ...(whole && {
        designated_posting_members: posters.map((user_id) => ({ user_id, member_id: memberId(user_id) })),
      }),
    },
  };
}
