/** Files and the account's own emoji: uploaded in forms, downloaded where their address says. */
import { hash } from "node:crypto";
import type { Call } from "../../call.ts";
import { type Sandbox, type User, zoomError } from "../../sandbox.ts";
import { memberId, operatorOf } from "./chat-people.ts";
import type { ChatFile } from "./chat-rows.ts";
import { chatFileUrl } from "./message-views.ts";
import { fileShown, type Messages } from "./messages.ts";

const LARGEST_EMOJI = 256 * 1024;

interface Emoji {
  file_id: string;
  name: string;
  user_id: string;
  added_at: string;
  type: string;
  base64: string;
}

/** The operations. */
export function chatFiles(sandbox: Sandbox, messages: Messages): void {
  const { api, clock, ids, users } = sandbox;
  const files = sandbox.table<ChatFile>("chat_files");
  const emojis = sandbox.table<Emoji>("chat_emojis");

  const keep = async (owner: User, given: unknown): Promise<ChatFile> => {
    if (!(given instanceof File)) throw zoomError(400, 300, "Validation Failed.");
    const bytes = Buffer.from(await given.arrayBuffer());
    const file: ChatFile = {
      ...{ id: ids.key(), owner_id: owner.id, name: given.name, size: bytes.length },
      ...{ type: given.name.split(".").at(-1)?.toLowerCase() ?? "", digest: hash("sha256", bytes, "hex") },
      ...{ created_ms: clock.now().getTime(), base64: bytes.toString("base64") },
    };
    files.set(file.id, file);
    sandbox.emit("team_chat.file_uploaded", { ...operatorOf(owner), object: { files: [fileShown(file)] } });
    return file;
  };
  const named = (call: Call<"fileId">): ChatFile => {
    const file = files.get(call.params.fileId);
    if (!file) throw zoomError(404, 404, "Resource not found.");
    if (file.owner_id !== call.caller.user.id && !call.caller.admin)
      throw zoomError(403, 403, "Operation not permitted.");
    return file;
  };

  api.on("POST /chat/users/{userId}/files", async (call) => {
    const user = users.named(call.params.userId, call.caller);
    const file = await keep(user, (await call.form()).get("file"));
    // Zoom: an uploaded file shows in the person's chat with themselves, unless asked not to.
    const self = messages.conversation(user, { to_contact: user.id });
    if (self && call.query("postToPersonalChat") !== "false")
      messages.send(user, self, { text: "", file_ids: [file.id] });
    return { id: file.id };
  });
  api.on("POST /chat/users/{userId}/messages/files", async (call) => {
    const user = users.named(call.params.userId, call.caller);
    const form = await call.form();
    const text = (name: string): string => {
      const value = form.get(name);
      return typeof value === "string" ? value : "";
    };
    const to = messages.conversation(user, {
      to_channel: text("to_channel"),
      to_contact: text("to_contact"),
    });
    if (!to) throw zoomError(400, 300, "Must provide either contact or channel parameter.");
    const file = await keep(user, form.get("files"));
    const reply_to = text("reply_main_message_id");
    return { id: messages.send(user, to, { text: "", file_ids: [file.id], reply_to }).id };
  });
  api.on("GET /chat/files/{fileId}", (call) => {
    const { id, name, type, size, digest, created_ms, ...file } = named(call);
    return {
      ...{ file_id: id, file_name: name, OS_file_type: type, length: size, digest },
      ...{ created_time: created_ms, modified_time: created_ms },
      download_url: chatFileUrl(sandbox, { id, name, type, size, digest, created_ms, ...file }),
    };
  });
  api.on("DELETE /chat/files/{fileId}", (call) => {
    const file = named(call);
    files.delete(file.id);
    sandbox.emit("team_chat.file_deleted", {
      ...operatorOf(call.caller.user),
      object: { files: [fileShown(file)] },
    });
  });
  sandbox.app.get("/file/chat/:id", (c) => {
    const file = files.get(c.req.param("id"));
    if (!file) return c.notFound();
    return c.body(Buffer.from(file.base64, "base64"), 200, {
      "content-type": "application/octet-stream",
      "content-disposition": `attachment; filename*=UTF-8''${encodeURIComponent(file.name)}`,
    });
  });

  const told = (by: User, event: string, { name, file_id }: Emoji) =>
    sandbox.emit(event, { ...operatorOf(by), object: { name, file_id } });
  api.on("GET /chat/emoji", (call) => {
    const key = call.query("search_key");
    if (key !== undefined && (key.length < 3 || key.length > 256))
      throw zoomError(
        400,
        5333,
        "Invalid parameter: search_key. The minimum length is 3 characters, the maximum length is 256 characters.",
      );
    const { rows, ...page } = call.page(emojis.filter(({ name }) => key === undefined || name.includes(key)));
    return {
      ...page,
      ...(key !== undefined && { search_key: key }),
      emojis: rows.map(({ file_id, name, user_id, added_at }) => ({
        ...{ file_id, name, user_id, member_id: memberId(user_id), date_added: added_at },
        user_name: users.find(user_id)?.display_name ?? "",
        user_email: users.find(user_id)?.email ?? "",
      })),
    };
  });
  api.on("POST /chat/emoji/files", async (call) => {
    const form = await call.form();
    const [name, file] = [form.get("name"), form.get("file")];
    if (
      typeof name !== "string" ||
      !/^\w{1,100}$/.test(name) ||
      !(file instanceof File) ||
      file.size > LARGEST_EMOJI
    )
      throw zoomError(
        400,
        300,
        "Invalid parameter, the possible reasons: 1. Allowed characters: letters, numbers, underscores 2. The maximum size of file is 256KB.",
      );
    if (!/\.(jpe?g|png|gif)$/i.test(file.name))
      throw zoomError(400, 400, "Invalid file type. Only support jpg,png,gif,jpeg.");
    if (emojis.find((row) => row.name === name)) throw zoomError(409, 30010, "Duplicate custom emoji name.");
    const emoji: Emoji = {
      ...{ file_id: ids.key(), name, user_id: call.caller.user.id, type: file.type },
      ...{
        added_at: clock.now().toISOString(),
        base64: Buffer.from(await file.arrayBuffer()).toString("base64"),
      },
    };
    emojis.set(emoji.file_id, emoji);
    told(call.caller.user, "team_chat.emoji_added", emoji);
    return { file_id: emoji.file_id, name };
  });
  api.on("DELETE /chat/emoji/{fileId}", (call) => {
    const emoji = emojis.get(call.params.fileId);
    if (!emoji) throw zoomError(404, 5404, `This custom emoji does not exist: '${call.params.fileId}'.`);
    if (emoji.user_id !== call.caller.user.id && !call.caller.admin)
      throw zoomError(403, 200, "No permission to delete custom emojis.");
    emojis.delete(emoji.file_id);
    told(call.caller.user, "team_chat.emoji_removed", emoji);
  });
}
