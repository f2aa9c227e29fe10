import { defineAction, fileRef } from "@greenroom/connector-kit";
import { z } from "zod";
import { address, requestQuery } from "./address.ts";
import { addressFor } from "./http-connection.ts";

/** Opens what an address answers with as a file, and hands on where it is; the step that needs its bytes streams them. */
export const downloadFile = defineAction({
  title: "Download file",
  summary:
    "Opens the answer of an address as a file, for a later step to save or send: streamed, whatever its size.",
  endpoint: "GET /{url}",
  scopes: [],
  effect: "read",
  input: z.strictObject({
    url: address.describe("Where the file is"),
    query: requestQuery.optional(),
    fileName: z.string().min(1).optional().describe("What to call it; otherwise as its server does"),
  }),
  output: z.object({ file: fileRef }),
  async run({ client, connection, input: { url, query = {}, fileName } }) {
    if (!client.openFile) throw new Error("the client opens no files");
    const whole = addressFor(client, url);
    for (const name in query) whole.searchParams.append(name, String(query[name]));
    const name = fileName ?? lastPart(whole.pathname);
    const ref = { connector: "http", url: whole.href, name, mediaType: "application/octet-stream" };
    const opened = await client.openFile(ref, 0);
    await opened.body.cancel();
    const [mediaType = ""] = opened.mediaType.split(";");
    const file = {
      ...{ ...ref, mediaType },
      ...(connection !== undefined && { connection }),
      ...(opened.size !== undefined && { size: opened.size }),
    };
    return { file };
  },
});

function lastPart(path: string): string {
  const part = path.split("/").findLast((one) => one !== "") ?? "file";
  try {
    return decodeURIComponent(part);
  } catch {
    return part;
  }
}
