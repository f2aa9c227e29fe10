/** Channels: who may do what with them, and what is told of it. */
import { type Sandbox, type User, zoomError } from "../../sandbox.ts";
import { memberId, moment, operatorOf } from "./chat-people.ts";
import type { Activity, Channel, ChannelSettings, Member, Message } from "./chat-rows.ts";

/** Makes, changes and ends channels; every change is told by its event. */
export interface Channels {
  readonly all: () => Channel[];
  readonly find: (id: string) => Channel | undefined;
  /** @throws {ZoomError} 404/4130 */
  readonly named: (id: string) => Channel;
  readonly memberOf: (channel: Channel, userId: string) => Member | undefined;
  /** Whether somebody is in a conversation: a channel, by its id, or a chat between two. */
  readonly reads: (session: string, userId: string) => boolean;
  /** True for the owner and administrators. */
  readonly leads: (channel: Channel, userId: string) => boolean;
  readonly peopleOf: (channel: Channel) => User[];
  readonly create: (by: User, wanted: NewChannel) => Channel;
  readonly update: (by: User, channel: Channel, change: () => void) => void;
  readonly delete: (by: User, channel: Channel) => void;
  /** Those of the people who were not in it yet. */
  readonly invite: (by: User, channel: Channel, people: readonly User[]) => User[];
  readonly join: (by: User, channel: Channel) => void;
  readonly leave: (by: User, channel: Channel) => void;
  readonly remove: (by: User, channel: Channel, people: readonly User[]) => void;
  readonly archive: (by: User, channel: Channel, archived: boolean) => void;
}

/** What a new channel is made of. */
export interface NewChannel extends Pick<Channel, "name" | "type"> {
  readonly settings?: Partial<ChannelSettings>;
  readonly people?: readonly User[];
  readonly space_id?: string;
  readonly space_channel_type?: "private" | "public_for_members" | "general";
}

const PRIVATE_WITHIN_ACCOUNT = 2;

