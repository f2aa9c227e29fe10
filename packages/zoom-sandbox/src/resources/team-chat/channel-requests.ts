/** Who asks to join a channel, and who is asked: kept until somebody decides. */
import { Refused } from "../../people/session.ts";
import type { Sandbox, User } from "../../sandbox.ts";
import type { Channels } from "./channels.ts";
import { memberId, moment, operatorOf } from "./chat-people.ts";
import type { Channel } from "./chat-rows.ts";

/** Somebody of the account who wants to join. Table `chat_join_requests`, by channel and person. */
export interface JoinRequest {
  id: string;
  channel_id: string;
  user_id: string;
  at_ms: number;
}

/** Somebody who is asked to join, of the account or not. Table `chat_invitations`, by channel and address. */
export interface Invitation {
  id: string;
  channel_id: string;
  email: string;
  name: string;
  /** Absent for people outside the account. */
  user_id?: string;
  inviter_id: string;
  at_ms: number;
  /** An invitation by who may not invite waits for the channel's owner. People from outside stay as `accepted`. */
  state: "waits for approval" | "sent" | "accepted";
}

/** Asks, is asked, and decides. All throw {Refused} with why it cannot be. */
export interface ChannelRequests {
  readonly of: (channel: Channel) => { join_requests: JoinRequest[]; invitations: Invitation[] };
  readonly ask: (channel: Channel, user: User) => void;
  readonly decide: (channel: Channel, user: User, by: User, approved: boolean) => void;
  readonly invite: (channel: Channel, by: User, guest: { email: string; name?: string | undefined }) => void;
  /** The owner says whether an invitation goes out. */
  readonly allow: (channel: Channel, email: string, by: User, approved: boolean) => void;
  /** Who was invited says yes or no. */
  readonly answer: (channel: Channel, email: string, accepted: boolean) => void;
  readonly takeBack: (channel: Channel, email: string, by: User) => void;
}

const OWNER_ONLY = 2;

