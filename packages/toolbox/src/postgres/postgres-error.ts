/** What PostgreSQL's refusals mean, by their SQLSTATE. */
import { ConnectorError, type ErrorKind, networkError } from "@greenroom/connector-kit";
import { certificateHint } from "../certificates.ts";

/** By the whole code, or by its class (the first two characters). */
const kinds: Readonly<Record<string, ErrorKind>> = {
  ...{ "23505": "conflict", "23P01": "conflict", "42501": "forbidden", "28": "reconnect", "3D": "reconnect" },
  // A transaction that lost against another, a server that is full or goes down: nothing was done.
  ...{ "40": "unavailable", "53": "unavailable", "55P03": "unavailable", "57P": "unavailable" },
};

interface Refusal {
  readonly code?: string;
  readonly detail?: string;
  readonly hint?: string;
  readonly position?: string;
  readonly column?: string;
}

/** The error in our words. `mayBeDone` says whether what broke off may have been carried out. */
export function postgresError(
  error: unknown,
  { host, mayBeDone }: { readonly host: string; readonly mayBeDone: boolean },
): unknown {
  if (error instanceof ConnectorError || !(error instanceof Error)) return error;
  if (error.cause instanceof ConnectorError) return error.cause;
  const { code = "", detail, hint, position, column } = error as Refusal;
  const broken = (name: string) =>
    networkError(
      new TypeError("postgres", { cause: Object.assign(new Error(error.message), { code: name }) }),
      ...([mayBeDone ? "POST" : "GET", host, undefined] as const),
    );
  if (/^[0-9A-Z]{5}$/.test(code) && !code.startsWith("08") && !/^E[A-Z]{4}$/.test(code)) {
    if (code === "57014")
      return new ConnectorError(
        "invalid-input",
        "postgres.57014",
        "The statement took longer than its time limit, and was undone.",
        {
          fields: [{ field: "timeoutSeconds", message: "is shorter than the statement needs" }],
        },
      );
    const kind = kinds[code] ?? kinds[code.slice(0, 3)] ?? kinds[code.slice(0, 2)] ?? "invalid-input";
    const place = position === undefined ? "" : ` (at character ${position})`;
    const message = `PostgreSQL: ${error.message}${place}.${detail === undefined ? "" : ` ${detail}`}`;
    return new ConnectorError(kind, `postgres.${code}`, message, {
      hint: kind === "reconnect" ? "Check user, password and database at the connection." : hint,
      fields: column === undefined ? [] : [{ field: column, message: error.message }],
    });
  }
  const about = certificateHint(error);
  if (about !== undefined)
    return new ConnectorError(
      "unavailable",
      "postgres.tls",
      `The certificate of ${host} was not taken: ${error.message.split(";", 1)[0]}.`,
      { hint: about },
    );
  if (/^(?:E[A-Z]+|UND_ERR_\w+|08\w{3}|[A-Z_]*CERT[A-Z_]*|DEPTH_\w+|ERR_\w+)$/.test(code))
    return broken(code);
  if (/connection terminated|timeout expired|timeout exceeded|connection ended/i.test(error.message))
    return broken("ECONNRESET");
  if (/does not support SSL/i.test(error.message))
    return new ConnectorError("unavailable", "postgres.no-tls", `${host} offers no encrypted connection.`, {
      hint: "Set up TLS at the server, or choose no encryption at the connection where the network is your own.",
    });
  return error;
}
