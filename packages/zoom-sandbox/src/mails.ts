/** E-mail that Zoom would send: kept to be read, never sent. */
import type { Clock } from "./clock.ts";
import type { Ids } from "./ids.ts";
import type { Tables } from "./table.ts";

/** One e-mail. Table `mails`. */
export interface Mail {
  id: string;
  to: string;
  subject: string;
  text: string;
  sent_at: string;
}

/** Writes an e-mail to somebody. */
export type SendMail = (to: string, subject: string, text: string) => void;

/** Makes the outbox; `GET /_sandbox/mails` shows it. */
export function createOutbox({
  table,
  clock,
  ids,
}: {
  table: Tables["table"];
  clock: Clock;
  ids: Ids;
}): SendMail {
  const mails = table<Mail>("mails");
  return (to, subject, text) => {
    const id = ids.key();
    mails.set(id, { id, to, subject, text, sent_at: clock.now().toISOString() });
  };
}
