/** A mail server by SMTP (RFC 5321), through nodemailer, loaded at its first use. */
import { isIP } from "node:net";
import { callbackify } from "node:util";
import {
  type AddressPolicy,
  type AppProfile,
  carryingClients,
  type FormField,
  type Identity,
} from "@greenroom/connector-kit";
import type { SendMailOptions } from "nodemailer";
import { authorityField, authorityOf } from "../certificates.ts";
import { portOf, textOf } from "../form-values.ts";
import { guardedSocket } from "../guarded-socket.ts";
import { smtpError } from "./smtp-error.ts";

const connectWithinMs = 15_000;
const answerWithinMs = 60_000;

const field = (name: string, label: string, hint: string): FormField => ({
  ...{ name, label, hint, type: "text", required: true },
});

/** The form of a mail server. */
export const smtpFields: readonly FormField[] = [
  { ...field("host", "Server", "Such as smtp.example.com"), place: true },
  { ...field("port", "Port", "587 with STARTTLS, 465 with TLS"), default: "587" },
  {
    ...field("encryption", "Encryption", "What the provider's page says"),
    ...{ type: "select", default: "starttls" },
    options: [
      { value: "starttls", label: "STARTTLS" },
      { value: "tls", label: "TLS from the start" },
      { value: "none", label: "None (inside your own network alone)" },
    ],
  },
  { ...field("username", "User", "Empty where the server asks for none"), required: false },
  {
    ...field("password", "Password", "Kept sealed; some providers want an app password"),
    type: "secret",
    required: false,
  },
  field("from", "Sender", "Such as Events <events@example.com>"),
  authorityField,
];

/** What the server took. */
export interface SentMail {
  readonly messageId: string;
  readonly accepted: string[];
  readonly rejected: string[];
  readonly response: string;
}

/** A connection's mail server. */
export interface MailServer {
  readonly from: string;
  /** @throws {ConnectorError} */
  send(message: SendMailOptions): Promise<SentMail>;
  identify(): Promise<Identity>;
}

/** Clients of mail servers. */
export const mailServers = carryingClients<MailServer>("a mail server");

/** Makes the server of a form; each message has a connection of its own. */
export function mailServer(profile: AppProfile, policy: AddressPolicy): MailServer {
  const host = textOf(profile, "host");
  const [user, encryption] = [textOf(profile, "username"), textOf(profile, "encryption")];

  async function openSocket() {
    try {
      const port = portOf(profile, "port");
      return { connection: await guardedSocket({ host, port, timeoutMs: connectWithinMs }, policy) };
    } catch (cause) {
      // A new one: the library writes its own codes into what it is given.
      const message = cause instanceof Error ? cause.message : String(cause);
      throw Object.assign(new Error(message, { cause }), { code: "ESOCKET", command: "CONN" });
    }
  }

  /** `sent` is told when a whole message has gone out; what then becomes of it the server's answer alone says. */
  async function transport(sent: () => void = () => undefined) {
    const port = portOf(profile, "port");
    const { createTransport } = await import("nodemailer");
    return createTransport({
      ...{ host, port, secure: encryption === "tls", requireTLS: encryption === "starttls" },
      ignoreTLS: encryption === "none",
      ...(user !== "" && { auth: { user, pass: textOf(profile, "password") } }),
      ...{
        connectionTimeout: connectWithinMs,
        greetingTimeout: connectWithinMs,
        socketTimeout: answerWithinMs,
      },
      tls: { ca: authorityOf(profile), ...(isIP(host) === 0 && { servername: host }) },
      logger: {
        ...Object.fromEntries(
          ["trace", "debug", "warn", "error", "fatal"].map((level) => [level, () => undefined]),
        ),
        info: (entry: { readonly tnx?: string }) => entry.tnx === "message" && sent(),
      },
      getSocket: (_options, callback) => callbackify(openSocket)(callback),
    });
  }

  return {
    from: textOf(profile, "from"),
    async send(message) {
      let whole = false;
      const mailer = await transport(() => (whole = true));
      try {
        const { messageId, accepted, rejected, response } = await mailer.sendMail(message);
        return { messageId, accepted: accepted.map(String), rejected: rejected.map(String), response };
      } catch (error) {
        throw smtpError(error, { host, mayBeSent: whole });
      } finally {
        mailer.close();
      }
    },
    async identify() {
      const mailer = await transport();
      try {
        await mailer.verify();
      } catch (error) {
        throw smtpError(error, { host, mayBeSent: false });
      } finally {
        mailer.close();
      }
      const from = textOf(profile, "from");
      const email = /<(.+)>$/.exec(from)?.[1] ?? from;
      return {
        ...{ accountId: host, accountName: host, userId: user || email, email, displayName: user || email },
        roleName: undefined,
      };
    },
  };
}
