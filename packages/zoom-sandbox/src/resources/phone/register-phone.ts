/** Zoom Phone: everything of it that is emulated. */
import type { Sandbox } from "../../sandbox.ts";
import { blockedList } from "./blocked-list.ts";
import { callLogs } from "./call-logs.ts";
import { phoneNumbers } from "./phone-numbers.ts";
import { phoneRecordings } from "./phone-recordings.ts";
import { phoneUsers } from "./phone-users.ts";
import { createSms, type Sms } from "./sms.ts";
import { voicemails } from "./voicemails.ts";

/** Registers its operations; answers how text messages are sent. */
export function registerPhone(sandbox: Sandbox): Sms {
  blockedList(sandbox);
  phoneUsers(sandbox);
  phoneNumbers(sandbox);
  callLogs(sandbox);
  phoneRecordings(sandbox);
  voicemails(sandbox);
  return createSms(sandbox);
}
