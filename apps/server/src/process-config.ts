/** The settings of what a process does, and of what operators see of it, from the environment. */
import { Secret } from "@greenroom/connector-kit";
import { StartError } from "@greenroom/engine/start-error";

/** What a process can do for an installation; many processes share a database. */
export const processRoles = ["web", "receiver", "worker"] as const;

/** `web`: pages, API and MCP. `receiver`: webhooks. `worker`: runs jobs. */
export type ProcessRole = (typeof processRoles)[number];

/** What a process is started with. */
export interface ProcessConfig {
  readonly roles: ReadonlySet<ProcessRole>;
  readonly metricsToken: Secret | undefined;
  /** The address of an OpenTelemetry collector (OTLP over HTTP). */
  readonly tracesTo: string | undefined;
}

/** Reads them. @throws {StartError} */
export function readProcessConfig(env: NodeJS.ProcessEnv): ProcessConfig {
  const endpoint = env["OTEL_EXPORTER_OTLP_ENDPOINT"] || undefined;
  if (endpoint !== undefined && !/^https?:$/.test(URL.parse(endpoint)?.protocol ?? "")) {
    throw new StartError(
      `OTEL_EXPORTER_OTLP_ENDPOINT must be a web address such as http://localhost:4318, but it is “${endpoint}”.`,
    );
  }
  const token = env["METRICS_TOKEN"] || undefined;
  return {
    roles: rolesIn(env["GREENROOM_ROLES"] || processRoles.join(",")),
    metricsToken: token === undefined ? undefined : new Secret(token),
    tracesTo: endpoint,
  };
}

function rolesIn(text: string): ReadonlySet<ProcessRole> {
  const roles = new Set<ProcessRole>();
  for (const name of text.split(",").map((part) => part.trim())) {
    const role = processRoles.find((one) => one === name);
    if (!role) {
      throw new StartError(
        `GREENROOM_ROLES must be some of ${processRoles.join(",")} with commas between, but it has “${name}”.`,
      );
    }
    roles.add(role);
  }
  return roles;
}
