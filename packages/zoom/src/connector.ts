import {
  type AddressPolicy,
  type Connector,
  defineConnector,
  guardedFetch,
  guardedWebSocket,
} from "@greenroom/connector-kit";
import { actions } from "./actions.gen.ts";
import { refusePlaces } from "./auth/zoom-places.ts";
import { createZoomKinds } from "./auth/zoom-oauth.ts";
import { zoomClients } from "./create-zoom-client.ts";
import { zoomLimitsLeft } from "./limits/zoom-limits-left.ts";
import { pickLists } from "./pick-lists.ts";
import { eventNames, zoomOperation, zoomOperations } from "./facts/operations.ts";
import { privilegeTitle } from "./facts/privileges.ts";
import { permissionDoctor } from "./doctor/permission-doctor.ts";
import { groupsKnowledge } from "./reconcile/groups.ts";
import { reconcilers } from "./reconcile/reconcilers.ts";
import { triggers } from "./triggers.gen.ts";
import { receiveZoomWebhook } from "./webhooks/receive-zoom-webhook.ts";
import { createZoomSocket } from "./webhooks/zoom-socket.ts";

/** Makes the Zoom connector; its forms hold addresses, and none outside the policy is called. */
export function createZoomConnector(policy: AddressPolicy): Connector {
  const fetch = guardedFetch(policy);
  const kinds = createZoomKinds(fetch);
  return defineConnector({
    id: "zoom",
    title: "Zoom",
    summary: "Meetings, registrants, users and events of a Zoom account.",
    connections: kinds.map((kind) => ({ ...kind, check: (profile) => refusePlaces(profile, policy) })),
    actions,
    triggers,
    webhook: receiveZoomWebhook,
    socket: createZoomSocket(fetch, guardedWebSocket(policy)),
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
    limitsLeft: zoomLimitsLeft,
    createClient: zoomClients(fetch),
  });
}

/** The Zoom connector of whoever runs it on their own addresses, such as tools and tests. */
export const zoom = createZoomConnector({ allowPrivateNetworks: true });
