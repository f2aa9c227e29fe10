import { ConnectorError } from "@greenroom/connector-kit";

/** Says that nothing of this kind has this id or name. */
export function notFound(what: string, id: string): ConnectorError {
  return new ConnectorError("not-found", "not-found", `There is no ${what} “${id}”.`, {
    hint: "It may have been deleted; go back to the list.",
  });
}

/** Says that a name is taken. */
export function alreadyNamed(what: string, name: string): ConnectorError {
  return new ConnectorError(
    "conflict",
    "name-taken",
    `There is already ${/^[aeiou]/.test(what) ? "an" : "a"} ${what} named “${name}”.`,
    {
      fields: [{ field: "name", message: "is taken" }],
      hint: "Choose another name.",
    },
  );
}

/** Says that a connection is not authorised. */
export function notConnected(name: string): ConnectorError {
  return new ConnectorError("reconnect", "not-connected", `The connection “${name}” is not connected.`, {
    hint: "Open the connection and choose Connect.",
  });
}
