/** What a manifest may hold, and what it says. */
import { z } from "zod";
import type { AppSettings } from "../../marketplace/apps.ts";
import { allScopes } from "../../operations/scopes.ts";

// Zoom: https://developers.zoom.us/docs/build-flow/manifests/schema/oauth-information/
const oauth = z.looseObject({
  usage: z.enum(["USER_OPERATION", "ADMIN_OPERATION"]).optional(),
  development_redirect_uri: z.string().optional(),
  production_redirect_uri: z.string().optional(),
  oauth_allow_list: z.array(z.string()).optional(),
  strict_mode: z.boolean().optional(),
  subdomain_strict_mode: z.boolean().optional(),
  scopes: z.array(z.looseObject({ scope: z.string(), optional: z.boolean().optional() })).optional(),
});
const schema = z.looseObject({
  display_information: z.looseObject({ display_name: z.string().min(1).max(50) }).optional(),
  oauth_information: oauth.optional(),
});

interface Problem {
  readonly message: string;
  readonly setting: string;
}

/** What is wrong with a manifest. */
export function problemsOf(manifest: object): Problem[] {
  const parsed = schema.safeParse(manifest);
  if (!parsed.success) {
    return parsed.error.issues.map(({ message, path }) => ({ message, setting: `/${path.join("/")}` }));
  }
  const scopes = parsed.data.oauth_information?.scopes ?? [];
  return scopes.flatMap(({ scope }, index) =>
    allScopes().has(scope)
      ? []
      : [{ message: `Invalid scope: ${scope}`, setting: `/oauth_information/scopes/${index}/scope` }],
  );
}

/** The settings that a manifest without problems names. */
export function settingsOf(manifest: object): Partial<AppSettings> {
  const { display_information, oauth_information = {} } = schema.parse(manifest);
  const { development_redirect_uri, oauth_allow_list, strict_mode, subdomain_strict_mode, scopes } =
    oauth_information;
  const urls = [...new Set([development_redirect_uri, ...(oauth_allow_list ?? [])])].filter(
    (url): url is string => url !== undefined && url !== "",
  );
  return {
    ...(display_information && { name: display_information.display_name }),
    ...(urls.length > 0 && { redirect_urls: urls }),
    ...(strict_mode !== undefined && {
      redirect_matching: strict_mode ? "exact" : subdomain_strict_mode === true ? "subdomain" : "prefix",
    }),
    ...(scopes && { scopes: scopes.map(({ scope }) => scope) }),
  };
}
