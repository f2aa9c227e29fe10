import { html } from "hono/html";
import type { Approvals } from "../marketplace/approvals.ts";
import type { Apps } from "../marketplace/apps.ts";
import { createPages, withNotice } from "../portal/admin.ts";
import { page } from "../portal/layout.ts";
import type { Sessions } from "../portal/session.ts";
import { type Sandbox, type User, zoomError } from "../sandbox.ts";
import { type Consent, consentOf, consentPage } from "./consent.ts";
import type { DeviceCode, DeviceCodes } from "./device-codes.ts";

/** The pages where a person enters the code that a device shows, and allows the device's app. */
export function devicePages(parts: {
  readonly sandbox: Sandbox;
  readonly sessions: Sessions;
  readonly apps: Apps;
  readonly approvals: Approvals;
  readonly deviceCodes: DeviceCodes;
}): void {
  const { sandbox, sessions, apps, approvals, deviceCodes } = parts;
  const pages = createPages({ sandbox, sessions });
  const ENTER = "/oauth_device";
  const pathOf = (userCode: string): string => `/oauth/device/complete/${encodeURIComponent(userCode)}`;

  function waiting(userCode = ""): DeviceCode {
    const row = deviceCodes.byUserCode(userCode);
    if (row === undefined)
      throw zoomError(
        400,
        300,
        "No device waits under this code; it is wrong, used or older than 15 minutes.",
      );
    return row;
  }
  function ask(row: DeviceCode, user: User): Consent {
    const app = apps.find(row.app_id);
    if (app === undefined) throw zoomError(404, 1401, `App ID does not exist: ${row.app_id}`);
    return consentOf(app, user, app.scopes, { roles: sandbox.roles, approvals });
  }

  pages.get(ENTER, undefined, (c, user) =>
    c.html(
      page({
        ...{ title: "Connect a device", user, notice: c.req.query("notice") },
        body: html`<section class="card narrow"><h1>Connect a device</h1>
          <p>Enter the code that the device shows.</p>
          <form method="post" action="${ENTER}"><input type="hidden" name="csrf" value="${sessions.csrf(user)}" />
            <label for="user_code">Code</label><input id="user_code" name="user_code" autocomplete="off" autocapitalize="characters" required />
            <div class="actions"><button class="primary">Continue</button></div></form></section>`,
      }),
    ),
  );
  pages.post(ENTER, undefined, (_, __, form) => pathOf(waiting(form.text("user_code")).user_code));

  pages.get("/oauth/device/complete/:code", undefined, (c, user) => {
    const row = deviceCodes.byUserCode(c.req.param("code") ?? "");
    if (row === undefined) return c.redirect(ENTER);
    return c.html(consentPage(ask(row, user), { action: pathOf(row.user_code), csrf: sessions.csrf(user) }));
  });
  pages.post("/oauth/device/complete/:code", undefined, (c, user, form) => {
    const row = waiting(c.req.param("code"));
    const { app, approval, possible, scopes } = ask(row, user);
    const decision = form.text("decision");
    if (decision === "request" && approval !== "given") {
      approvals.request(app, user, form.text("reason"));
      return pathOf(row.user_code);
    }
    if (decision === "allow" && (approval !== "given" || !possible)) return pathOf(row.user_code);
    const allowed = decision === "allow";
    Object.assign(row, { status: allowed ? "allowed" : "denied", user_id: user.id, scopes });
    const said = allowed
      ? `${app.name} may go on: look at your device.`
      : "You declined; the device is told.";
    return withNotice(ENTER, said);
  });
}
