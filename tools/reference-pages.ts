/** The reference of all connectors, from their own declarations: `docs/reference/<connector>/`. */
import { zoom } from "@greenroom/zoom";
import { connectorPages } from "./reference/connector-pages.ts";
import { zoomNotes } from "./reference/zoom-notes.ts";
import { haveZoomSpecs } from "./zoom-specs/zoom-specs.ts";

/** The pages by path; Zoom's only where its descriptions are, as they name Zoom's refusals. */
export function referencePages(): Record<string, () => string> {
  return haveZoomSpecs() ? connectorPages(zoom, zoomNotes) : {};
}
