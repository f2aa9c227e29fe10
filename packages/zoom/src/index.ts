export { createZoomConnector, zoom } from "./connector.ts";
export { decodeZoomError } from "./errors.ts";
export { createZoom, type Zoom, type ZoomAuth, type ZoomOptions } from "./create-zoom.ts";
export { workatoOperations } from "./workato.gen.ts";
