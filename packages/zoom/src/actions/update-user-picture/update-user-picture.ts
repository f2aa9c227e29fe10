import { ConnectorError, defineAction } from "@greenroom/connector-kit";
import { z } from "zod";
import { userId } from "../../schemas/meeting.ts";

const TYPES: Readonly<Record<string, string>> = {
  jpg: "image/jpeg",
  jpeg: "image/jpeg",
  png: "image/png",
  gif: "image/gif",
};
const MOST_BYTES = 2_000_000;

/** Sets a person's profile picture. @see https://developers.zoom.us/docs/api/users/#tag/users/POST/users/{userId}/picture */
export const updateUserPicture = defineAction({
  title: "Update user's picture",
  summary: "Sets a person's profile picture.",
  endpoint: "POST /users/{userId}/picture",
  scopes: [
    "user:write:profile_picture",
    "user:write:profile_picture:admin",
    "user:write",
    "user:write:admin",
  ],
  effect: "update",
  input: z.strictObject({
    userId,
    fileName: z
      .string()
      .regex(/\.(jpe?g|png|gif)$/i, "must end in .jpg, .png or .gif")
      .describe("The picture's name, which says what it is: .jpg, .png or .gif"),
    content: z.base64().min(1).describe("The picture, as base64; 2 MB at most"),
  }),
  output: z.looseObject({}),
  async run({ call, input: { userId: id, fileName, content } }) {
    const bytes = Buffer.from(content, "base64");
    if (bytes.length > MOST_BYTES) {
      const message = `Update user's picture: content holds ${bytes.length} bytes; Zoom takes ${MOST_BYTES} at most.`;
      throw new ConnectorError("invalid-input", "picture-too-big", message, {
        fields: [{ field: "content", message: `must hold at most ${MOST_BYTES} bytes` }],
        hint: "Make the picture smaller.",
      });
    }
    const form = new FormData();
    const type = TYPES[fileName.split(".").at(-1)?.toLowerCase() ?? ""] ?? "";
    form.set("pic_file", new Blob([bytes], { type }), fileName);
    return ((await call({ path: { userId: id }, body: form })) ?? {}) as Record<string, unknown>;
  },
});
