/** The reference of all connectors, from their own declarations: `docs/reference/<connector>/`. */
import { toolboxConnectors } from "@greenroom/toolbox";
import { zoom } from "@greenroom/zoom";
import { connectorPages } from "./reference/connector-pages.ts";
import { toolboxIndex, toolboxNotes } from "./reference/toolbox-notes.ts";
import { zoomNotes } from "./reference/zoom-notes.ts";
import { haveZoomSpecs } from "./zoom-specs/zoom-specs.ts";

/** The pages by path; Zoom's only where its descriptions are, as they name Zoom's refusals. */
export function referencePages(): Record<string, () => string> {
  const toolbox = toolboxConnectors({ filesFolder: "files" });
  return {
    "docs/reference/connectors.md": () => toolboxIndex(toolbox),
    ...Object.assign({}, ...toolbox.map((connector) => connectorPages(connector, toolboxNotes(connector)))),
    ...(haveZoomSpecs() && connectorPages(zoom, zoomNotes)),
  };
}