/** Makes the store of channels. */
export function createChannels(sandbox: Sandbox): Channels {
  const { clock, ids, users } = sandbox;
  const rows = sandbox.table<Channel>("chat_channels");
  const activities = sandbox.table<Activity>("chat_activities");
  const nowMs = () => clock.now().getTime();

  const head = ({ id, name, type }: Channel) => ({ id, name, type, ...moment(nowMs()) });
  const tell = (event: string, by: User, channel: Channel, more: object = {}): void =>
    sandbox.emit(event, { ...operatorOf(by), object: { ...head(channel), ...more } });
  const shownMembers = (people: readonly User[]) => ({
    members: people.map(({ id, display_name }) => ({ id, display_name, member_id: memberId(id) })),
  });
  const note = (
    by: User,
    { id }: Channel,
    member_status: Activity["member_status"],
    people: readonly User[],
  ) => {
    if (people.length === 0) return;
    activities.set(ids.key(), {
      ...{ channel_id: id, at_ms: nowMs(), operator_id: by.id, member_status },
      members: people.map((user) => ({ user_id: user.id, display_name: user.display_name })),
    });
  };

  const memberOf = ({ members }: Channel, userId: string) =>
    members.find(({ user_id }) => user_id === userId);
  const add = (channel: Channel, people: readonly User[]): User[] => {
    const fresh = people.filter(({ id }) => !memberOf(channel, id));
    for (const { id } of fresh) channel.members.push({ user_id: id, role: "member", joined_ms: nowMs() });
    return fresh;
  };
  const checkName = (name: string, type: number, self?: Channel): void => {
    if (type === 4) return;
    const wanted = name.toLowerCase();
    const taken = rows.find((row) => row !== self && row.type !== 4 && row.name.toLowerCase() === wanted);
    if (taken) throw zoomError(400, 300, "The channel name already exists.");
  };
  /** Takes people out; a channel is never without an owner, and none is left without people. */
  const takeOut = (channel: Channel, gone: readonly string[]): void => {
    channel.members = channel.members.filter(({ user_id }) => !gone.includes(user_id));
    channel.posters = channel.posters.filter((id) => !gone.includes(id));
    if (channel.members.some(({ role }) => role === "owner")) return;
    const next = channel.members.find(({ role }) => role === "admin") ?? channel.members[0];
    if (next) next.role = "owner";
    else drop(channel.id);
  };
  /** Takes it out of everything that speaks of it; nobody can read what was said in it. */
  const drop = (id: string): void => {
    rows.delete(id);
    for (const message of sandbox.table<Message>("chat_messages").by("session", id))
      message.deleted_ms ??= nowMs();
    const stars = sandbox.table<{ user_id: string; target_id: string }>("chat_stars");
    for (const { user_id } of stars.filter(({ target_id }) => target_id === id))
      stars.delete(`${user_id}/${id}`);
    const drafts = sandbox.table<{ draft_id: string; to_channel?: string }>("chat_scheduled");
    for (const { draft_id } of drafts.filter(({ to_channel }) => to_channel === id)) drafts.delete(draft_id);
  };

  sandbox.onUserRemoved((user) => {
    for (const channel of rows.all()) {
      if (!memberOf(channel, user.id)) continue;
      note(user, channel, "left", [user]);
      takeOut(channel, [user.id]);
    }
  });

  return {
    all: () => rows.all(),
    find: (id) => rows.get(id),
    named: (id) => {
      const channel = rows.get(id);
      if (!channel) throw zoomError(404, 4130, `Channel does not exist: ${id}.`);
      return channel;
    },
    memberOf,
    reads: (session, userId) => {
      const channel = rows.get(session);
      return channel ? memberOf(channel, userId) !== undefined : session.split(".").includes(userId);
    },
    leads: (channel, userId) => (memberOf(channel, userId)?.role ?? "member") !== "member",
    peopleOf: ({ members }) => members.flatMap(({ user_id }) => users.find(user_id) ?? []),
    create: (by, { name, type, settings, people = [], space_id, space_channel_type }) => {
      const channel: Channel = {
        ...{ id: ids.hex(32), name, type, posters: [], group_ids: [], archived: false },
        members: [{ user_id: by.id, role: "owner", joined_ms: nowMs() }],
        settings: {
          ...{ add_member_permissions: 1, new_members_can_see_previous_messages_files: true },
          ...{ posting_permissions: 1, mention_all_permissions: 1 },
          allow_to_add_external_users: type === PRIVATE_WITHIN_ACCOUNT ? 0 : 1,
          ...settings,
        },
        ...(space_id !== undefined && { space_id }),
        ...(space_channel_type !== undefined && { space_channel_type }),
      };
      // Zoom: a group chat without a name is called after its people.
      if (name === "") channel.name = [by, ...people].map(({ display_name }) => display_name).join(", ");
      checkName(channel.name, type);
      rows.set(channel.id, channel);
      const all = [by, ...add(channel, people)];
      note(by, channel, "joined", all);
      tell("chat_channel.created", by, channel, shownMembers(all));
      return channel;
    },
    update: (by, channel, change) => {
      const before = structuredClone(channel);
      change();
      try {
        checkName(channel.name, channel.type, channel);
      } catch (error) {
        Object.assign(channel, before);
        throw error;
      }
      tell("chat_channel.updated", by, channel);
    },
    delete: (by, channel) => {
      drop(channel.id);
      tell("chat_channel.deleted", by, channel);
    },
    invite: (by, channel, people) => {
      const fresh = add(channel, people);
      note(by, channel, "joined", fresh);
      if (fresh.length > 0) tell("chat_channel.member_invited", by, channel, shownMembers(fresh));
      return fresh;
    },
    join: (by, channel) => {
      note(by, channel, "joined", add(channel, [by]));
      tell("chat_channel.member_joined", by, channel);
    },
    leave: (by, channel) => {
      note(by, channel, "left", [by]);
      takeOut(channel, [by.id]);
      tell("chat_channel.member_left", by, channel);
    },
    remove: (by, channel, people) => {
      note(by, channel, "left", people);
      takeOut(
        channel,
        people.map(({ id }) => id),
      );
      tell("chat_channel.member_removed", by, channel, shownMembers(people));
    },
    archive: (by, channel, archived) => {
      channel.archived = archived;
      tell(archived ? "team_chat.channel_archived" : "team_chat.channel_unarchived", by, channel);
    },
  };
}
