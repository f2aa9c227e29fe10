/**
 * Contacts, conversations of a person, IM groups and reports of what was said.
 *
 * Not emulated: contacts outside the account, rooms and devices as contacts, and receptionists.
 */
import type { Call } from "../../call.ts";
import { type Sandbox, type User, zoomError } from "../../sandbox.ts";
import { periodOf, timesOf } from "../reports/period.ts";
import type { Channels } from "./channels.ts";
import { memberId, moment, personOf } from "./chat-people.ts";
import type { Message } from "./chat-rows.ts";
import type { Star } from "./message-marks.ts";
import { messageView } from "./message-views.ts";
import type { Messages } from "./messages.ts";

const DAY_MS = 86_400_000;

/** The operations. */
export function contacts(sandbox: Sandbox, channels: Channels, messages: Messages): void {
  const { api, clock, users } = sandbox;
  const rows = sandbox.table<Message>("chat_messages");
  const stars = sandbox.table<Star>("chat_stars");
  const contactView = (user: User): object => {
    const { id, email, first_name, last_name, display_name, dept, job_title, location, status } = user;
    return {
      ...{ id, member_id: memberId(id), email, first_name, last_name, display_name, dept, job_title },
      ...{ location, contact_type: 1, user_status: status === "active" ? "active" : "inactive" },
      ...{ phone_number: user.phone_number, direct_numbers: [], extension_number: "" },
    };
  };
  /** Where a person is: in a session, or not seen. */
  const presence = ({ id }: User): string => {
    const stays = sandbox.table<{ id: string; leave_time?: string }>("participants").by("id", id);
    return stays.some(({ leave_time }) => leave_time === undefined) ? "In_A_Meeting" : "Offline";
  };

  api.on("GET /chat/users/me/contacts", (call) => {
    // Zoom: without a type it lists the company's.
    const all =
      call.query("type") === "external"
        ? []
        : users.all().filter(({ id, status }) => status === "active" && id !== call.caller.user.id);
    const { rows: paged, ...page } = call.page(all);
    return { ...page, contacts: paged.map(contactView) };
  });
  api.on("GET /chat/users/me/contacts/{identifier}", (call) => {
    const user = personOf(sandbox, call.params.identifier);
    const asked = call.query("query_presence_status") === "true";
    return { ...contactView(user), ...(asked && { presence_status: presence(user) }) };
  });
  api.on("GET /contacts", (call) => {
    const key = (call.query("search_key") ?? "").toLowerCase();
    const wanted = call.query("user_status");
    const types = (call.query("contact_types") ?? "1").split(",");
    const fits = ({ first_name, last_name, display_name, email, status }: User): boolean =>
      types.includes("1") &&
      (wanted === undefined || (status === "active" ? "active" : "inactive") === wanted) &&
      [first_name, last_name, display_name, email].some((text) => text.toLowerCase().includes(key));
    const { rows: paged, ...page } = call.page(users.all().filter(fits));
    const asked = call.query("query_presence_status") === "true";
    return {
      ...page,
      contacts: paged.map((user) => ({
        ...contactView(user),
        // Zoom: this list knows four states only.
        ...(asked && { presence_status: presence(user) === "Offline" ? "Offline" : "Do_Not_Disturb" }),
      })),
    };
  });

  /** Conversations with the time of their last message. */
  function lastOf(fromMs: number, untilMs: number, fits: (session: string) => boolean): Map<string, number> {
    const found = new Map<string, number>();
    for (const { session, at_ms, deleted_ms } of rows.all()) {
      if (deleted_ms !== undefined || at_ms < fromMs || at_ms > untilMs || !fits(session)) continue;
      found.set(session, Math.max(found.get(session) ?? 0, at_ms));
    }
    return found;
  }

  api.on("GET /chat/users/{userId}/sessions", (call) => {
    const user = users.named(call.params.userId, call.caller);
    const type = call.query("type");
    if (type !== undefined && type !== "1:1" && type !== "groupchat")
      throw zoomError(404, 1001, "Unknown session type.");
    const today = Date.parse(`${clock.now().toISOString().slice(0, 10)}T00:00:00Z`);
    const { from, to } = timesOf(call);
    const fromMs = from === undefined ? today : Date.parse(from);
    const untilMs = to === undefined ? today + DAY_MS - 1 : Date.parse(to);
    const mine = (session: string): boolean => {
      const channel = channels.find(session);
      if (type !== undefined && (type === "groupchat") !== (channel !== undefined)) return false;
      return channels.reads(session, user.id);
    };
    const starred = call.query("search_star") === "true";
    const found = starred
      ? stars
          .by("user_id", user.id)
          .map((one): [string, number] => [one.target_id, 0])
          .filter(
            ([id]) => type === undefined || (type === "groupchat") === channels.find(id) instanceof Object,
          )
      : [...lastOf(fromMs, untilMs, mine)].toSorted(([, one], [, other]) => other - one);
    const { rows: paged, ...page } = call.page(found);
    return {
      ...page,
      ...(!starred && { from: moment(fromMs).date_time, to: moment(untilMs).date_time }),
      sessions: paged.flatMap(([session, atMs]): object[] => {
        const last = starred ? {} : { last_message_sent_time: moment(atMs).date_time };
        const channel = channels.find(session);
        if (channel) return [{ ...last, channel_id: channel.id, name: channel.name, type: "groupchat" }];
        const peerId = session.split(".").find((id) => id !== user.id) ?? user.id;
        const peer = users.find(peerId);
        if (!peer) return [];
        return [
          {
            ...{ ...last, name: peer.display_name, type: "1:1", peer_contact_email: peer.email },
            ...{ peer_contact_user_id: peer.id, peer_contact_member_id: memberId(peer.id) },
          },
        ];
      }),
    };
  });

  api.on("POST /chat/users/{userId}/invitations", (call) => {
    const user = users.named(call.params.userId, call.caller);
    const { email, message = "" } = call.body<{ email: string; message?: string }>();
    sandbox.mail(email, `${user.display_name} wants to chat with you`, message);
  });

  api.on("POST /im/users/me/chat/messages", (call) => {
    const { message: text = "" } = call.body<{ message?: string }>();
    const to_contact = call.query("chat_user");
    const to = messages.conversation(call.caller.user, { to_contact });
    if (!to) throw zoomError(400, 300, "Invalid parameter: channel/chat_user.");
    return { id: messages.send(call.caller.user, to, { text }).id };
  });

  /** The days asked for, and the milliseconds they begin and end with. */
  const dates = (call: Call) => {
    const days = periodOf(sandbox, call);
    return { days, fromMs: Date.parse(days.from), untilMs: Date.parse(days.to) + DAY_MS - 1 };
  };
  api.on("GET /report/chat/sessions", (call) => {
    const { days, fromMs, untilMs } = dates(call);
    const found = [...lastOf(fromMs, untilMs, () => true)];
    const { rows: paged, ...page } = call.page(found);
    return {
      ...{ ...page, ...days },
      sessions: paged.map(([id, atMs]) => {
        const channel = channels.find(id);
        const people = channel
          ? channels.peopleOf(channel)
          : id.split(".").flatMap((one) => users.find(one) ?? []);
        return {
          ...{ id, last_message_sent_time: moment(atMs).date_time, has_external_member: false },
          ...{ type: id.includes(".") ? "1:1" : "Group", status: people.length > 0 ? "active" : "deleted" },
          name: channel?.name ?? people.map(({ display_name }) => display_name).join(", "),
          ...(channel && { channel_id: channel.id }),
          member_emails: people.map(({ email }) => email),
        };
      }),
    };
  });
  api.on("GET /report/chat/sessions/{sessionId}", (call) => {
    const { days, fromMs, untilMs } = dates(call);
    const { sessionId } = call.params;
    const bots = call.query("include_bot_message") === "true";
    const within = rows
      .by("session", sessionId)
      .filter(({ at_ms, bot }) => at_ms >= fromMs && at_ms <= untilMs && (bots || !bot));
    const asked = (call.query("include_fields") ?? "").split(",");
    const view = (row: Message): object => ({
      ...messageView(sandbox, messages, row),
      ...{ sender_member_id: memberId(row.sender_id), is_sender_external: false },
      receiver: receiver(row),
      ...(call.query("include_reactions") !== "true" && { reactions: undefined }),
      ...(row.bot && {
        bot_message: {
          ...{ is_markdown_support: row.bot.is_markdown_support, content: row.bot.content },
          ...{ source: "", external_sender_email: "" },
        },
      }),
    });
    const { rows: paged, ...page } = call.page(within.filter(({ deleted_ms }) => deleted_ms === undefined));
    return {
      ...{ ...page, ...days, messages: paged.map(view) },
      ...(asked.includes("deleted_messages") && {
        deleted_messages: within
          .filter(({ deleted_ms }) => deleted_ms !== undefined)
          .map((row) => ({ ...view(row), action_timestamp: row.deleted_ms })),
      }),
      ...(asked.includes("edited_messages") && {
        edited_messages: within.flatMap((row) =>
          row.edits.map((edit) => ({ ...view(row), message: edit.text, action_timestamp: edit.at_ms })),
        ),
      }),
    };
  });
  const receiver = ({ session, sender_id }: Message): string =>
    channels.find(session)?.name ??
    users.find(session.split(".").find((id) => id !== sender_id) ?? "")?.email ??
    "";
}
