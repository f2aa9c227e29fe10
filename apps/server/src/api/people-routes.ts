/** The routes of people and their roles, for admins. */
import type { PersonSummary } from "@greenroom/engine";
import { createRoute } from "@hono/zod-openapi";
import type { SendMail } from "../access/mail.ts";
import * as schemas from "./access-schemas.ts";
import { body, idParam, json, list, newRoutes, refused } from "./route-parts.ts";
import type { SignInContext } from "./sign-in-routes.ts";

const inviteMs = 7 * 86_400_000;

/** Makes the routes of `/people`. */
export function createPeopleRoutes({ access, signIn, publicUrl }: SignInContext, mail: SendMail | undefined) {
  const { people } = access;

  /** A link to set a password by, mailed where mail is configured. */
  async function passwordLink(person: PersonSummary) {
    const link = await signIn.oneTimeLink("password", person.id, inviteMs);
    const text = `You can sign in to Greenroom at ${publicUrl}.\n\nSet your password here within a week:\n${link}\n`;
    await mail?.({ to: person.email, subject: "Your account at Greenroom", text });
    return { link, mailed: mail !== undefined };
  }

  return newRoutes()
    .openapi(
      createRoute({
        ...{
          method: "get",
          path: "/people",
          responses: { 200: json(list(schemas.person), "People"), ...refused },
        },
      }),
      async (c) => c.json({ items: (await people.list()).map(personAnswer) }, 200),
    )
    .openapi(
      createRoute({
        ...{ method: "post", path: "/people", request: body(schemas.newPerson) },
        responses: {
          201: json(schemas.invitedPerson, "Invited, with the link to set a password"),
          ...refused,
        },
      }),
      async (c) => {
        const person = await people.invite(c.req.valid("json"));
        return c.json({ ...personAnswer(person), ...(await passwordLink(person)) }, 201);
      },
    )
    .openapi(
      createRoute({
        ...{ method: "get", path: "/people/{id}", request: idParam },
        responses: { 200: json(schemas.person, "One person"), ...refused },
      }),
      async (c) => c.json(personAnswer(await people.get(c.req.valid("param").id)), 200),
    )
    .openapi(
      createRoute({
        ...{ method: "patch", path: "/people/{id}", request: { ...idParam, ...body(schemas.personChange) } },
        responses: { 200: json(schemas.person, "Changed"), ...refused },
      }),
      async (c) =>
        c.json(personAnswer(await people.update(c.req.valid("param").id, c.req.valid("json"))), 200),
    )
    .openapi(
      createRoute({
        ...{ method: "delete", path: "/people/{id}", request: idParam },
        responses: { 204: { description: "Gone, with their keys and sessions" }, ...refused },
      }),
      async (c) => {
        await people.remove(c.req.valid("param").id);
        return c.body(null, 204);
      },
    )
    .openapi(
      createRoute({
        ...{ method: "post", path: "/people/{id}/password-link", request: idParam },
        responses: { 201: json(schemas.oneTimeLink, "A link to set a password, once"), ...refused },
      }),
      async (c) => {
        const person = await people.get(c.req.valid("param").id);
        const expiresAt = new Date(Date.now() + inviteMs).toISOString();
        return c.json({ ...(await passwordLink(person)), expiresAt }, 201);
      },
    );
}

/** A person as the API shows them. */
function personAnswer({ id, name, email, role, folders, state, twoFactor, createdAt }: PersonSummary) {
  return {
    ...{ id, name, email, role, folders: { ...folders }, state, twoFactor },
    createdAt: createdAt.toISOString(),
  };
}
