/** The routes of oneself: who I am, my API keys, my sessions. An admin sees and ends those of others too. */
import { ConnectorError } from "@greenroom/connector-kit";
import { type Access, type ApiKeySummary, includesRole, roleIn } from "@greenroom/engine";
import { createRoute } from "@hono/zod-openapi";
import type { Principal } from "../access/principal.ts";
import * as schemas from "./access-schemas.ts";
import { body, idParam, json, list, newRoutes, refused } from "./route-parts.ts";

/** Makes the routes of `/me`, `/api-keys` and `/sessions`. */
export function createMeRoutes({ people, keys, ...access }: Access) {
  return newRoutes()
    .openapi(
      createRoute({
        ...{ method: "get", path: "/me", responses: { 200: json(schemas.me, "Who asks"), ...refused } },
      }),
      async (c) => {
        const { kind, id, name, personId, permission, limits } = c.get("principal");
        const person = personId === undefined ? undefined : await people.get(personId);
        return c.json(
          {
            ...{ kind: kind === "anonymous" ? "person" : kind, name, role: permission.role },
            ...(id !== undefined && { id }),
            ...(person && { email: person.email }),
            ...{ folders: { ...permission.folders }, twoFactor: person?.twoFactor ?? false },
            ...(limits?.connections && { connections: [...limits.connections] }),
            ...(limits?.effects && { effects: [...limits.effects] }),
          },
          200,
        );
      },
    )
    .openapi(
      createRoute({
        ...{ method: "get", path: "/api-keys" },
        responses: { 200: json(list(schemas.apiKey), "One's own; all of them for an admin"), ...refused },
      }),
      async (c) => c.json({ items: (await keys.list(only(c.get("principal")))).map(keyAnswer) }, 200),
    )
    .openapi(
      createRoute({
        ...{ method: "post", path: "/api-keys", request: body(schemas.newApiKey) },
        responses: { 201: json(schemas.madeApiKey, "Made; the key is shown this once"), ...refused },
      }),
      async (c) => {
        const { personId, permission, kind } = c.get("principal");
        const { name, role, connections, effects, callsPerMinute, needsApproval, expiresAt } =
          c.req.valid("json");
        // A key that made keys could outlive its own end and limits.
        if (kind !== "person" || personId === undefined) {
          throw new ConnectorError(
            "forbidden",
            "person-needed",
            "Only a person in a browser makes API keys.",
            {
              hint: "Sign in and make it at Settings → API keys.",
            },
          );
        }
        if (!includesRole(roleIn(permission, undefined), role)) {
          throw new ConnectorError("forbidden", "not-allowed", `A key cannot be ${role}: you are not.`, {
            fields: [{ field: "role", message: "is more than your own" }],
          });
        }
        const { key, summary } = await keys.create({
          ...{ personId, name, role, connections, effects, callsPerMinute, needsApproval },
          expiresAt: expiresAt === undefined ? undefined : new Date(expiresAt),
        });
        return c.json({ ...keyAnswer(summary), key }, 201);
      },
    )
    .openapi(
      createRoute({
        ...{ method: "delete", path: "/api-keys/{id}", request: idParam },
        responses: { 204: { description: "It is refused from now on" }, ...refused },
      }),
      async (c) => {
        const { id } = c.req.valid("param");
        mayEnd(c.get("principal"), (await keys.get(id)).personId);
        await keys.remove(id);
        return c.body(null, 204);
      },
    )
    .openapi(
      createRoute({
        ...{ method: "get", path: "/sessions" },
        responses: { 200: json(list(schemas.session), "One's own; all of them for an admin"), ...refused },
      }),
      async (c) => {
        const principal = c.get("principal");
        const items = (await people.sessions(only(principal))).map(
          ({ id, personId, personName, ipAddress, userAgent, createdAt, expiresAt }) => ({
            ...{ id, personId, personName, current: id === principal.sessionId },
            ...{ createdAt: createdAt.toISOString(), expiresAt: expiresAt.toISOString() },
            ...(ipAddress !== undefined && { ipAddress }),
            ...(userAgent !== undefined && { userAgent }),
          }),
        );
        return c.json({ items }, 200);
      },
    )
    .openapi(
      createRoute({
        ...{ method: "delete", path: "/sessions/{id}", request: idParam },
        responses: { 204: { description: "Signed out" }, ...refused },
      }),
      async (c) => {
        const { id } = c.req.valid("param");
        const session = (await people.sessions()).find((one) => one.id === id);
        mayEnd(c.get("principal"), session?.personId);
        await people.endSession(id);
        return c.body(null, 204);
      },
    )
    .openapi(
      createRoute({
        ...{ method: "get", path: "/audit", request: { query: schemas.auditQuery } },
        responses: { 200: json(schemas.auditPage, "Who changed what, newest first"), ...refused },
      }),
      async (c) => {
        const { from, to, ...query } = c.req.valid("query");
        const { items, nextCursor } = await access.audit.list({
          ...query,
          ...{
            from: from === undefined ? undefined : new Date(from),
            to: to === undefined ? undefined : new Date(to),
          },
        });
        const shown = items.map(({ at, actor, subject, ...entry }) => ({
          ...{ ...entry, at: at.toISOString(), actor: { ...actor }, subject: { ...subject } },
        }));
        return c.json({ items: shown, ...(nextCursor !== undefined && { nextCursor }) }, 200);
      },
    );
}

const isAdmin = ({ permission }: Principal) => includesRole(permission.role, "admin");
/** Whose things are listed: one's own, or for an admin everybody's. */
const only = (principal: Principal) => (isAdmin(principal) ? undefined : (principal.personId ?? ""));

function mayEnd(principal: Principal, personId: string | undefined): void {
  if (isAdmin(principal) || (personId !== undefined && personId === principal.personId)) return;
  throw new ConnectorError("not-found", "not-found", "There is no such one of yours.");
}

function keyAnswer(key: ApiKeySummary) {
  const { id, name, personId, personName, prefix, role, needsApproval } = key;
  return {
    ...{ id, name, personId, personName, prefix, role, needsApproval: [...needsApproval] },
    ...(key.connections && { connections: [...key.connections] }),
    ...(key.effects && { effects: [...key.effects] }),
    ...(key.callsPerMinute !== undefined && { callsPerMinute: key.callsPerMinute }),
    ...(key.expiresAt && { expiresAt: key.expiresAt.toISOString() }),
    ...(key.lastUsedAt && { lastUsedAt: key.lastUsedAt.toISOString() }),
    createdAt: key.createdAt.toISOString(),
  };
}
