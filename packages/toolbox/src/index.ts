import type { Connector } from "@greenroom/connector-kit";
import { http } from "./http/http.ts";

/** The connectors that recipes need around Zoom. */
export const toolboxConnectors: readonly Connector[] = [http];
