/** Administrators of a channel. */
import type { Call } from "../../call.ts";
import { type Sandbox, zoomError } from "../../sandbox.ts";
import type { Channels } from "./channels.ts";
import { identified, listed, memberId, memberView } from "./chat-people.ts";

const MOST_ADMINS = 10;

/** The operations. */
export function channelAdmins(sandbox: Sandbox, channels: Channels): void {
  const { api, clock, users } = sandbox;
  const actor = (call: Call) => users.named(call.params["userId"] ?? "", call.caller);
  const of = (call: Call) => channels.named(call.params["channelId"] ?? "");
  const refused = (doing: string) =>
    zoomError(400, 200, `Unauthorized request. You do not have permission to ${doing}.`);

  const admins = "/chat/users/{userId}/channels/{channelId}/admins";
  api.on(`GET ${admins}`, (call: Call) => {
    const channel = of(call);
    if (!channels.memberOf(channel, actor(call).id))
      throw refused("list channel's administrators on this user's behalf");
    const { rows, ...page } = call.page(channel.members.filter(({ role }) => role !== "member"));
    return {
      ...page,
      admins: rows.flatMap(({ user_id, role }) => {
        const user = users.find(user_id);
        return user ? [{ ...memberView(user), role }] : [];
      }),
    };
  });
  api.on(`POST ${admins}`, (call: Call) => {
    const channel = of(call);
    if (!channels.leads(channel, actor(call).id))
      throw refused("promote member as channel administrator on this user's behalf");
    const { admins: given = [] } = call.body<{ admins?: { email?: string; member_id?: string }[] }>();
    const failed = zoomError(400, 5301, "Request to promote member(s) as channel administrator(s) failed.");
    const people = given.map((one) => {
      const user = identified(sandbox, one.email ?? one.member_id ?? "");
      const member = user && channels.memberOf(channel, user.id);
      if (!user || !member || channel.type === 4) throw failed;
      return { user, member };
    });
    for (const { member } of people) if (member.role === "member") member.role = "admin";
    return {
      added_at: clock
        .now()
        .toISOString()
        .replace(/\.\d+Z$/, "Z"),
      ids: people.map(({ user }) => user.id).join(","),
      member_ids: people.map(({ user }) => memberId(user.id)).join(","),
    };
  });
  api.on(`DELETE ${admins}`, (call: Call) => {
    const channel = of(call);
    if (!channels.leads(channel, actor(call).id))
      throw zoomError(400, 200, "No permission to demote channel administrators.");
    const keys = [...listed(call.query("admin_ids")), ...listed(call.query("user_ids"))];
    if (keys.length > MOST_ADMINS)
      throw zoomError(400, 300, "The maximum number of administrators that can be demoted at a time is 10.");
    const found = new Set(keys.map((key) => channels.memberOf(channel, identified(sandbox, key)?.id ?? "")));
    if ([...found].some((member) => member?.role !== "admin"))
      throw zoomError(400, 5301, "Unable to demote channel administrator.");
    for (const member of found) if (member) member.role = "member";
  });
}
