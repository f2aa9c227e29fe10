import { ConnectorError, defineAction, fileRef } from "@greenroom/connector-kit";
import { z } from "zod";

/**
 * Opens a file of a cloud recording and hands on where it is; the step that needs its bytes streams them.
 *
 * @see https://developers.zoom.us/docs/api/meetings/#tag/cloud-recording/GET/meetings/{meetingId}/recordings
 */
export const downloadRecording = defineAction({
  title: "Download recording",
  summary:
    "Opens one file of a cloud recording, for a later step to save or send: streamed, whatever its size.",
  endpoint: "GET /meetings/{meetingId}/recordings",
  scopes: [
    ...["cloud_recording:read:list_recording_files", "cloud_recording:read:list_recording_files:admin"],
    "recording:read",
  ],
  effect: "read",
  input: z.strictObject({
    downloadUrl: z.url().describe("A recording file's download_url, from the event or from Get recording"),
    fileName: z.string().min(1).optional().describe("What to call it; otherwise after its address and type"),
  }),
  output: z.object({ file: fileRef }),
  async run({ client, connection, input: { downloadUrl, fileName } }) {
    if (!client.openFile) throw new Error("the client opens no files");
    const ref = {
      connector: "zoom",
      url: downloadUrl,
      name: fileName ?? "recording",
      mediaType: "application/octet-stream",
    };
    const opened = await client.openFile(ref, 0);
    await opened.body.cancel();
    if (opened.size === 0) {
      throw new ConnectorError("unexpected-response", "empty-file", "Zoom says that the file is empty.");
    }
    const [mediaType = ""] = opened.mediaType.split(";");
    const file = {
      ...{ ...ref, mediaType, name: fileName ?? `${lastPart(downloadUrl)}${EXTENSIONS[mediaType] ?? ""}` },
      ...(connection !== undefined && { connection }),
      ...(opened.size !== undefined && { size: opened.size }),
    };
    return { file };
  },
});

const EXTENSIONS: Readonly<Record<string, string>> = {
  ...{ "video/mp4": ".mp4", "audio/mp4": ".m4a", "audio/mpeg": ".mp3", "text/vtt": ".vtt" },
  ...{ "text/plain": ".txt", "text/csv": ".csv", "application/json": ".json" },
};

/** Zoom's addresses end in a long key; its beginning tells files apart. */
function lastPart(url: string): string {
  return (new URL(url).pathname.split("/").findLast((part) => part !== "") ?? "recording").slice(0, 24);
}
