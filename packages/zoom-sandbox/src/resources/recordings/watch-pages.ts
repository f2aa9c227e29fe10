/**
 * `/rec/play/…` and `/rec/share/…`: the pages where people watch. The host and who may see everybody's recordings watch
 * at once; others as the recording's settings say: signed in, with its passcode, or not at all.
 */
import type { Context } from "hono";
import { html } from "hono/html";
import { formOf } from "../../portal/form.ts";
import { type Markup, page } from "../../portal/layout.ts";
import type { Sessions } from "../../portal/session.ts";
import { same } from "../../same.ts";
import { withQuery } from "../../portal/with-query.ts";
import type { Sandbox, SandboxEnv, User } from "../../sandbox.ts";
import type { FileLinks } from "./file-links.ts";
import { filesOf, type Recording, type RecordingFile } from "./recording-rows.ts";

interface WatchParts {
  readonly sandbox: Sandbox;
  readonly sessions: Sessions;
  readonly links: FileLinks;
  readonly fileOf: (key: string) => { recording: Recording; file: RecordingFile } | undefined;
  /** Remembers that somebody watched. */
  readonly watched: (recording: Recording, person: User | undefined) => void;
}

type Answer = Response | Promise<Response>;

/** Registers the pages. */
export function watchPages({ sandbox, sessions, links, fileOf, watched }: WatchParts): void {
  const { app, table, roles } = sandbox;
  const rows = table<Recording>("recordings");

  const show = (c: Context<SandboxEnv>, title: string, body: Markup): Answer =>
    c.html(page({ title, body: html`<section class="card narrow"><h1>${title}</h1>${body}</section>` }), 200);
  const gone = (c: Context<SandboxEnv>): Answer =>
    show(c, "Recording", html`<p>This recording does not exist, or lies in the trash. Ask its host.</p>`);
  const closed = (c: Context<SandboxEnv>, { topic }: Recording): Answer =>
    show(c, topic, html`<p>This recording is shared with nobody. Sign in as its host to see it.</p>`);

  const mayAlways = (user: User | undefined, { host_id }: Recording): boolean =>
    user !== undefined && (user.id === host_id || roles.allows(user, "Recording:Read"));

  /** What stands between the person and the recording; undefined when nothing does. */
  function barred(c: Context<SandboxEnv>, recording: Recording, given: string): Answer | undefined {
    const user = sessions.person(c);
    if (mayAlways(user, recording)) return undefined;
    const { share_recording: shared, recording_authentication: signedIn } = recording.settings;
    if (shared === "none") return closed(c, recording);
    if ((shared === "internally" || signedIn === true) && user === undefined) {
      const { search, pathname } = new URL(c.req.url);
      return c.redirect(withQuery("/signin", { continue: `${pathname}${search}` }));
    }
    const { passcode, topic } = recording;
    if (passcode === "" || same(given, passcode)) return undefined;
    return show(
      c,
      topic,
      html`${given === "" ? "" : html`<p class="problem">The passcode is wrong.</p>`}<form method="post">
        <label for="pwd">Passcode</label><input id="pwd" name="pwd" type="password" required />
        <div class="actions"><button class="primary">Watch recording</button></div></form>`,
    );
  }

  function watch(c: Context<SandboxEnv>, recording: Recording, file: RecordingFile, given: string): Answer {
    const bar = barred(c, recording, given);
    if (bar !== undefined) return bar;
    watched(recording, sessions.person(c));
    const source = withQuery(`/rec/file/${file.key}`, { e: links.sign(file.key) });
    const player =
      file.file_type === "MP4"
        ? html`<video controls preload="metadata" src="${source}" style="width:100%"></video>`
        : file.file_type === "M4A"
          ? html`<audio controls preload="metadata" src="${source}"></audio>`
          : html`<p><a href="${source}">${file.recording_type.replaceAll("_", " ")}</a></p>`;
    return c.html(
      page({
        title: recording.topic,
        body: html`<section class="card"><h1>${recording.topic}</h1>${player}</section>`,
      }),
    );
  }

  // Zoom: the passcode goes with the address as `pwd` (recording_play_passcode), or is typed.
  const passcodeOf = async (c: Context<SandboxEnv>): Promise<string> =>
    c.req.method === "POST" ? (await formOf(c)).text("pwd") : (c.req.query("pwd") ?? "");
  app.on(["GET", "POST"], "/rec/play/:key", async (c) => {
    const found = fileOf(c.req.param("key"));
    return found ? watch(c, found.recording, found.file, await passcodeOf(c)) : gone(c);
  });
  app.on(["GET", "POST"], "/rec/share/:uuid", async (c) => {
    const recording = rows.get(c.req.param("uuid"));
    const files = recording?.completed_at === undefined ? [] : filesOf(recording);
    const file = files.find(({ file_type }) => file_type === "MP4") ?? files[0];
    return recording && file ? watch(c, recording, file, await passcodeOf(c)) : gone(c);
  });
}
