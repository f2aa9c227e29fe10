/** Panelists of webinars. */
import { type Sandbox, zoomError } from "../../sandbox.ts";
import { zoomTime } from "../meetings/meeting-rows.ts";
import { ofPath, WEBINAR } from "./kinds.ts";

/** A panelist. Table `panelists`, by `<webinar>/<id>`. */
export interface Panelist {
  id: string;
  webinar_id: number;
  name: string;
  email: string;
  join_url?: string;
  name_tag_id?: string;
  virtual_background_id?: string;
}

const MOST_PANELISTS = 100;

/** The panelists' operations. */
export function panelists(sandbox: Sandbox): void {
  const { api, ids, clock } = sandbox;
  const rows = sandbox.table<Panelist>("panelists");
  const of = (webinarId: number) => rows.by("webinar_id", webinarId);
  const path = "/webinars/{webinarId}/panelists";

  api.on(`GET ${path}`, (call) => {
    const all = of(ofPath(sandbox, WEBINAR, call).id);
    return { panelists: all, total_records: all.length };
  });
  api.on(`POST ${path}`, (call) => {
    const webinar = ofPath(sandbox, WEBINAR, call);
    const { panelists: given = [] } = call.body<{ panelists?: Partial<Panelist>[] }>();
    const known = of(webinar.id);
    const fresh = given.filter(
      ({ email = "" }) => !known.some((one) => one.email.toLowerCase() === email.toLowerCase()),
    );
    if (known.length + fresh.length > MOST_PANELISTS) {
      throw zoomError(400, 3000, "You have reached the limit for the number of panelists you can add.");
    }
    for (const { name = "", email = "", ...more } of fresh) {
      const id = ids.key();
      const join_url = `${sandbox.origin()}/w/${webinar.id}?tk=${ids.secret(43)}`;
      rows.set(`${webinar.id}/${id}`, { ...more, id, webinar_id: webinar.id, name, email, join_url });
    }
    // Zoom: the id of this answer is the webinar's, as text.
    return { id: String(webinar.id), updated_at: zoomTime(clock.now()) };
  });
  api.on(`DELETE ${path}`, (call) => {
    const { id } = ofPath(sandbox, WEBINAR, call);
    for (const panelist of of(id)) rows.delete(`${id}/${panelist.id}`);
  });
  api.on(`DELETE ${path}/{panelistId}`, (call) => {
    const { id } = ofPath(sandbox, WEBINAR, call);
    if (!rows.delete(`${id}/${call.params.panelistId}`)) throw zoomError(400, 300, "Invalid panelist ID.");
  });
}
