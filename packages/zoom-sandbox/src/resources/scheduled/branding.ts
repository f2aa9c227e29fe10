/** How a webinar looks: wallpaper, virtual backgrounds, name tags; and where its registrations come from. */
import { type Sandbox, zoomError } from "../../sandbox.ts";
import type { Meeting, Registrant } from "../meetings/meeting-rows.ts";
import { ofPath, WEBINAR } from "./kinds.ts";

interface NameTag {
  id: string;
  name: string;
  text_color: string;
  accent_color: string;
  background_color: string;
  is_default: boolean;
}

interface Picture {
  id: string;
  name: string;
  size: number;
  type: "image";
  is_default: boolean;
}

interface Branding {
  wallpaper?: Picture;
  virtual_backgrounds: Picture[];
  name_tags: NameTag[];
}

interface TrackingSource {
  id: string;
  webinar_id: number;
  source_name: string;
  visitor_count: number;
}

const LARGEST_BYTES = 15 * 1024 * 1024;
const MOST_BACKGROUNDS = 10;
const MOST_NAME_TAGS = 20;
const KINDS = new Set(["image/jpeg", "image/gif", "image/png"]);

/** The branding's operations. */
export function branding(sandbox: Sandbox): void {
  const { api, ids } = sandbox;
  const rows = sandbox.table<Branding>("webinar_branding");
  const path = "/webinars/{webinarId}/branding";
  const of = ({ id }: Meeting): Branding => {
    const known = rows.get(id);
    if (known) return known;
    const fresh: Branding = { virtual_backgrounds: [], name_tags: [] };
    rows.set(id, fresh);
    return fresh;
  };
  const listed = (
    call: { query: (name: string) => string | undefined },
    name: string,
    known: readonly { id: string }[],
  ) => {
    const wanted = call.query(name)?.split(",").filter(Boolean) ?? [];
    if (wanted.length === 0 || wanted.some((id) => !known.some((one) => one.id === id))) {
      throw zoomError(400, 300, `Invalid parameter: \`${name}\`.`);
    }
    return (one: { id: string }) => !wanted.includes(one.id);
  };
  const picture = async (form: FormData): Promise<Picture> => {
    const file = form.get("file");
    if (!(file instanceof File))
      throw zoomError(400, 120, "No file uploaded. Verify that a file has been uploaded.");
    if (!KINDS.has(file.type))
      throw zoomError(400, 120, "You may only upload JPG/JPEG, GIF, or PNG image files.");
    if (file.size > LARGEST_BYTES) throw zoomError(400, 120, "File size cannot exceed 15M.");
    return {
      id: ids.key(),
      name: file.name,
      size: file.size,
      type: "image",
      is_default: form.get("default") === "true",
    };
  };
  /** One default at most. */
  const only = (
    all: readonly { id: string; is_default: boolean }[],
    chosen: { id: string; is_default: boolean },
  ) => {
    if (chosen.is_default) for (const one of all) one.is_default = one.id === chosen.id;
  };

  api.on(`GET ${path}`, (call) => of(ofPath(sandbox, WEBINAR, call)));

  api.on(`POST ${path}/virtual_backgrounds`, async (call) => {
    const look = of(ofPath(sandbox, WEBINAR, call));
    const fresh = await picture(await call.form());
    if (look.virtual_backgrounds.length >= MOST_BACKGROUNDS) {
      throw zoomError(400, 120, `A maximum of ${MOST_BACKGROUNDS} files are allowed for a webinar.`);
    }
    look.virtual_backgrounds.push(fresh);
    only(look.virtual_backgrounds, fresh);
    return fresh;
  });
  api.on(`PATCH ${path}/virtual_backgrounds`, (call) => {
    const look = of(ofPath(sandbox, WEBINAR, call));
    const id = call.query("id");
    const chosen = look.virtual_backgrounds.find((one) => one.id === id);
    if (!chosen) throw zoomError(400, 300, "Virtual background does not exist.");
    if (call.query("default") === "true")
      only(look.virtual_backgrounds, Object.assign(chosen, { is_default: true }));
  });
  api.on(`DELETE ${path}/virtual_backgrounds`, (call) => {
    const look = of(ofPath(sandbox, WEBINAR, call));
    look.virtual_backgrounds = look.virtual_backgrounds.filter(listed(call, "ids", look.virtual_backgrounds));
  });

  api.on(`POST ${path}/wallpaper`, async (call) => {
    const look = of(ofPath(sandbox, WEBINAR, call));
    look.wallpaper = await picture(await call.form());
    return look.wallpaper;
  });
  api.on(`DELETE ${path}/wallpaper`, (call) => {
    delete of(ofPath(sandbox, WEBINAR, call)).wallpaper;
  });

  api.on(`POST ${path}/name_tags`, (call) => {
    const look = of(ofPath(sandbox, WEBINAR, call));
    if (look.name_tags.length >= MOST_NAME_TAGS) {
      throw zoomError(
        400,
        3000,
        "You have reached the limit for the number of name tags you can add for this webinar.",
      );
    }
    const tag: NameTag = { ...call.body<NameTag>(), id: ids.key() };
    tag.is_default ??= look.name_tags.length === 0;
    look.name_tags.push(tag);
    only(look.name_tags, tag);
    return tag;
  });
  api.on(`PATCH ${path}/name_tags/{nameTagId}`, (call) => {
    const look = of(ofPath(sandbox, WEBINAR, call));
    const tag = look.name_tags.find(({ id }) => id === call.params.nameTagId);
    if (!tag) throw zoomError(400, 300, "Name Tag does not exist.");
    Object.assign(tag, call.body<Partial<NameTag>>());
    only(look.name_tags, tag);
  });
  api.on(`DELETE ${path}/name_tags`, (call) => {
    const look = of(ofPath(sandbox, WEBINAR, call));
    look.name_tags = look.name_tags.filter(listed(call, "name_tag_ids", look.name_tags));
  });

  trackingSources(sandbox);
}

/** Sources are made in Zoom's portal: here by a route of the control plane. */
function trackingSources(sandbox: Sandbox): void {
  const { api, ids } = sandbox;
  const rows = sandbox.table<TrackingSource>("webinar_tracking_sources");
  api.on("GET /webinars/{webinarId}/tracking_sources", (call) => {
    const webinar = ofPath(sandbox, WEBINAR, call);
    const registered = sandbox.table<Registrant>(WEBINAR.registrants).by("meeting_id", webinar.id);
    const tracking_sources = rows
      .filter(({ webinar_id }) => webinar_id === webinar.id)
      .map(({ id, source_name, visitor_count }) => ({
        ...{ id, source_name, visitor_count },
        registration_count: registered.filter(({ source_id }) => source_id === id).length,
        tracking_url: `${sandbox.origin()}/webinar/register/${webinar.id}?source=${id}`,
      }));
    return { total_records: tracking_sources.length, tracking_sources };
  });
  sandbox.app.post("/_sandbox/webinars/:webinarId/tracking_sources", async (c) => {
    const webinarId = c.req.param("webinarId");
    if (!sandbox.table("webinars").has(webinarId))
      return c.json({ error: `There is no webinar ${webinarId}.` }, 404);
    const { readBody, trackingSourceBody } = await import("../told-bodies.ts");
    const { source_name, visitor_count } = await readBody(c, trackingSourceBody);
    const source = {
      id: ids.key(),
      webinar_id: Number(webinarId),
      source_name,
      visitor_count,
    };
    rows.set(source.id, source);
    return c.json(source, 201);
  });
}
