import type { Sandbox } from "../../sandbox.ts";
import { channelAdmins } from "./channel-admins.ts";
import { channelGroups } from "./channel-groups.ts";
import { channelLogs } from "./channel-logs.ts";
import { channelOperations } from "./channel-operations.ts";
import { type Channels, createChannels } from "./channels.ts";
import { chatFiles } from "./chat-files.ts";
import { contacts } from "./contacts.ts";
import { imGroups } from "./im-groups.ts";
import { mentionGroups } from "./mention-groups.ts";
import { createMessages, type Messages } from "./messages.ts";
import { messageOperations } from "./message-operations.ts";
import { messageMarks } from "./message-marks.ts";

/** What other parts do in Team Chat. */
export interface TeamChat {
  readonly channels: Channels;
  readonly messages: Messages;
}

/** Registers the operations of Team Chat. */
export function registerTeamChat(sandbox: Sandbox): TeamChat {
  const channels = createChannels(sandbox);
  const messages = createMessages(sandbox, channels);
  channelOperations(sandbox, channels);
  channelAdmins(sandbox, channels);
  channelGroups(sandbox, channels);
  channelLogs(sandbox, channels);
  messageOperations(sandbox, channels, messages);
  messageMarks(sandbox, channels, messages);
  chatFiles(sandbox, messages);
  mentionGroups(sandbox, channels);
  contacts(sandbox, channels, messages);
  imGroups(sandbox);
  return { channels, messages };
}
