import type { Client } from "./client.ts";
import type { AppProfile, ConnectionKind } from "./connector.ts";

/** Something that a connection is used for. */
export interface Use {
  readonly kind: "action" | "trigger";
  /** The action's or trigger's id in its connector. */
  readonly id: string;
  /** As the recipe writes it; templates are not filled in. */
  readonly input: unknown;
  /** Who uses it: the recipes' names. */
  readonly usedBy: string;
}

/** One permission that is missing, or there for nothing. */
export interface PermissionFinding {
  readonly kind: "scope" | "privilege" | "connection-kind";
  /** As the service names it, in its newer and its older form where it has two. */
  readonly names: readonly string[];
  /** As the service's page shows it. */
  readonly title: string;
  /** What will be refused without it. */
  readonly blocks: readonly {
    readonly operation: string;
    readonly title: string;
    readonly usedBy: readonly string[];
  }[];
  /** Where to mend it at the service, click by click. */
  readonly mend: { readonly clicks: readonly string[]; readonly url: string | undefined };
}

/** What a connection may do, against what it is used for. */
export interface PermissionReport {
  readonly leastScopes: { readonly classic: readonly string[]; readonly granular: readonly string[] };
  readonly leastPrivileges: readonly { readonly name: string; readonly title: string }[];
  readonly missing: readonly PermissionFinding[];
  readonly excess: readonly PermissionFinding[];
  /** What could not be found out, and why. */
  readonly unknown: readonly string[];
  /** Whether the connected user may set the role up by itself; otherwise why not. */
  readonly setUp: { readonly possible: boolean; readonly reason: string };
}

/** What a permission doctor looks at. */
export interface PermissionContext {
  readonly kind: ConnectionKind;
  readonly profile: AppProfile;
  readonly client: Client;
  /** The token's. */
  readonly scopes: readonly string[];
  /** Or all that the connector can do. */
  readonly uses: readonly Use[] | "everything";
}

/** Finds the permissions that are missing or too many, and sets up what it may. */
export interface PermissionDoctor {
  /** @throws {ConnectorError} when the service cannot be asked. */
  examine(context: PermissionContext): Promise<PermissionReport>;
  /**
   * Makes a role of the least privileges and gives it to the API user; without one, to the connected user.
   *
   * @throws {ConnectorError} when that is not allowed.
   */
  setUp(
    context: PermissionContext & { readonly roleName: string; readonly apiUser: string | undefined },
  ): Promise<{ readonly roleName: string; readonly email: string; readonly privileges: readonly string[] }>;
}
