/** Saves a file that an earlier step gave, or a text: as a stream, whole or not at all. */
import { createHash } from "node:crypto";
import { ConnectorError, defineAction, fileRef, readFileRef } from "@greenroom/connector-kit";
import { z } from "zod";
import { storeClients, storedFileRef, storePath } from "./file-store.ts";
import { mediaTypeOf } from "./media-type.ts";

/** The action. */
export const saveFile = defineAction({
  title: "Save file",
  summary:
    "Saves a file into the server's folder of files, or into a connection's bucket; one of that name is replaced.",
  endpoint: "PUT /files",
  scopes: [],
  effect: "update",
  input: z.strictObject({
    file: fileRef.optional().describe("A file that an earlier step gave, such as zoom/download-recording"),
    text: z.string().optional().describe("Instead of a file: what it says"),
    path: storePath.describe("Where to save it, such as webinars/tour.mp4"),
  }),
  output: z.object({
    path: z.string(),
    size: z.number(),
    sha256: z.string(),
    file: fileRef.describe("The saved file, for later steps"),
  }),
  async run({ client, connection, input: { file, text, path }, openFile, signal, idempotencyKey: key }) {
    if ((file === undefined) === (text === undefined)) throw oneOfThem(file !== undefined);
    const hash = createHash("sha256");
    let size = 0;
    async function* counted() {
      const bytes = file ? readFileRef(openFile, file, { signal }) : [Buffer.from(text ?? "")];
      for await (const chunk of bytes) {
        hash.update(chunk);
        size += chunk.length;
        yield chunk;
      }
      if (file?.size !== undefined && size !== file.size) {
        const message = `${file.name} has ${size} bytes now, and had ${file.size} when it was opened.`;
        throw new ConnectorError("unexpected-response", "file-changed", message);
      }
    }
    const mediaType = file?.mediaType ?? mediaTypeOf(path);
    const expected = file ? file.size : Buffer.byteLength(text ?? "");
    await storeClients.in(client).save(path, counted(), { mediaType, size: expected, key, signal });
    const saved = storedFileRef(path, { mediaType, size }, connection);
    return { path, size, sha256: hash.digest("hex"), file: saved };
  },
});

function oneOfThem(both: boolean): ConnectorError {
  const problem = both
    ? "stands instead of a file: leave one of them out"
    : "is required where there is no file";
  return new ConnectorError("invalid-input", "invalid-input", `Save file: text ${problem}.`, {
    fields: [{ field: "text", message: problem }],
  });
}
