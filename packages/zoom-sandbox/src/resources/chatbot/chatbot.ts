/**
 * Messages of chatbots: sent, changed and deleted into Team Chat, where histories show them.
 *
 * Not emulated: link unfurls, since nothing of the sandbox shares links to an app's domain.
 */
import type { Call } from "../../call.ts";
import type { App } from "../../marketplace/app.ts";
import type { Apps } from "../../marketplace/apps.ts";
import { type Sandbox, type User, zoomError } from "../../sandbox.ts";
import { channelJid, moment, userJid } from "../team-chat/chat-people.ts";
import type { Message } from "../team-chat/chat-rows.ts";
import { type Conversation, sessionOf } from "../team-chat/messages.ts";
import type { TeamChat } from "../team-chat/register-team-chat.ts";

interface BotBody {
  robot_jid: string;
  to_jid: string;
  account_id: string;
  content: object;
  visible_to_user?: string;
  user_jid?: string;
  reply_to?: string;
  is_markdown_support?: boolean;
}

/** The operations; `bot-acts.ts` has the routes by which a person talks to a bot. */
export function chatbot(sandbox: Sandbox, { apps }: { readonly apps: Apps }, chat: TeamChat): void {
  const { api, users } = sandbox;
  const rows = sandbox.table<Message>("chat_messages");

  const botOf = (call: Call, jid: string): App => {
    const id = /^v1(.+)@xmpp\.zoom\.us$/.exec(jid)?.[1];
    if (id === undefined)
      throw zoomError(404, 7002, "Invalid robot_jid value specified in the Request Body.");
    const app = apps.find(id);
    if (app?.id !== call.caller.appId || !app.scopes.includes("imchat:bot"))
      throw zoomError(403, 7003, "No Chatbot can be found with the given robot_jid value.");
    return app;
  };
  const inAccount = (id: string | undefined): void => {
    if (id !== sandbox.account.id) throw zoomError(403, 7004, "Not authorized.");
  };
  const nowhere = zoomError(403, 7004, "No channel or user can be found with the given to_jid value.");
  const targetOf = (app: App, jid: string): Conversation => {
    const name = jid.split("@")[0] ?? "";
    const channel = jid === channelJid(name) ? chat.channels.find(name) : undefined;
    if (channel) return { session: channel.id, channel };
    const contact = jid === userJid(name) ? users.find(name) : undefined;
    if (!contact) throw nowhere;
    return { session: sessionOf(app.id, contact.id), contact };
  };
  const visibleTo = (jid: string | undefined): User | undefined =>
    jid === undefined ? undefined : users.find(jid.split("@")[0] ?? "");
  const answer = (message: Message, user_jid: string | undefined): object => ({
    ...{ message_id: message.id, robot_jid: message.bot?.robot_jid, to_jid: message.bot?.to_jid },
    sent_time: moment(message.at_ms).date_time,
    ...(user_jid !== undefined && { user_jid }),
  });
  const sentBy = (app: App, id: string): Message => {
    const message = rows.get(id);
    if (message?.bot?.app_id !== app.id || message.deleted_ms !== undefined)
      throw zoomError(404, 8001, "Invalid message_id value.");
    return message;
  };

  // Zoom: the content's fields are described in prose only, so the checked body has none of them.
  const contentOf = (call: Call): object => {
    const { given } = call;
    const content: unknown =
      typeof given === "object" && given !== null ? Reflect.get(given, "content") : undefined;
    if (typeof content !== "object" || content === null)
      throw zoomError(400, 7001, "Invalid Request Body format.");
    return content;
  };

  api.on("POST /im/chat/messages", (call) => {
    const body = { ...call.body<BotBody>(), content: contentOf(call) };
    const app = botOf(call, body.robot_jid);
    inAccount(body.account_id);
    const to = targetOf(app, body.to_jid);
    const only = visibleTo(body.visible_to_user);
    const message = chat.messages.send(call.caller.user, to, {
      ...{ text: headOf(body.content), reply_to: body.reply_to ?? "" },
      bot: {
        ...{ app_id: app.id, robot_jid: body.robot_jid, to_jid: body.to_jid, content: body.content },
        is_markdown_support: body.is_markdown_support === true,
        ...(only && { visible_to: only.id }),
      },
    });
    return answer(message, body.user_jid);
  });

  api.on("PUT /im/chat/messages/{message_id}", (call) => {
    const body = { ...call.body<BotBody>(), content: contentOf(call) };
    const app = botOf(call, body.robot_jid);
    inAccount(body.account_id);
    const message = sentBy(app, call.params.message_id);
    if (message.bot) message.bot.content = body.content;
    chat.messages.edit(call.caller.user, { session: message.session }, message, {
      text: headOf(body.content),
    });
    return answer(message, body.user_jid);
  });

  api.on("DELETE /im/chat/messages/{message_id}", (call) => {
    const app = botOf(call, call.query("robot_jid") ?? "");
    inAccount(call.query("account_id"));
    const message = sentBy(app, call.params.message_id);
    chat.messages.delete(call.caller.user, { session: message.session }, message);
    return answer(message, call.query("user_jid"));
  });
}

/** What a list shows of a card: the text of its head. */
function headOf(content: object): string {
  const head: unknown = Reflect.get(content, "head");
  const text: unknown = typeof head === "object" && head !== null ? Reflect.get(head, "text") : undefined;
  return typeof text === "string" ? text : "";
}
