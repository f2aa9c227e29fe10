/** What the pages of Zoom's ways to connect tell beyond their forms: scopes, privileges, and what Zoom may refuse. */
import type { ConnectionKind, ConnectorError } from "@greenroom/connector-kit";
import { explainRefusal, explainToken } from "../../packages/zoom/src/auth/token-exchange.ts";
import { chatbotKind, noBot } from "../../packages/zoom/src/auth/zoom-chatbot.ts";
import { everythingPrivileges, privilegeTitle } from "../../packages/zoom/src/facts/privileges.ts";
import { cell, code } from "./markdown.ts";

const byRole = [
  "- Scopes: those with `:admin` that its recipes need; the connection's doctor lists the least",
  `- Privileges, of the role: what its recipes need; for all that there is ${everythingPrivileges.map(privilegeTitle).join(", ")}`,
];

const permissions: Readonly<Record<string, readonly string[]>> = {
  "zoom-admin-oauth": byRole,
  "zoom-server-to-server": byRole,
  "zoom-user-oauth": [
    "- Scopes: those without `:admin` that its recipes need; the connection's doctor lists the least",
    "- Privileges: none; what is the person's own needs no role",
  ],
  [chatbotKind]: ["- Scopes: `imchat:bot`", "- Privileges: none; a bot acts for itself"],
};

/** The lines. */
export function kindNotes(kind: ConnectionKind): string[] {
  const said = (reason: string) => ({ reason });
  const refusals: (readonly [said: string, error: ConnectorError])[] = [
    ...(kind.type === "browser"
      ? [
          ["access_denied", explainRefusal("access_denied", "the person declined")] as const,
          [
            "Redirect URI mismatch.",
            explainToken("invalid_request", said("Redirect URI mismatch.")),
          ] as const,
          ["Invalid Token!", explainToken("invalid_grant", said("Invalid Token!"))] as const,
        ]
      : []),
    [
      "Invalid client_id or client_secret",
      explainToken("invalid_client", said("Invalid client_id or client_secret")),
    ],
    ["unsupported grant type", explainToken("unsupported_grant_type", said("unsupported grant type"))],
    ...(kind.id === chatbotKind ? [["a token without imchat:bot", noBot()] as const] : []),
  ];
  return [
    ...(permissions[kind.id] ?? []),
    "- Rate label: none; its calls take turns with all others of the account, by the plan on the form",
    "",
    "## Errors",
    "",
    "| Zoom answers | kind | what to do |",
    "| --- | --- | --- |",
    ...refusals.map(
      ([text, { kind: error, hint }]) => `| ${cell(text)} | ${code(error)} | ${cell(hint ?? "")} |`,
    ),
  ];
}
