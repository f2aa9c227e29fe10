/** What a mail server's refusal, or its silence, means. */
import { ConnectorError, networkError } from "@greenroom/connector-kit";
import { certificateHint } from "../certificates.ts";

/** The parts of the library's errors that we read. */
interface SmtpFailure {
  readonly code?: string;
  readonly responseCode?: number;
  readonly response?: string;
  readonly rejected?: readonly string[];
}

/** The error in our words: surely not sent (`unavailable`), refused, or nobody knows. */
export function smtpError(
  error: unknown,
  { host, mayBeSent }: { readonly host: string; readonly mayBeSent: boolean },
): unknown {
  if (error instanceof ConnectorError || !(error instanceof Error)) return error;
  if (error.cause instanceof ConnectorError) return error.cause;
  const { code = "", responseCode, response = error.message, rejected } = error as SmtpFailure;
  const said = response.replaceAll(/\s+/g, " ").trim().slice(0, 300);
  if (code === "EAUTH" || code === "ENOAUTH")
    return new ConnectorError(
      "reconnect",
      "smtp.auth",
      `${host} does not accept the user and password: ${said}`,
      {
        hint: "Enter them anew at the connection. Some providers want an app password.",
      },
    );
  if (code === "ETLS" || (code === "ESOCKET" && isCertificates(error)))
    return new ConnectorError(
      "unavailable",
      "smtp.tls",
      `The encrypted connection to ${host} failed: ${said}`,
      {
        hint:
          certificateHint(error) ??
          "Check the connection's port and encryption: 587 goes with STARTTLS, 465 with TLS.",
      },
    );
  if (responseCode !== undefined && responseCode >= 500) {
    const names = rejected?.length ? ` (${rejected.join(", ")})` : "";
    return new ConnectorError(
      "invalid-input",
      `smtp.${responseCode}`,
      `${host} refused the message${names}: ${said}`,
      {
        fields: code === "EENVELOPE" ? [{ field: "to", message: said }] : [],
      },
    );
  }
  if (responseCode !== undefined && responseCode >= 400)
    return new ConnectorError("unavailable", `smtp.${responseCode}`, `${host} wants it later: ${said}`);
  if (code === "EENVELOPE" || code === "EMESSAGE")
    return new ConnectorError("invalid-input", "smtp.message", `The message cannot be sent: ${said}`, {
      fields: code === "EENVELOPE" ? [{ field: "to", message: said }] : [],
    });
  if (code === "") return error;
  const cause = Object.assign(new Error(said), { code: networkCode(error, code) });
  return networkError(new TypeError("smtp", { cause }), mayBeSent ? "POST" : "GET", host, undefined);
}

function isCertificates({ message }: Error): boolean {
  return /certificate|self[- ]signed|altnames|wrong version number/i.test(message);
}

/** The library names its own codes; the socket's is in the message where it says why. */
function networkCode({ message }: Error, code: string): string {
  return /\b(E[A-Z]{4,}|UND_ERR_CONNECT_TIMEOUT)\b/.exec(message)?.[1] ?? code;
}
