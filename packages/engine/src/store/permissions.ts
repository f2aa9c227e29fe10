import {
  ConnectorError,
  type PermissionContext,
  type PermissionDoctor,
  type PermissionReport,
  type Use,
} from "@greenroom/connector-kit";
import type { Connections } from "./connections.ts";
import type { Recipes } from "./recipes.ts";

/** What to look at: the recipes that use the connection, all that the connector can do, or some actions and triggers. */
export type PermissionScope = "recipes" | "everything" | readonly Pick<Use, "kind" | "id">[];

/** What connections may do, against what they are used for. */
export interface Permissions {
  /** @throws {ConnectorError} */
  examine(connectionId: string, scope: PermissionScope): Promise<PermissionReport>;
  /** Makes a role of the least privileges and gives it to the API user. @throws {ConnectorError} */
  setUp(
    connectionId: string,
    options: { scope: PermissionScope; roleName: string; apiUser: string | undefined },
  ): ReturnType<PermissionDoctor["setUp"]>;
}

/** Makes the permission doctor of all connections. */
export function createPermissions({
  connections,
  recipes,
}: {
  readonly connections: Connections;
  readonly recipes: Recipes;
}): Permissions {
  async function contextOf(
    id: string,
    scope: PermissionScope,
  ): Promise<{ doctor: PermissionDoctor; context: PermissionContext }> {
    const { connector, kind, profile, client, connection } = await connections.opened(id);
    const { permissions: doctor } = connector;
    if (!doctor) {
      throw new ConnectorError("not-found", "no-doctor", `${connector.title} has no permission doctor.`);
    }
    const uses =
      scope === "everything"
        ? scope
        : scope === "recipes"
          ? await recipes.uses(connection.name)
          : scope.map((use) => ({ ...use, input: undefined, usedBy: "the chosen set" }));
    return { doctor, context: { kind, profile, client, scopes: connection.scopes, uses } };
  }

  return {
    async examine(id, scope) {
      const { doctor, context } = await contextOf(id, scope);
      return await doctor.examine(context);
    },
    async setUp(id, { scope, ...options }) {
      const { doctor, context } = await contextOf(id, scope);
      return await doctor.setUp({ ...context, ...options });
    },
  };
}