/** Makes them. */
export function createChannelRequests(sandbox: Sandbox, channels: Channels): ChannelRequests {
  const { clock, users, account } = sandbox;
  const requests = sandbox.table<JoinRequest>("chat_join_requests");
  const invitations = sandbox.table<Invitation>("chat_invitations");
  const keyOf = ({ id }: Channel, who: string) => `${id}/${who.toLowerCase()}`;
  const about = ({ id, name, type }: Channel) => ({
    organization: { org_id: account.id, org_name: account.account_name },
    channel: { channel_id: id, channel_name: name, type },
    ...moment(clock.nowMs()),
  });
  const personView = ({ id, display_name, email }: User) => ({
    ...{ user_id: id, display_name, user_email: email, member_id: memberId(id) },
  });
  const mustBeIn = (channel: Channel, user: User): void => {
    if (!channels.memberOf(channel, user.id))
      throw new Refused(`${user.email} is not in the channel ${channel.name}.`);
  };
  const mustLead = (channel: Channel, user: User): void => {
    if (!channels.leads(channel, user.id))
      throw new Refused(`${user.email} neither owns nor administers the channel ${channel.name}.`);
  };
  const mustBeNew = (channel: Channel, email: string, userId: string | undefined): void => {
    if (userId !== undefined && channels.memberOf(channel, userId))
      throw new Refused(`${email} is in the channel already.`);
  };

  function tellRequest(what: string, channel: Channel, user: User, by: User, type?: string): void {
    sandbox.emit(`team_chat.channel_join_${what}`, {
      ...operatorOf(by),
      object: { ...about(channel), requester: personView(user), ...(type !== undefined && { type }) },
    });
  }

  function tellInvitation(what: string, channel: Channel, row: Invitation, by: object, type?: string): void {
    const inviter = users.find(row.inviter_id);
    sandbox.emit(`team_chat.channel_invitation_${what}`, {
      ...by,
      object: {
        ...about(channel),
        invitee: {
          ...{ display_name: row.name, user_email: row.email },
          // Zoom: people from outside have neither id here.
          ...(row.user_id !== undefined && { user_id: row.user_id, member_id: memberId(row.user_id) }),
          ...(row.user_id === undefined && what === "approval_requested" && { user_id: "" }),
        },
        inviters: inviter
          ? [
              {
                ...personView(inviter),
                id: inviter.id,

                date_created: moment(row.at_ms).date_time,
              },
            ]
          : [],
        ...(type !== undefined && { type }),
      },
    });
  }

  const pending = (channel: Channel, email: string, state: Invitation["state"]): Invitation => {
    const row = invitations.get(keyOf(channel, email));
    if (row?.state !== state)
      throw new Refused(`The channel ${channel.name} has no invitation of ${email} that is "${state}".`);
    return row;
  };

  return {
    of: ({ id }) => ({
      join_requests: requests.by("channel_id", id),
      invitations: invitations.by("channel_id", id),
    }),
    ask: (channel, user) => {
      mustBeNew(channel, user.email, user.id);
      if (channel.archived) throw new Refused(`The channel ${channel.name} is archived.`);
      const id = keyOf(channel, user.id);
      if (requests.has(id)) throw new Refused(`${user.email} has asked already.`);
      requests.set(id, { id, channel_id: channel.id, user_id: user.id, at_ms: clock.nowMs() });
      tellRequest("requested", channel, user, user);
      tellRequest("approval_requested", channel, user, user, "to_channel_owner");
    },
    decide: (channel, user, by, approved) => {
      mustLead(channel, by);
      if (!requests.delete(keyOf(channel, user.id)))
        throw new Refused(`${user.email} has not asked to join the channel ${channel.name}.`);
      tellRequest(approved ? "approved" : "declined", channel, user, by, "by_channel_owner");
      if (approved) channels.join(user, channel);
    },
    invite: (channel, by, { email, name }) => {
      mustBeIn(channel, by);
      const user = users.byEmail(email);
      mustBeNew(channel, email, user?.id);
      if (!user && channel.settings.allow_to_add_external_users === 0)
        throw new Refused(`${email} is outside the account, and the channel takes nobody from outside.`);
      const id = keyOf(channel, email);
      if (invitations.has(id)) throw new Refused(`${email} is invited already.`);
      const waits = channel.settings.add_member_permissions === OWNER_ONLY && !channels.leads(channel, by.id);
      const row: Invitation = {
        ...{ id, channel_id: channel.id, email, name: name ?? user?.display_name ?? email },
        ...(user && { user_id: user.id }),
        ...{ inviter_id: by.id, at_ms: clock.nowMs(), state: waits ? "waits for approval" : "sent" },
      };
      invitations.set(id, row);
      tellInvitation("created", channel, row, operatorOf(by));
      if (waits)
        tellInvitation("approval_requested", channel, row, operatorOf(by), "to_channel_account_admin");
    },
    allow: (channel, email, by, approved) => {
      mustLead(channel, by);
      const row = pending(channel, email, "waits for approval");
      if (approved) row.state = "sent";
      else invitations.delete(row.id);
      const what = approved ? "approved" : "declined";
      tellInvitation(what, channel, row, operatorOf(by), "by_channel_owner_account_admin");
    },
    answer: (channel, email, accepted) => {
      const row = pending(channel, email, "sent");
      const user = row.user_id === undefined ? undefined : users.find(row.user_id);
      const operator = user
        ? operatorOf(user)
        : { operator: email, operator_id: "", operator_member_id: "", by_external_user: true };
      if (accepted && !user) row.state = "accepted";
      else invitations.delete(row.id);
      tellInvitation(accepted ? "accepted" : "rejected", channel, row, operator);
      if (accepted && user) channels.join(user, channel);
    },
    takeBack: (channel, email, by) => {
      mustBeIn(channel, by);
      const row = invitations.get(keyOf(channel, email));
      if (!row) throw new Refused(`The channel ${channel.name} has no invitation of ${email}.`);
      invitations.delete(row.id);
      tellInvitation("removed", channel, row, operatorOf(by));
    },
  };
}
