/** What keys wanted to do through tools, and people decide about. */
import { ConnectorError } from "@greenroom/connector-kit";
import type { Access, Approval } from "@greenroom/engine";
import type { Principal } from "../access/principal.ts";
import { createRoute, z } from "@hono/zod-openapi";
import type { ActionCalls } from "../mcp/action-calls.ts";
import * as schemas from "./access-schemas.ts";
import { idParam, json, newRoutes, paging, refused } from "./route-parts.ts";

const query = z.object({ state: schemas.approvalState.optional(), ...paging });

/** What a key asks for is not allowed by a key. */
function mustBePerson({ kind }: Principal): void {
  if (kind !== "key") return;
  throw new ConnectorError("forbidden", "person-needed", "Only a person decides about this.", {
    hint: "Sign in and decide in the browser.",
  });
}

/** Makes the routes of `/approvals`. */
export function createApprovalRoutes({ approvals, audit }: Access, calls: ActionCalls) {
  return newRoutes()
    .openapi(
      createRoute({
        ...{ method: "get", path: "/approvals", request: { query } },
        responses: { 200: json(schemas.approvalPage, "Newest first"), ...refused },
      }),
      async (c) => {
        const { items, nextCursor } = await approvals.list({
          ...c.req.valid("query"),
          ...ofAsker(c.get("principal")),
        });
        return c.json({ items: items.map(shown), ...(nextCursor !== undefined && { nextCursor }) }, 200);
      },
    )
    .openapi(
      createRoute({
        ...{ method: "get", path: "/approvals/{id}", request: idParam },
        responses: { 200: json(schemas.approval, "One"), ...refused },
      }),
      async (c) => {
        const approval = await approvals.get(c.req.valid("param").id);
        const { keyId = approval.keyId } = ofAsker(c.get("principal"));
        if (approval.keyId !== keyId)
          throw new ConnectorError("not-found", "not-found", "You have no such approval.");
        return c.json(shown(approval), 200);
      },
    )
    .openapi(
      createRoute({
        ...{ method: "post", path: "/approvals/{id}/approve", request: idParam },
        responses: { 200: json(schemas.approval, "Done, or why it could not be"), ...refused },
      }),
      async (c) => {
        mustBePerson(c.get("principal"));
        const done = await calls.approve(c.req.valid("param").id, c.get("principal"), c.get("client"));
        return c.json(shown(done), 200);
      },
    )
    .openapi(
      createRoute({
        ...{ method: "post", path: "/approvals/{id}/decline", request: idParam },
        responses: { 200: json(schemas.approval, "It will not be done"), ...refused },
      }),
      async (c) => {
        mustBePerson(c.get("principal"));
        const { kind, id, name, email } = c.get("principal");
        const declined = await approvals.decline(c.req.valid("param").id, email ?? name);
        await audit.write({
          ...{ actor: { kind, id, name }, ipAddress: c.get("client"), action: "declined an action" },
          subject: { type: "actions", id: declined.use, name: declined.connection ?? declined.use },
        });
        return c.json(shown(declined), 200);
      },
    );
}

/** People decide about all; a key sees what it asked for itself. */
const ofAsker = ({ kind, id }: Principal) => (kind === "key" && id !== undefined ? { keyId: id } : {});

function shown(approval: Approval) {
  const { id, keyId, keyName, use, effect, connection, input, state, output, error, decidedBy, decidedAt } =
    approval;
  return {
    ...{ id, keyId, keyName, use, input, state, createdAt: approval.createdAt.toISOString() },
    ...(effect !== undefined && { effect }),
    ...(connection !== undefined && { connection }),
    ...(output != null && { output }),
    ...(error && { error: { ...error } }),
    ...(decidedBy !== undefined && { decidedBy }),
    ...(decidedAt && { decidedAt: decidedAt.toISOString() }),
  };
}
