/** Routes to act as people: `/_sandbox/meetings/…` and `/_sandbox/webinars/…`. Their effects are what Zoom would show and tell. */
import type { Context } from "hono";
import type { Sandbox, SandboxEnv } from "../sandbox.ts";
import { ZoomError } from "../sandbox.ts";
import { once, virtualFile } from "../media/virtual-file.ts";
import { sendFile } from "../resources/recordings/send-file.ts";
import { perform, sceneOf } from "./action.ts";
import { actions } from "./actions.ts";
import { ringOn } from "./calls.ts";
import { linkPages } from "./link-pages.ts";
import { type Planned, wrongField } from "./session.ts";
import { scenarioRoutes } from "./scenarios/scenario-routes.ts";
import type { SessionMessage } from "./session-rows.ts";
import { endSupportWithSession } from "./support.ts";
import { viewOf } from "./view.ts";

type Kind = "meetings" | "webinars";

const FILLING = new TextEncoder().encode("x");

/** The routes. */
export function people(sandbox: Sandbox): void {
  const { app, table } = sandbox;
  sandbox.onRestore(() => ringOn(sandbox));
  endSupportWithSession(sandbox);
  scenarioRoutes(sandbox);
  linkPages(sandbox);

  const find = (kind: Kind, id: string): Planned | undefined => {
    const row = table<Planned & { deleted?: boolean }>(kind).get(id);
    return row?.deleted === true ? undefined : row;
  };

  for (const kind of ["meetings", "webinars"] as const) {
    const nothing = (c: Context<SandboxEnv>) =>
      c.json({ error: `There is no ${kind.slice(0, -1)} ${c.req.param("id")}.` }, 404);

    app.get(`/_sandbox/${kind}/:id`, (c) => {
      const planned = find(kind, c.req.param("id"));
      return planned ? c.json(viewOf(sandbox, planned)) : nothing(c);
    });

    for (const [name, action] of Object.entries(actions)) {
      app.post(`/_sandbox/${kind}/:id/${name}`, async (c) => {
        const planned = find(kind, c.req.param("id"));
        if (!planned) return nothing(c);
        const text = await c.req.text();
        try {
          return c.json(perform(action, sceneOf(sandbox, planned), parse(text)));
        } catch (error) {
          if (error instanceof ZoomError) return c.json({ error: error.message }, 409);
          throw error;
        }
      });
    }
    app.post(`/_sandbox/${kind}/:id/:what{.+}`, (c) => {
      const error = `Nobody can ${c.req.param("what")}: people can ${Object.keys(actions).join(", ")}.`;
      return c.json({ error }, 404);
    });
  }

  app.get("/chat-file/:id", (c) => {
    const id = c.req.param("id");
    const message = table<SessionMessage>("session_messages").find(({ file }) => file?.id === id);
    if (!message?.file) return c.notFound();
    const { name, size, content } = message.file;
    const bytes =
      content === undefined ? { bytes: FILLING, times: size } : once(new TextEncoder().encode(content));
    const kind = { name: `${id}.${message.file.type}`, type: "application/octet-stream" };
    const answer = sendFile(c.env.incoming, virtualFile([bytes]), kind);
    if (answer.headers.has("content-disposition"))
      answer.headers.set("content-disposition", `attachment; filename*=UTF-8''${encodeURIComponent(name)}`);
    return answer;
  });
}

function parse(text: string): unknown {
  try {
    return text.trim() === "" ? {} : JSON.parse(text);
  } catch (error) {
    throw wrongField("", `is not JSON: ${error instanceof Error ? error.message : String(error)}`);
  }
}
