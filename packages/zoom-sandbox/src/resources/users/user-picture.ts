/** A person's picture: uploaded as a file, served where `pic_url` says. */
import type { Call } from "../../call.ts";
import { type Sandbox, zoomError } from "../../sandbox.ts";

/** A kept picture. Table `user_pictures`, by user. */
interface Picture {
  type: string;
  base64: string;
  /** Part of the address, so that a new picture has a new one. */
  version: string;
}

const LARGEST_BYTES = 2 * 1024 * 1024;
const KINDS = new Set(["image/jpeg", "image/png"]);

/** Where the person's picture is; empty without one. */
export function pictureUrl(sandbox: Pick<Sandbox, "table" | "origin">, userId: string): string {
  const picture = sandbox.table<Picture>("user_pictures").get(userId);
  return picture ? `${sandbox.origin()}/p/${userId}/${picture.version}` : "";
}

/** The picture's operations. */
export function userPicture(sandbox: Sandbox): void {
  const { api, ids, users } = sandbox;
  const rows = sandbox.table<Picture>("user_pictures");

  const changed = (call: Call, id: string, change: () => unknown): void => {
    const old = pictureUrl(sandbox, id);
    change();
    const object = { id, pic_url: pictureUrl(sandbox, id) };
    const time_stamp = sandbox.clock.now().getTime();
    sandbox.emit(
      "user.updated",
      { ...call.operator, time_stamp, object, old_object: { id, pic_url: old } },
      { userId: id },
    );
  };

  api.on("POST /users/{userId}/picture", async (call) => {
    const user = users.named(call.params.userId, call.caller);
    const file = (await call.form()).get("pic_file");
    if (!(file instanceof File) || file.size === 0) throw zoomError(400, 120, "File is empty.");
    if (file.size > LARGEST_BYTES) throw zoomError(400, 120, "File size cannot exceed 2M.");
    if (!KINDS.has(file.type)) throw zoomError(400, 120, "Only jpg/jpeg or png image file can be uploaded");
    const base64 = Buffer.from(await file.arrayBuffer()).toString("base64");
    changed(call, user.id, () => rows.set(user.id, { type: file.type, base64, version: ids.hex(8) }));
    return {};
  });
  api.on("DELETE /users/{userId}/picture", (call) => {
    const { id } = users.named(call.params.userId, call.caller);
    if (rows.has(id)) changed(call, id, () => rows.delete(id));
  });
  sandbox.app.get("/p/:userId/:version", (c) => {
    const picture = rows.get(c.req.param("userId"));
    if (picture?.version !== c.req.param("version")) return c.notFound();
    return c.body(Buffer.from(picture.base64, "base64"), 200, { "content-type": picture.type });
  });
  sandbox.onUserRemoved(({ id }) => void rows.delete(id));
}
