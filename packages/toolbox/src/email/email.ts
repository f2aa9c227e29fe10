import { type AddressPolicy, type Connector, defineConnector } from "@greenroom/connector-kit";
import { checkAuthority } from "../certificates.ts";
import { mailServer, mailServers, smtpFields } from "./mail-server.ts";
import { sendEmail } from "./send-email.ts";

/** Makes the connector `email`. */
export function createEmailConnector(policy: AddressPolicy): Connector {
  return defineConnector({
    id: "email",
    title: "Email",
    summary: "Messages through a mail server.",
    connections: [
      {
        ...{ type: "form", id: "smtp", title: "Mail server (SMTP)", profileFields: smtpFields },
        summary: "Sends as one user of a mail server.",
        check: checkAuthority,
        identify: (client) => mailServers.in(client).identify(),
      },
    ],
    actions: { "send-email": sendEmail },
    triggers: {},
    createClient: ({ profile }) => mailServers.of(mailServer(profile, policy)),
  });
}
