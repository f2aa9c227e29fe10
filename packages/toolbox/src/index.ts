import type { Connector } from "@greenroom/connector-kit";
import { createFilesConnector } from "./files/files.ts";
import { createHttpConnector } from "./http/http.ts";
import { logger } from "./logger/logger.ts";
import { templates } from "./templates/templates.ts";

export { createHttpConnector, type HttpConnectorOptions } from "./http/http.ts";

/** What the connectors around Zoom need of their installation. */
export interface ToolboxOptions {
  /** Where the connector `files` keeps them. */
  readonly filesFolder: string;
}

/** The connectors that recipes need around Zoom. */
export function toolboxConnectors({ filesFolder }: ToolboxOptions): readonly Connector[] {
  return [createHttpConnector(), createFilesConnector({ folder: filesFolder }), logger, templates];
}
