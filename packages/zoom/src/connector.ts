import { defineConnector } from "@greenroom/connector-kit";
import { actions } from "./actions.gen.ts";
import { zoomConnectionKinds } from "./auth/zoom-oauth.ts";
import { createZoomClient } from "./create-zoom-client.ts";
import { pickLists } from "./pick-lists.ts";
import { eventNames, zoomOperation, zoomOperations } from "./facts/operations.ts";
import { privilegeTitle } from "./facts/privileges.ts";
import { permissionDoctor } from "./doctor/permission-doctor.ts";
import { groupsKnowledge } from "./reconcile/groups.ts";
import { reconcilers } from "./reconcile/reconcilers.ts";
import { triggers } from "./triggers.gen.ts";
import { receiveZoomWebhook } from "./webhooks/receive-zoom-webhook.ts";
import { zoomSocket } from "./webhooks/zoom-socket.ts";

/** The Zoom connector. */
export const zoom = defineConnector({
  id: "zoom",
  title: "Zoom",
  summary: "Meetings, registrants, users and events of a Zoom account.",
  connections: zoomConnectionKinds,
  actions,
  triggers,
  webhook: receiveZoomWebhook,
  socket: zoomSocket,
  reconcilers,
  knowledge: [groupsKnowledge],
  permissions: permissionDoctor,
  pickLists,
  known: {
    operations: zoomOperations,
    events: eventNames,
    privilegeOf(endpoint) {
      const [method = "", path = ""] = endpoint.split(" ");
      const privilege = zoomOperation(method, path)?.privilege;
      return privilege === undefined ? undefined : privilegeTitle(privilege);
    },
  },
  createClient: createZoomClient,
});
