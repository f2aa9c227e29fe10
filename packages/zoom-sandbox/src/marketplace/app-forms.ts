import type { Form } from "../portal/form.ts";
import { zoomError } from "../sandbox.ts";
import type { RedirectMatching } from "../oauth/redirects.ts";
import { APP_KINDS, type AppKind } from "./app.ts";
import type { AppSettings, Subscribed } from "./apps.ts";
import { MATCHINGS } from "./feature-fields.ts";
import { subscriptionMethodOf } from "./subscription-form.ts";

/** The app that a form describes; fields it lacks are left out. @throws {ZoomError} */
export function settingsOf(form: Form): Partial<AppSettings> {
  return {
    ...(form.has("name") && { name: form.text("name") }),
    ...(form.has("redirect_urls") && { redirect_urls: words(form, "redirect_urls") }),
    ...(form.has("redirect_matching") && {
      redirect_matching: oneOf<RedirectMatching>(form, "redirect_matching", MATCHINGS),
    }),
    ...(form.has("public_client") && { public_client: form.text("public_client") === "true" }),
    ...(form.has("needs_approval") && { needs_approval: form.text("needs_approval") === "true" }),
    ...(form.has("scopes") && { scopes: words(form, "scopes") }),
    ...(form.has("deauthorization_url") && { deauthorization_url: form.text("deauthorization_url") }),
  };
}

/** The new app that a form describes. @throws {ZoomError} */
export function newAppOf(form: Form): AppSettings {
  return {
    ...{ name: "", redirect_urls: [], scopes: [], deauthorization_url: "" },
    ...settingsOf(form),
    kind: form.has("kind") ? oneOf<AppKind>(form, "kind", APP_KINDS) : "admin_managed",
  };
}

/** The event subscription that a form describes. @throws {ZoomError} */
export function subscriptionOf(form: Form): Subscribed {
  return {
    ...{ name: form.text("name") || "Events", url: form.text("url"), events: words(form, "events") },
    ...subscriptionMethodOf(form),
  };
}

function oneOf<Name extends string>(form: Form, field: string, names: Readonly<Record<Name, string>>): Name {
  const given = form.text(field);
  const found = (Object.keys(names) as Name[]).find((name) => name === given);
  if (found === undefined)
    throw zoomError(400, 1500, `${field}: must be one of ${Object.keys(names).join(", ")}.`);
  return found;
}

function words(form: Form, name: string): string[] {
  return [...new Set(form.list(name).flatMap((text) => text.split(/[\s,]+/).filter(Boolean)))];
}
