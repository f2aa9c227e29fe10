/** An app as a manifest: written, checked, and read again. */
import { z } from "zod";
import type { App } from "../../marketplace/app.ts";
import type { Apps, AppSettings } from "../../marketplace/apps.ts";
import { SCOPES } from "../../operations/scopes.ts";
import { type Sandbox, zoomError } from "../../sandbox.ts";
import { appOf } from "./app-rows.ts";

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

/** The operations. */
export function appManifest({ api }: Sandbox, { apps }: { readonly apps: Apps }): void {
  // Zoom: the answer is always 200; `ok` says whether it is good (zoom-api.md 4.7).
  api.on("POST /marketplace/apps/manifest/validate", (call) => {
    const errors = problemsOf(call.body<{ manifest: object }>().manifest);
    return errors.length === 0 ? { ok: true } : { ok: false, error: "invalid_manifest", errors };
  });

  api.on("GET /marketplace/apps/{appId}/manifest", (call) => ({ manifest: manifestOf(appOf(apps, call)) }));

  api.on("PUT /marketplace/apps/{appId}/manifest", (call) => {
    const app = appOf(apps, call);
    const { manifest } = call.body<{ manifest: object }>();
    const [problem] = problemsOf(manifest);
    if (problem) throw zoomError(400, 300, `The app manifest format is invalid: ${problem.message}`);
    apps.update(app, settingsOf(schema.parse(manifest)));
  });
}

function problemsOf(manifest: object): Problem[] {
  const parsed = schema.safeParse(manifest);
  if (!parsed.success) {
    return parsed.error.issues.map(({ message, path }) => ({ message, setting: `/${path.join("/")}` }));
  }
  const scopes = parsed.data.oauth_information?.scopes ?? [];
  return scopes.flatMap(({ scope }, index) =>
    SCOPES.has(scope)
      ? []
      : [{ message: `Invalid scope: ${scope}`, setting: `/oauth_information/scopes/${index}/scope` }],
  );
}

function manifestOf(app: App): object {
  const [redirect = ""] = app.redirect_urls;
  return {
    display_information: { display_name: app.name },
    oauth_information: {
      usage: app.kind === "user_managed" ? "USER_OPERATION" : "ADMIN_OPERATION",
      ...{ development_redirect_uri: redirect, production_redirect_uri: "" },
      oauth_allow_list: app.redirect_urls,
      strict_mode: (app.redirect_matching ?? "exact") === "exact",
      subdomain_strict_mode: app.redirect_matching === "subdomain",
      scopes: app.scopes.map((scope) => ({ scope, optional: false })),
    },
  };
}

function settingsOf({
  display_information,
  oauth_information = {},
}: z.output<typeof schema>): Partial<AppSettings> {
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
