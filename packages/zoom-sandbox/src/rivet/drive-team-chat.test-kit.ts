import { expect } from "vitest";
import { dataOf, idOf, type Rivet } from "./rivet.test-kit.ts";

/** A channel with members, messages, marks and files. */
export async function driveTeamChat({ teamChat: { endpoints } }: Rivet): Promise<void> {
  const {
    chatChannels,
    chatChannelsAccountLevel,
    chatMessages,
    chatSessions,
    contacts,
    iMGroups,
    chatReminder,
  } = endpoints;
  const me = { userId: "me" };
  const made = await dataOf(
    chatChannels.createChannel({
      path: me,
      body: { name: "Launch", type: 1, members: [{ email: "hana@acme.example" }] },
    }),
  );
  const path = { channelId: made.id ?? "" };
  await chatChannels.updateChannel({ path, body: { name: "Launch team" } });
  expect((await dataOf(chatChannels.getChannel({ path }))).name).toBe("Launch team");
  await chatChannels.inviteChannelMembers({ path, body: { members: [{ email: "luis@acme.example" }] } });
  const members = await dataOf(chatChannels.listChannelMembers({ path }));
  expect(members.members).toHaveLength(3);
  expect((await dataOf(chatChannels.listUsersChannels({ path: me }))).channels).toHaveLength(1);
  expect(await dataOf(chatChannelsAccountLevel.listAccountsPublicChannels({}))).toBeDefined();

  const sent = await dataOf(
    chatMessages.sendChatMessage({
      path: me,
      body: { message: "Hello", to_channel: path.channelId },
    }),
  );
  const message = { ...me, messageId: sent.id ?? "" };
  await chatMessages.updateMessage({
    path: message,
    body: { message: "Hello all", to_channel: path.channelId },
  });
  const found = await dataOf(
    chatMessages.getMessage({
      path: message,
      query: { to_channel: path.channelId },
    }),
  );
  expect(found.message).toBe("Hello all");
  await chatMessages.reactToChatMessage({
    path: message,
    body: { action: "add", emoji: "U+1F44D", to_channel: path.channelId },
  });
  // By the sandbox's clock, which the meetings held before have advanced.
  const today = found.date_time?.slice(0, 10) ?? "";
  const list = await dataOf(
    chatMessages.listUsersChatMessages({
      path: me,
      query: { to_channel: path.channelId, date: today },
    }),
  );
  expect(list.messages?.map((one) => one.message)).toContain("Hello all");
  await chatReminder.createReminderMessage({
    path: { messageId: message.messageId },
    body: { to_channel: path.channelId, delay_seconds: 600 },
  });
  await chatMessages.deleteMessage({ path: message, query: { to_channel: path.channelId } });

  const sessions = await dataOf(
    chatSessions.listUsersChatSessions({
      path: me,
      query: { from: today, to: today },
    }),
  );
  expect(sessions.sessions).toEqual(expect.any(Array));
  expect(
    (await dataOf(contacts.listUsersContacts({ query: { type: "company" } }))).contacts?.length,
  ).toBeGreaterThan(0);
  const search = await dataOf(contacts.searchCompanyContacts({ query: { search_key: "hana" } }));
  expect(search.contacts?.length).toBe(1);

  const groupId = await idOf(iMGroups.createIMDirectoryGroup({ body: { name: "Sales" } }));
  const groupPath = { groupId };
  await iMGroups.updateIMDirectoryGroup({ path: groupPath, body: { name: "Sellers" } });
  await iMGroups.addIMDirectoryGroupMembers({
    path: groupPath,
    body: { members: [{ email: "hana@acme.example" }] },
  });
  expect((await dataOf(iMGroups.listIMDirectoryGroupMembers({ path: groupPath }))).members).toHaveLength(1);
  expect((await dataOf(iMGroups.retrieveIMDirectoryGroup({ path: groupPath }))).name).toBe("Sellers");
  expect((await dataOf(iMGroups.listIMDirectoryGroups({}))).groups).toHaveLength(1);
  await iMGroups.deleteIMDirectoryGroup({ path: groupPath });
  await chatChannels.deleteChannel({ path });
  expect((await dataOf(chatChannels.listUsersChannels({ path: me }))).channels).toEqual([]);
}
