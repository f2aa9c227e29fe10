/** An app as a manifest: written, checked, and read again. */
import type { App } from "../../marketplace/app.ts";
import type { Apps } from "../../marketplace/apps.ts";
import { type Sandbox, zoomError } from "../../sandbox.ts";
import { appOf } from "./app-rows.ts";

/** The operations. */
export function appManifest({ api }: Sandbox, { apps }: { readonly apps: Apps }): void {
  // Zoom: the answer is always 200; `ok` says whether it is good (zoom-api.md 4.7).
  api.on("POST /marketplace/apps/manifest/validate", async (call) => {
    const { problemsOf } = await import("./manifest-file.ts");
    const errors = problemsOf(call.body<{ manifest: object }>().manifest);
    return errors.length === 0 ? { ok: true } : { ok: false, error: "invalid_manifest", errors };
  });

  api.on("GET /marketplace/apps/{appId}/manifest", (call) => ({ manifest: manifestOf(appOf(apps, call)) }));

  api.on("PUT /marketplace/apps/{appId}/manifest", async (call) => {
    const app = appOf(apps, call);
    const { problemsOf, settingsOf } = await import("./manifest-file.ts");
    const { manifest } = call.body<{ manifest: object }>();
    const [problem] = problemsOf(manifest);
    if (problem) throw zoomError(400, 300, `The app manifest format is invalid: ${problem.message}`);
    apps.update(app, settingsOf(manifest));
  });
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
