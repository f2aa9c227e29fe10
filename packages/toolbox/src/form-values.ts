import { type AppProfile, ConnectorError, Secret } from "@greenroom/connector-kit";

/** A field of a connection's form; empty when it was left so. */
export function textOf(profile: AppProfile, name: string): string {
  const value = profile[name];
  return value instanceof Secret ? value.reveal() : (value ?? "");
}

/** The address of a connection's form, without a slash at its end. */
export function addressOf(profile: AppProfile, name: string): string {
  return textOf(profile, name).replace(/\/+$/, "");
}

/** A number of a connection's form. @throws {ConnectorError} */
export function portOf(profile: AppProfile, name: string): number {
  const text = textOf(profile, name);
  const port = Number(text);
  if (Number.isInteger(port) && port > 0 && port < 65_536) return port;
  throw new ConnectorError("invalid-input", "invalid-port", `“${text}” is no port.`, {
    fields: [{ field: name, message: "must be a number from 1 to 65535" }],
  });
}
