/** Zoom Phone: everything of it that is emulated. */
import type { Sandbox } from "../../sandbox.ts";
import { blockedList } from "./blocked-list.ts";
import { callLogs } from "./call-logs.ts";
import { phoneNumbers } from "./phone-numbers.ts";
import { phonePeople } from "./phone-people.ts";
import { phoneRecordings } from "./phone-recordings.ts";
import { phoneUsers } from "./phone-users.ts";
import { createSms } from "./sms.ts";
import { voicemails } from "./voicemails.ts";

/** Registers its operations. */
export function registerPhone(sandbox: Sandbox): void {
  blockedList(sandbox);
  phoneUsers(sandbox);
  phoneNumbers(sandbox);
  callLogs(sandbox);
  phoneRecordings(sandbox);
  voicemails(sandbox);
  phonePeople(sandbox, createSms(sandbox));
}
