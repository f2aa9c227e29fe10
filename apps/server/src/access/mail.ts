/** Mail of Greenroom itself, such as a link to set a password; only where SMTP is configured. */
import type { Secret } from "@greenroom/connector-kit";

/** How mail is sent. */
export interface MailSettings {
  /** `smtps://user:password@mail.example.com` */
  readonly smtpUrl: Secret;
  readonly from: string;
  /** The authority that signed the mail server's certificate, as PEM; undefined for those that everybody knows. */
  readonly authority?: string | undefined;
}

/** Sends one mail of plain text. */
export type SendMail = (mail: { to: string; subject: string; text: string }) => Promise<void>;

/** Makes the sender; undefined where mail is not configured. */
export function createMail(settings: MailSettings | undefined): SendMail | undefined {
  if (!settings) return undefined;
  return async ({ to, subject, text }) => {
    const { createTransport } = await import("nodemailer");
    const { smtpUrl, authority } = settings;
    const url = smtpUrl.reveal();
    // Links that set passwords are in these mails: over a network only encrypted, unless the address says otherwise.
    const { hostname, searchParams } = new URL(url);
    const requireTLS = !isOnThisMachine(hostname) && searchParams.get("ignoreTLS") !== "true";
    const transport = createTransport({
      url,
      requireTLS,
      ...(authority !== undefined && { tls: { ca: authority } }),
    });
    await transport.sendMail({ from: settings.from, to, subject, text });
  };
}

const isOnThisMachine = (host: string) => /^(?:localhost|127(?:\.\d+){3}|\[::1\])$/.test(host);
