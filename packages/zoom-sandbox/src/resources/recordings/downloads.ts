/** `/rec/download/…`: the files, streamed, with ranges and Zoom's rules of who may. */
import type { Context } from "hono";
import { html } from "hono/html";
import { z } from "zod";
import { page } from "../../portal/layout.ts";
import type { Sessions } from "../../portal/session.ts";
import { withQuery } from "../../portal/with-query.ts";
import { readBody } from "../../read-body.ts";
import { type Sandbox, type SandboxEnv, type User, zoomError } from "../../sandbox.ts";
import type { Tokens } from "../../oauth/tokens.ts";
import type { Archive } from "../archiving/archive-files.ts";
import { zoomTime } from "../meetings/meeting-rows.ts";
import { opens } from "./download-tokens.ts";
import { createFileLinks } from "./file-links.ts";
import { fileKind, recordedFile } from "./recorded-file.ts";
import { sendFile } from "./send-file.ts";
import { filesOf, type Recording, type RecordingFile, type RecordingUse } from "./recording-rows.ts";
import { watchPages } from "./watch-pages.ts";

const sizeBody = z.strictObject({ file_size: z.int().min(0).max(1e13) });
const invalidSize = (message: string) =>
  zoomError(400, 300, "Validation Failed.", [{ field: "file_size", message }]);
const RECORDING_SCOPES = /^(cloud_recording:read:|recording:(read|write))/;
const ARCHIVE_SCOPES = /^(archiving:read:|recording:read)/;

/** The pages and files of recordings. */
export function downloads(sandbox: Sandbox, tokens: Tokens, sessions: Sessions): void {
  const { app, table, clock, users } = sandbox;
  const rows = table<Recording>("recordings");
  const links = createFileLinks(clock);

  const find = (key: string): { recording: Recording; file: RecordingFile } | undefined => {
    for (const recording of rows.all()) {
      const file = filesOf(recording).find((one) => one.key === key);
      if (file && recording.completed_at !== undefined) return { recording, file };
    }
    return undefined;
  };

  /** Who fetches it: by the recording's own token, or by an OAuth token of its host or an admin's app with a fitting scope. */
  function fetcher(
    c: Context<SandboxEnv>,
    { uuid, host_id }: Pick<Recording, "uuid" | "host_id">,
    scopes: RegExp,
  ): User | undefined {
    const header = c.req.header("authorization") ?? "";
    const token = /^bearer /i.test(header) ? header.slice(7).trim() : (c.req.query("access_token") ?? "");
    if (opens(sandbox, token, uuid)) return users.find(host_id);
    const oauth = tokens.access(token);
    if (!oauth || oauth.expires_ms <= clock.nowMs()) return undefined;
    const fits = oauth.scopes.filter((scope) => scopes.test(scope));
    const may = fits.some((scope) => oauth.user_id === host_id || /:(admin|master)$/.test(scope));
    const user = users.find(oauth.user_id);
    return may && user?.status === "active" ? user : undefined;
  }

  // Zoom: a wrong or missing token is answered 200 with a page, so clients must look at the type (zoom-api.md 8.9).
  const refused = (c: Context<SandboxEnv>): Response | Promise<Response> =>
    c.html(
      page({
        title: "Recording",
        body: html`<section class="card narrow"><h1>Recording</h1><p>You may not see this recording, or it is there no more. Sign in as its host, or use its link with the passcode.</p></section>`,
      }),
      200,
    );

  app.on(["GET", "HEAD"], "/rec/download/:key", (c) => {
    const found = find(c.req.param("key"));
    const person = found && fetcher(c, found.recording, RECORDING_SCOPES);
    if (!person) return refused(c);
    // Zoom: the address of the file is another one; it is asked for once more.
    const { key } = found.file;
    return c.redirect(withQuery(`/rec/file/${key}`, { e: links.sign(key), by: person.id }), 302);
  });

  app.on(["GET", "HEAD"], "/rec/file/:key", (c) => {
    const found = find(c.req.param("key"));
    if (!found || !links.opens(found.file.key, c.req.query("e") ?? "")) return refused(c);
    const { recording, file } = found;
    const by = c.req.query("by");
    const answer = sendFile(c.env.incoming, recordedFile(sandbox, recording, file), {
      ...fileKind(file),
      changed: file.recording_end,
    });
    // A part is not the download, nor is what the player of the page reads.
    if (c.req.method === "GET" && by !== undefined && answer.status === 200)
      note(recording, "download", users.find(by));
    return answer;
  });

  app.on(["GET", "HEAD"], "/rec/archive/download/:key", (c) => {
    const key = c.req.param("key");
    const row = table<Archive>("archives").find((one) => one.archive_files.some((file) => file.key === key));
    const file = row?.archive_files.find((one) => one.key === key);
    if (!row || !file || !fetcher(c, row, ARCHIVE_SCOPES)) return refused(c);
    return sendFile(c.env.incoming, recordedFile(sandbox, row, file), {
      ...fileKind(file),
      changed: file.recording_end,
    });
  });

  function note({ uuid }: Recording, kind: RecordingUse["kind"], person: User | undefined): void {
    const { display_name: name = "Anonymous", email = "" } = person ?? {};
    const use = { uuid, kind, time: zoomTime(clock.now()), name, email };
    table<RecordingUse>("recording_uses").set(sandbox.ids.key(), use);
  }

  watchPages({
    ...{ sandbox, sessions, links, fileOf: find },
    watched: (recording, person) => note(recording, "view", person),
  });

  // No part of Zoom: makes a file as big as a test wants; it is never held whole.
  app.put("/_sandbox/recordings/:fileId/size", async (c) => {
    const { file_size } = await readBody(c, sizeBody);
    const file = rows
      .all()
      .flatMap(({ files }) => files)
      .find(({ id }) => id === c.req.param("fileId"));
    if (!file) return c.json({ error: `There is no recording file ${c.req.param("fileId")}.` }, 404);
    if (file.file_type !== "MP4" && file.file_type !== "M4A")
      throw invalidSize(
        `a file of type ${file.file_type} is as big as what it says; MP4 and M4A can be made bigger`,
      );
    const { size } = recordedFile(sandbox, { uuid: "" }, { ...file, file_size });
    if (size !== file_size) throw invalidSize(`must be ${size + 16} or more: the recording takes as much`);
    file.file_size = file_size;
    return c.json(file);
  });
}
