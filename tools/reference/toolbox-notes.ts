/** What the toolbox's reference pages tell beyond the connectors' declarations, and the list of them all. */
import type { Connector } from "@greenroom/connector-kit";
import type { ConnectorNotes } from "./connector-pages.ts";
import { cell, code, generated } from "./markdown.ts";
import { toolboxExamples } from "./toolbox-examples.ts";

/** Those whose services cannot be reached from where tests run. */
const standIns: ReadonlySet<string> = new Set(["slack", "teams", "google-sheets", "hubspot", "salesforce"]);

/** The connection that a step's example names; none where it needs none. */
export function connectionIn(connector: Connector | undefined): string | undefined {
  return connector?.connections && connector.connectionOptional !== true ? connector.id : undefined;
}

/** A connector's notes. */
export function toolboxNotes(connector: Connector): ConnectorNotes {
  return {
    about: [
      ...(connector.connectionOptional === true ? ["It works without a connection too."] : []),
      ...(standIns.has(connector.id)
        ? [
            "It was written from the service's public documents and tested over real HTTP against a small server made from them;",
            "it has not been run against the service itself.",
          ]
        : []),
    ],
    examples: toolboxExamples[connector.id] ?? {},
    connection: connectionIn(connector),
  };
}

/** The list of the connectors around Zoom. */
export function toolboxIndex(connectors: readonly Connector[]): string {
  return [
    generated,
    "# Connectors around Zoom",
    "",
    "Beside [Zoom's own](zoom/index.md), recipes have these.",
    "",
    "| connector | what | connection | actions | triggers |",
    "| --- | --- | --- | --- | --- |",
    ...connectors.map((connector) =>
      [
        `| [${connector.title}](${connector.id}/index.md)`,
        cell(connector.summary),
        connector.connections ? (connector.connectionOptional === true ? "if you like" : "needed") : "none",
        Object.keys(connector.actions).map(code).join(", "),
        `${Object.keys(connector.triggers).map(code).join(", ")} |`,
      ].join(" | "),
    ),
    "",
  ].join("\n");
}
