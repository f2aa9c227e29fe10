/** Routes to act as people do with chatbots in Zoom's client: `/_sandbox/chat/bots/…` and `/_sandbox/chat/messages/…`. They are no part of Zoom. */
import { z } from "zod";
import { robotJid } from "../../marketplace/app.ts";
import { Refused } from "../../people/session.ts";
import { readBody } from "../../read-body.ts";
import type { Sandbox, User } from "../../sandbox.ts";
import type { Channels } from "../team-chat/channels.ts";
import { botNamed, channelJid, personNamed, userJid } from "../team-chat/chat-people.ts";
import type { BotPart, Message } from "../team-chat/chat-rows.ts";

const said = z.strictObject({
  email: z.email(),
  /** After the slash and the bot's name. */
  text: z.string().min(1),
  /** The channel's id; default: in the chat between the two. */
  channel: z.string().optional(),
});
const pressed = z.strictObject({ email: z.email(), value: z.string().min(1) });
const edited = z.strictObject({
  email: z.email(),
  /** Of a field; without it the message's own text is edited. */
  key: z.string().min(1).optional(),
  value: z.string(),
});

/** What of a card people act on. */
const card = z.looseObject({
  head: z.unknown().optional(),
  body: z
    .array(
      z.looseObject({
        type: z.string().optional(),
        text: z.string().optional(),
        editable: z.boolean().optional(),
        items: z
          .array(
            z.looseObject({
              key: z.string().optional(),
              text: z.string().optional(),
              value: z.string().optional(),
              editable: z.boolean().optional(),
            }),
          )
          .optional(),
        select_items: z.array(z.looseObject({ text: z.string(), value: z.string() })).optional(),
      }),
    )
    .default([]),
});
type Card = z.infer<typeof card>;
type Part = Card["body"][number];

/** The routes. */
export function botActs(sandbox: Sandbox, channels: Channels): void {
  const { app: http, clock, account } = sandbox;
  const messages = sandbox.table<Message>("chat_messages");

  const by = ({ id, display_name }: User) => ({
    ...{ userId: id, userJid: userJid(id), userName: display_name },
    ...{ accountId: account.id, timestamp: clock.nowMs() },
  });
  http.post("/_sandbox/chat/bots/:appId/command", async (c) => {
    const { email, text, channel: channelId } = await readBody(c, said);
    const bot = botNamed(sandbox, c.req.param("appId"));
    const user = personNamed(sandbox, email);
    const channel = channelId === undefined ? undefined : channels.find(channelId);
    if (channelId !== undefined && (!channel || !channels.memberOf(channel, user.id)))
      throw new Refused(`${email} is in no channel ${channelId}.`);
    const robot = robotJid(bot.id);
    sandbox.emit(
      "bot_notification",
      {
        ...{ ...by(user), robotJid: robot, cmd: text, name: bot.name },
        ...{ channelName: channel?.name ?? "", toJid: channel ? channelJid(channel.id) : userJid(user.id) },
      },
      { userId: user.id, appId: bot.id },
    );
    return c.json({ status: "queued" });
  });

  /** Lets somebody act on a bot's card; what `work` changes in it stays. */
  const act = <Body extends z.ZodType<{ email: string }>>(
    name: string,
    body: Body,
    work: (
      parts: readonly Part[],
      given: z.infer<Body>,
    ) => { event: string; payload: (original: object) => object },
  ): void => {
    http.post(`/_sandbox/chat/messages/:id/${name}`, async (c) => {
      const given = await readBody(c, body);
      const message = messages.get(c.req.param("id") ?? "");
      const bot: BotPart | undefined = message?.deleted_ms === undefined ? message?.bot : undefined;
      if (!message || !bot) throw new Refused(`There is no message ${c.req.param("id")} of a bot.`);
      const user = personNamed(sandbox, given.email);
      const channel = channels.find(message.session);
      if (
        !channels.reads(message.session, user.id) ||
        (bot.visible_to !== undefined && bot.visible_to !== user.id)
      )
        throw new Refused(`${given.email} does not see that message.`);
      const shown = card.safeParse(bot.content);
      if (!shown.success) throw new Refused("The message has no body of Zoom's form.");
      const original = structuredClone(bot.content);
      const { event, payload } = work(shown.data.body, given);
      bot.content = shown.data;
      sandbox.emit(
        event,
        {
          ...{ ...by(user), original, ...payload(original), messageId: message.id },
          ...{ robotJid: bot.robot_jid, toJid: bot.to_jid, channelName: channel?.name ?? "" },
        },
        { userId: user.id, appId: bot.app_id },
      );
      return c.json({ content: bot.content });
    });
  };

  act("press", pressed, (parts, { value }) => {
    const button = parts
      .flatMap(({ type, items = [] }) => (type === "actions" ? items : []))
      .find((item) => item.value === value);
    if (!button) throw new Refused(`The message has no button with the value ${value}.`);
    return {
      event: "interactive_message_actions",
      payload: () => ({ actionItem: { text: button.text, value } }),
    };
  });
  act("select", pressed, (parts, { value }) => {
    const item = parts.flatMap(({ select_items = [] }) => select_items).find((one) => one.value === value);
    if (!item) throw new Refused(`The message offers no choice with the value ${value}.`);
    return { event: "interactive_message_select", payload: () => ({ selectedItems: [item] }) };
  });
  act("edit", edited, (parts, { key, value }) => {
    if (key === undefined) {
      const text = parts.find(({ type, editable }) => type === "message" && editable === true);
      if (!text) throw new Refused("The message has no text that may be edited.");
      const origin = text.text ?? "";
      text.text = value;
      return {
        event: "interactive_message_editable",
        payload: () => ({ editItem: { origin, target: value } }),
      };
    }
    const field = parts
      .flatMap(({ type, items = [] }) => (type === "fields" ? items : []))
      .find((item) => item.key === key && item.editable === true);
    if (!field) throw new Refused(`The message has no field ${key} that may be edited.`);
    const currentValue = field.value ?? "";
    field.value = value;
    return {
      event: "interactive_message_fields_editable",
      // Zoom: in this one the time is text, and so is whether a field may be edited.
      payload: (original) => ({
        fieldEditItem: { key, currentValue, newValue: value },
        timestamp: String(clock.nowMs()),
        original: JSON.parse(JSON.stringify(original), (name, held: unknown) =>
          name === "editable" ? String(held) : held,
        ) as object,
      }),
    };
  });
}
