import type { Connector } from "@greenroom/connector-kit";

/** The trigger that a recipe's `use` names, with its connector; undefined where there is none of that name. */
export function triggerNamed(connectors: ReadonlyMap<string, Connector>, use: string) {
  const [connectorId = "", id = ""] = use.split("/");
  const connector = connectors.get(connectorId);
  const trigger = connector?.triggers[id];
  return connector && trigger && { connector, trigger };
}
