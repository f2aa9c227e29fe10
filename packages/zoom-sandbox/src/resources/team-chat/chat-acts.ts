/** Routes to act as people of Team Chat do in Zoom's client: `/_sandbox/chat/…`. They are no part of Zoom. */
import type { Context } from "hono";
import { z } from "zod";
import { Refused } from "../../people/session.ts";
import { readBody } from "../../read-body.ts";
import type { Sandbox, SandboxEnv, User } from "../../sandbox.ts";
import { createChannelRequests } from "./channel-requests.ts";
import type { Channels } from "./channels.ts";
import { botNamed, memberId, moment, operatorOf, personNamed } from "./chat-people.ts";
import type { Channel, ChatFile, Message } from "./chat-rows.ts";
import { chatFileUrl } from "./message-views.ts";

const someone = z.strictObject({ email: z.email(), by: z.email().optional() });
const guest = z.strictObject({
  email: z.email(),
  name: z.string().min(1).optional(),
  by: z.email().optional(),
});

/** The routes. */
export function chatActs(sandbox: Sandbox, channels: Channels): void {
  const { app, users, clock } = sandbox;
  const requests = createChannelRequests(sandbox, channels);

  const person = (email: string): User => personNamed(sandbox, email);
  /** The named person, or the channel's owner. */
  const leader = (channel: Channel, email: string | undefined): User => {
    const owner = channel.members.find(({ role }) => role === "owner");
    const user = email === undefined ? users.find(owner?.user_id ?? "") : person(email);
    if (!user) throw new Refused(`The channel ${channel.name} has no owner.`);
    return user;
  };
  const shown = (channel: Channel) => ({ ...channel, ...requests.of(channel) });

  const act = <Body extends z.ZodType>(
    name: string,
    body: Body,
    work: (channel: Channel, given: z.infer<Body>) => void,
  ): void => {
    app.post(`/_sandbox/chat/channels/:id/${name}`, async (c: Context<SandboxEnv>) => {
      const channel = channels.find(c.req.param("id") ?? "");
      if (!channel) return c.json({ error: `There is no channel ${c.req.param("id")}.` }, 404);
      work(channel, await readBody(c, body));
      return c.json(shown(channel));
    });
  };

  app.get("/_sandbox/chat/channels/:id", (c) => {
    const channel = channels.find(c.req.param("id"));
    return channel
      ? c.json(shown(channel))
      : c.json({ error: `There is no channel ${c.req.param("id")}.` }, 404);
  });
  act("join-requests", someone, (channel, { email }) => requests.ask(channel, person(email)));
  for (const what of ["approve", "decline"] as const)
    act(`join-requests/${what}`, someone, (channel, { email, by }) =>
      requests.decide(channel, person(email), leader(channel, by), what === "approve"),
    );
  act("invitations", guest, (channel, { by, ...invited }) =>
    requests.invite(channel, leader(channel, by), invited),
  );
  for (const what of ["approve", "decline"] as const)
    act(`invitations/${what}`, someone, (channel, { email, by }) =>
      requests.allow(channel, email, leader(channel, by), what === "approve"),
    );
  for (const what of ["accept", "reject"] as const)
    act(`invitations/${what}`, someone, (channel, { email }) =>
      requests.answer(channel, email, what === "accept"),
    );
  act("invitations/remove", someone, (channel, { email, by }) =>
    requests.takeBack(channel, email, leader(channel, by)),
  );

  for (const what of ["add", "remove"] as const) {
    act(
      `apps/${what}`,
      z.strictObject({ app_id: z.string(), by: z.email().optional() }),
      (channel, given) => {
        const added = botNamed(sandbox, given.app_id);
        const before = channel.app_ids ?? [];
        if (before.includes(added.id) === (what === "add"))
          throw new Refused(
            `${added.name} is ${what === "add" ? "in the channel already" : "not in the channel"}.`,
          );
        channel.app_ids =
          what === "add" ? [...before, added.id] : before.filter((appId) => appId !== added.id);
        const { id: channel_id, name: channel_name, type } = channel;
        sandbox.emit(what === "add" ? "team_chat.channel_app_added" : "team_chat.channel_app_removed", {
          ...operatorOf(leader(channel, given.by)),
          object: {
            ...{ channel_id, channel_name, type, ...moment(clock.nowMs()) },
            app_members: [{ id: added.id, display_name: added.name }],
          },
        });
      },
    );
  }

  app.post("/_sandbox/chat/files/:id/download", async (c) => {
    const { email } = await readBody(c, z.strictObject({ email: z.email() }));
    const file = sandbox.table<ChatFile>("chat_files").get(c.req.param("id"));
    if (!file) return c.json({ error: `There is no file ${c.req.param("id")}.` }, 404);
    const user = users.byEmail(email);
    const message = sandbox
      .table<Message>("chat_messages")
      .find(({ file_ids, deleted_ms }) => deleted_ms === undefined && file_ids.includes(file.id));
    const channel = message && channels.find(message.session);
    const reads = (id: string) => (message ? channels.reads(message.session, id) : file.owner_id === id);
    if (!user || !reads(user.id)) return c.json({ error: `${email} is not sent that file.` }, 409);
    // Where it was downloaded: the channel, or the other person of a chat between two.
    const otherId = message?.session.split(".").find((id) => id !== user.id) ?? user.id;
    const other = users.find(otherId);
    sandbox.emit("team_chat.file_downloaded", {
      ...operatorOf(user),
      object: {
        ...(channel
          ? { channel_id: channel.id }
          : other && {
              ...{ contact_id: other.id, contact_email: other.email },
              contact_member_id: memberId(other.id),
            }),
        timestamp: clock.nowMs(),
        file: {
          ...{ file_id: file.id, file_name: file.name, file_size: file.size, file_type: file.type },
          ...{ file_owner_id: file.owner_id, file_owner_member_id: memberId(file.owner_id) },
        },
      },
    });
    return c.json({ download_url: chatFileUrl(sandbox, file) });
  });
}
