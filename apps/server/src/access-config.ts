/** The settings of who may come in and how, from the environment. */
import { X509Certificate } from "node:crypto";
import { readFileSync } from "node:fs";
import type { BlockList } from "node:net";
import { Secret } from "@greenroom/connector-kit";
import { roles } from "@greenroom/engine/roles";
import { StartError } from "@greenroom/engine/start-error";
import { z } from "zod";
import type { MailSettings } from "./access/mail.ts";
import type { OidcSettings } from "./access/sign-in.ts";
import { readNetworks } from "./networks.ts";

/** What sign-in is started with. */
export interface AccessConfig {
  readonly oidc: OidcSettings | undefined;
  readonly mail: MailSettings | undefined;
  /** Their word on the client's address is believed. */
  readonly trustedProxies: BlockList;
  /** The private networks that recipes may call: all, or these. */
  readonly privateNetworks: boolean | BlockList;
}

/** Reads them. @throws {StartError} */
export function readAccessConfig(env: NodeJS.ProcessEnv): AccessConfig {
  const allowed = env["PRIVATE_NETWORKS"] ?? "";
  return {
    ...{ oidc: oidcIn(env), mail: mailIn(env) },
    trustedProxies: readNetworks("TRUSTED_PROXIES", env["TRUSTED_PROXIES"] ?? ""),
    privateNetworks: allowed.trim() === "all" || readNetworks("PRIVATE_NETWORKS", allowed),
  };
}

function oidcIn(env: NodeJS.ProcessEnv): OidcSettings | undefined {
  const names = ["OIDC_ISSUER", "OIDC_CLIENT_ID", "OIDC_CLIENT_SECRET"] as const;
  const [issuer, clientId, clientSecret] = names.map((name) => env[name] || undefined);
  if (issuer === undefined && clientId === undefined && clientSecret === undefined) return undefined;
  if (issuer === undefined || clientId === undefined || clientSecret === undefined) {
    const missing = names.filter((name) => !env[name]).join(" and ");
    throw new StartError(`Single sign-on needs ${names.join(", ")}; set ${missing} too, or none of them.`);
  }
  if (!/^https?:$/.test(URL.parse(issuer)?.protocol ?? "")) {
    throw new StartError(
      `OIDC_ISSUER must be a web address such as https://login.example.com, but it is “${issuer}”.`,
    );
  }
  const role = z
    .enum(roles)
    .optional()
    .safeParse(env["OIDC_ROLE"] || undefined);
  if (!role.success)
    throw new StartError(`OIDC_ROLE must be one of ${roles.join(", ")}, but it is “${env["OIDC_ROLE"]}”.`);
  const name = env["OIDC_NAME"] || "single sign-on";
  return { issuer, clientId, clientSecret: new Secret(clientSecret), name, role: role.data };
}

function mailIn(env: NodeJS.ProcessEnv): MailSettings | undefined {
  const url = env["SMTP_URL"] || undefined;
  if (url === undefined) return undefined;
  if (!/^smtps?:$/.test(URL.parse(url)?.protocol ?? ""))
    throw new StartError("SMTP_URL must be an address such as smtps://user:password@mail.example.com.");
  const from = env["MAIL_FROM"] || undefined;
  if (from === undefined)
    throw new StartError("SMTP_URL is set: set MAIL_FROM too, to the sender's address.");
  return { smtpUrl: new Secret(url), from, authority: authorityIn(env["SMTP_CA_FILE"] || undefined) };
}

function authorityIn(path: string | undefined): string | undefined {
  if (path === undefined) return undefined;
  try {
    const text = readFileSync(path, "utf8");
    return new X509Certificate(text).subject && text;
  } catch (error) {
    const why = error instanceof Error ? error.message : String(error);
    throw new StartError(
      `SMTP_CA_FILE must be a file with a certificate as PEM, but ${path} is none (${why}).`,
    );
  }
}
