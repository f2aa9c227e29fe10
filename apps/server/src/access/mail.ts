/** Mail of Greenroom itself, such as a link to set a password; only where SMTP is configured. */
import type { Secret } from "@greenroom/connector-kit";

/** How mail is sent. */
export interface MailSettings {
  /** `smtps://user:password@mail.example.com` */
  readonly smtpUrl: Secret;
  readonly from: string;
}

/** Sends one mail of plain text. */
export type SendMail = (mail: { to: string; subject: string; text: string }) => Promise<void>;

/** Makes the sender; undefined where mail is not configured. */
export function createMail(settings: MailSettings | undefined): SendMail | undefined {
  if (!settings) return undefined;
  return async ({ to, subject, text }) => {
    const { createTransport } = await import("nodemailer");
    const transport = createTransport(settings.smtpUrl.reveal());
    await transport.sendMail({ from: settings.from, to, subject, text });
  };
}
