/** Our actions and triggers as Workato's operations. */
import type { Catalogue } from "../catalogue.ts";
import { builtInOperations, type WorkatoAliases } from "./operations.ts";
import type { Json } from "./workato-json.ts";

/** An operation there. */
export interface ThereOperation {
  readonly provider: string;
  readonly name: string;
  /** Our fields' names there. */
  readonly fields: Readonly<Record<string, string>>;
  /** The object that its first field picks. */
  readonly object: string | undefined;
  /** Whether Workato surely has it. */
  readonly isKnown: boolean;
}

/** `userId` and `end-webinar` as `user_id` and `end_webinar`. */
export const snakeCase = (text: string): string =>
  text
    .replace(/([a-z0-9])([A-Z])/g, "$1_$2")
    .replaceAll("-", "_")
    .toLowerCase();

/** An event there is a choice in the trigger for all of them. */
export function eventThere(
  use: string,
  catalogue: Catalogue,
  aliases: WorkatoAliases,
): (ThereOperation & { readonly event: string }) | undefined {
  const [connector = ""] = use.split("/");
  const event = catalogue.trigger(use)?.event;
  const operations = Object.hasOwn(aliases, connector) ? Object.entries(aliases[connector] ?? {}) : [];
  const name = operations.find(([, { objects }]) =>
    Object.values(objects).some((each) => catalogue.trigger(each)?.config),
  )?.[0];
  if (name === undefined || typeof event !== "string") return undefined;
  return { provider: connector, name, fields: {}, object: undefined, isKnown: true, event };
}

/** Finds what does an action's or trigger's work there. */
export function operationThere(use: string, aliases: WorkatoAliases): ThereOperation {
  for (const [provider, operations] of Object.entries(aliases)) {
    for (const [name, { objects }] of Object.entries(operations)) {
      const object = Object.keys(objects).find((each) => objects[each] === use);
      if (object === undefined || name === "__adhoc_http_action") continue;
      return {
        provider,
        name,
        fields: {},
        object: Object.keys(objects).length > 1 ? object : undefined,
        isKnown: true,
      };
    }
  }
  const own = Object.entries(builtInOperations).find(([, operation]) => operation.use === use);
  if (own) {
    const [provider = "", name = ""] = own[0].split("/");
    const fields = Object.fromEntries(
      Object.entries(own[1].fields ?? {}).map(([there, here]) => [here, there]),
    );
    return { provider, name, fields, object: undefined, isKnown: true };
  }
  const [connector = "", action = ""] = use.split("/");
  return {
    provider: snakeCase(connector),
    name: snakeCase(action),
    fields: {},
    object: undefined,
    isKnown: false,
  };
}

/** An action without an operation there as a custom action: the request that it makes. */
export function customAction(
  use: string,
  input: Json,
  catalogue: Catalogue,
  aliases: WorkatoAliases,
): Json | undefined {
  const [connector = ""] = use.split("/");
  const action = catalogue.action(use);
  if (!Object.hasOwn(aliases, connector) || !action) return undefined;
  const [method = "GET", template = ""] = action.endpoint.split(" ");
  const rest = new Map(Object.entries(input));
  const path = template.replace(/\{(\w+)\}/g, (whole, name: string) => {
    const value = rest.get(name);
    rest.delete(name);
    return typeof value === "string" && !value.startsWith("=") ? value : whole;
  });
  return {
    mnemonic: action.title,
    verb: method.toLowerCase(),
    request_type: "json",
    response_type: "json",
    path: path.replace(/^\//, ""),
    input: { data: Object.fromEntries(rest) },
  };
}
