import { defineConnector } from "@greenroom/connector-kit";
import { actions } from "./actions.gen.ts";
import { zoomConnectionKinds } from "./auth/zoom-oauth.ts";
import { createZoomClient } from "./create-zoom-client.ts";
import { permissionDoctor } from "./doctor/permission-doctor.ts";
import { triggers } from "./triggers.gen.ts";
import { receiveZoomWebhook } from "./webhooks/receive-zoom-webhook.ts";

/** The Zoom connector. */
export const zoom = defineConnector({
  id: "zoom",
  title: "Zoom",
  summary: "Meetings, registrants, users and events of a Zoom account.",
  connections: zoomConnectionKinds,
  actions,
  triggers,
  webhook: receiveZoomWebhook,
  permissions: permissionDoctor,
  createClient: createZoomClient,
});
