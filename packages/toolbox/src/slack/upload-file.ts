import {
  ConnectorError,
  defineAction,
  expectAnswer,
  fileRef,
  readFileRef,
  StreamedBody,
} from "@greenroom/connector-kit";
import { z } from "zod";
import { uploadClientOf } from "./upload-client.ts";

const place = z.looseObject({ upload_url: z.url(), file_id: z.string() });

/**
 * Uploads a file: asks for a place, streams the bytes there, and shares it.
 *
 * @see https://docs.slack.dev/reference/methods/files.getUploadURLExternal
 */
export const uploadFile = defineAction({
  title: "Upload file",
  summary: "Uploads a file that an earlier step gave, streamed, and shares it in a channel.",
  endpoint: "POST /files.completeUploadExternal",
  scopes: ["files:write"],
  effect: "create",
  input: z.strictObject({
    file: fileRef,
    channelId: z
      .string()
      .min(1)
      .optional()
      .describe("The ID of the channel to share it in; without one only the app sees it"),
    title: z.string().optional().describe("What it is called; otherwise as the file is"),
    comment: z.string().optional().describe("What the message with it says"),
    threadTs: z.string().optional(),
  }),
  output: z.object({ fileId: z.string(), permalink: z.string().nullable() }),
  async run({ client, call, input: { file, channelId, title, comment, threadTs }, openFile, signal }) {
    const { name: filename, size: length, mediaType } = file;
    if (length === undefined)
      throw new ConnectorError(
        "invalid-input",
        "no-size",
        `Slack takes no file whose size is not known, such as ${filename}.`,
        {
          fields: [{ field: "file", message: "must have a size" }],
          hint: "Save it first with files/save-file, and upload what that gives.",
        },
      );
    const asked = await client.request("GET", "/files.getUploadURLExternal", {
      query: { filename, length },
      signal,
    });
    const { upload_url: url, file_id: id } = expectAnswer(place, asked, "Slack");
    const bytes = new StreamedBody(() => readFileRef(openFile, file, { signal }), {
      mediaType,
      size: length,
    });
    await uploadClientOf(client).send("POST", url, { body: bytes, signal });
    const shared = await call({
      body: {
        files: [{ id, title: title ?? filename }],
        ...(channelId !== undefined && { channel_id: channelId }),
        ...(comment !== undefined && { initial_comment: comment }),
        ...(threadTs !== undefined && { thread_ts: threadTs }),
      },
    });
    const files = z
      .looseObject({ files: z.array(z.looseObject({ permalink: z.string().optional() })) })
      .safeParse(shared).data?.files;
    return { fileId: id, permalink: files?.[0]?.permalink ?? null };
  },
});
