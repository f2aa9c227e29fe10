import type { Connector } from "@greenroom/connector-kit";
import { createHttpConnector } from "./http/http.ts";
import { logger } from "./logger/logger.ts";

export { createHttpConnector, type HttpConnectorOptions } from "./http/http.ts";

/** The connectors that recipes need around Zoom. */
export const toolboxConnectors: readonly Connector[] = [createHttpConnector(), logger];
