/** `/rec/download/…`, `/rec/play/…`, `/rec/share/…`: the files, streamed, with ranges and Zoom's rules of who may. */
import type { Context } from "hono";
import { html } from "hono/html";
import { z } from "zod";
import { page } from "../../portal/layout.ts";
import { readBody } from "../../read-body.ts";
import type { Sandbox, SandboxEnv } from "../../sandbox.ts";
import type { Tokens } from "../../oauth/tokens.ts";
import { zoomTime } from "../meetings/meeting-rows.ts";
import { opens } from "./download-tokens.ts";
import { fileKind, recordedFile } from "./recorded-file.ts";
import { sendFile } from "./send-file.ts";
import { filesOf, type Recording, type RecordingFile, type RecordingUse } from "./recording-rows.ts";

const sizeBody = z.strictObject({ file_size: z.int().min(0).max(1e13) });
const SCOPES = /^(cloud_recording:read:|recording:(read|write)|archiving:read:)/;

/** The pages and files of recordings. */
export function downloads(sandbox: Sandbox, tokens: Tokens): void {
  const { app, table, clock, users } = sandbox;
  const rows = table<Recording>("recordings");

  const find = (key: string): { recording: Recording; file: RecordingFile } | undefined => {
    for (const recording of rows.all()) {
      const file = filesOf(recording).find((one) => one.key === key);
      if (file) return { recording, file };
    }
    return undefined;
  };

  /** Who may: the recording's own token, or an OAuth token of its host or an admin's app with a fitting scope. */
  function allowed(c: Context<SandboxEnv>, { uuid, host_id }: Recording): boolean {
    const header = c.req.header("authorization") ?? "";
    const token = /^bearer /i.test(header) ? header.slice(7).trim() : (c.req.query("access_token") ?? "");
    if (opens(sandbox, token, uuid)) return true;
    const oauth = tokens.access(token);
    if (!oauth || oauth.expires_ms <= clock.now().getTime()) return false;
    const fits = oauth.scopes.filter((scope) => SCOPES.test(scope));
    return fits.some((scope) => oauth.user_id === host_id || /:(admin|master)$/.test(scope));
  }

  // Zoom: a wrong or missing token is answered 200 with a page, so clients must look at the type (zoom-api.md 8.9).
  const refused = (c: Context<SandboxEnv>): Response | Promise<Response> =>
    c.html(
      page({
        title: "Recording",
        body: html`<section class="card narrow"><h1>Recording</h1><p>You may not see this recording. Sign in as its host, or use its link with the passcode.</p></section>`,
      }),
      200,
    );

  app.on(["GET", "HEAD"], "/rec/download/:key", (c) => {
    const found = find(c.req.param("key"));
    if (!found || !allowed(c, found.recording)) return refused(c);
    // Zoom: the address of the file is another one; it is asked for once more.
    return c.redirect(
      `/rec/file/${found.file.key}?uuid=${encodeURIComponent(found.recording.uuid)}&e=${sign(found)}`,
      302,
    );
  });
  /** Only who was sent here finds the file: the address names what nobody can guess. */
  const sign = ({ file }: { file: RecordingFile }): string => Buffer.from(file.id).toString("base64url");

  app.on(["GET", "HEAD"], "/rec/file/:key", (c) => {
    const found = find(c.req.param("key"));
    if (!found || c.req.query("e") !== sign(found)) return refused(c);
    const { recording, file } = found;
    if (c.req.method === "GET" && !c.req.header("range")) note(recording, "download");
    return sendFile(c.env.incoming, recordedFile(sandbox, recording, file), fileKind(file));
  });

  function note({ uuid, host_id }: Recording, kind: RecordingUse["kind"]): void {
    const host = users.find(host_id);
    const use = {
      uuid,
      kind,
      time: zoomTime(clock.now()),
      name: host?.display_name ?? "",
      email: host?.email ?? "",
    };
    table<RecordingUse>("recording_uses").set(sandbox.ids.key(), use);
  }

  app.get("/rec/play/:key", (c) => {
    const found = find(c.req.param("key"));
    if (!found) return refused(c);
    note(found.recording, "view");
    const source = `/rec/file/${found.file.key}?e=${sign(found)}`;
    return c.html(
      page({
        title: found.recording.topic,
        body: html`<section class="card"><h1>${found.recording.topic}</h1>
          <video controls preload="metadata" src="${source}" style="width:100%"></video></section>`,
      }),
    );
  });
  app.get("/rec/share/:uuid", (c) => {
    const recording = rows.get(c.req.param("uuid"));
    const file = recording && filesOf(recording).find(({ file_type }) => file_type === "MP4");
    return file ? c.redirect(`/rec/play/${file.key}`) : refused(c);
  });

  // No part of Zoom: makes a file as big as a test wants; it is never held whole.
  app.put("/_sandbox/recordings/:fileId/size", async (c) => {
    const { file_size } = await readBody(c, sizeBody);
    const file = rows
      .all()
      .flatMap(({ files }) => files)
      .find(({ id }) => id === c.req.param("fileId"));
    if (!file) return c.json({ error: `There is no recording file ${c.req.param("fileId")}.` }, 404);
    file.file_size = file_size;
    return c.json(file);
  });
}
