/** What is done with files that are in a store. */
import { ConnectorError, defineAction, fileRef, readFileRef } from "@greenroom/connector-kit";
import { z } from "zod";
import { noFile, pathOf, storeClients, storedFileRef, storePath } from "./file-store.ts";

/** Text in job data is small; bigger files are handed on as files. */
const longestText = 1_000_000;
const secondsInAWeek = 604_800;

/** Lists files. */
export const listFiles = defineAction({
  title: "List files",
  summary: "Lists the files whose paths begin so, with size and time, in the order of their paths.",
  endpoint: "GET /files",
  scopes: [],
  effect: "read",
  input: z.strictObject({
    prefix: z
      .string()
      .max(1_000)
      .default("")
      .describe("How their paths begin, such as webinars/; empty for all"),
    limit: z.int().min(1).max(10_000).default(1_000),
  }),
  output: z.object({
    files: z.array(z.object({ path: z.string(), size: z.number(), modifiedAt: z.string() })),
    more: z.boolean().describe("Whether the limit left some unlisted"),
  }),
  async run({ client, input: { prefix, limit } }) {
    const { files, more } = await storeClients.in(client).list(prefix, limit);
    return { files: [...files], more };
  },
});

/** Opens a file for later steps. */
export const getFile = defineAction({
  title: "Get file",
  summary: "Opens a saved file, for a later step to send or read: streamed, whatever its size.",
  endpoint: "GET /files/{path}",
  scopes: [],
  effect: "read",
  input: z.strictObject({ path: storePath.describe("Where it is, such as webinars/tour.mp4") }),
  output: z.object({ file: fileRef }),
  async run({ client, connection, input: { path } }) {
    const opened = await storeClients.in(client).open(path, 0);
    await opened.body.cancel();
    return { file: storedFileRef(path, opened, connection) };
  },
});

/** Reads a small text file. */
export const readText = defineAction({
  title: "Read text file",
  summary: "Gives the text of a file of up to 1 MB (UTF-8).",
  endpoint: "GET /files/{path}/text",
  scopes: [],
  effect: "read",
  input: z.strictObject({
    path: storePath.optional().describe("Where it is"),
    file: fileRef.optional().describe("Instead of a path: a file that an earlier step gave"),
  }),
  output: z.object({ text: z.string() }),
  async run({ client, input: { path, file }, openFile, signal }) {
    if ((path === undefined) === (file === undefined))
      throw refused("path", "name a path, or a file, and one of them");
    const store = storeClients.in(client);
    const ref = file ?? storedFileRef(path ?? "", { mediaType: "text/plain", size: undefined }, undefined);
    const chunks: Uint8Array[] = [];
    let size = 0;
    const open = file ? openFile : (_: unknown, from: number) => store.open(pathOf(ref), from);
    for await (const chunk of readFileRef(open, ref, { signal })) {
      size += chunk.length;
      if (size > longestText)
        throw refused(
          path === undefined ? "file" : "path",
          `${ref.name} is longer than 1 MB: hand it on as a file`,
        );
      chunks.push(chunk);
    }
    try {
      return { text: new TextDecoder("utf-8", { fatal: true }).decode(Buffer.concat(chunks)) };
    } catch {
      throw refused(path === undefined ? "file" : "path", `${ref.name} is no text in UTF-8`);
    }
  },
});

/** Deletes a file. */
export const deleteFile = defineAction({
  title: "Delete file",
  summary: "Deletes a saved file; one that is not there is deleted already.",
  endpoint: "DELETE /files/{path}",
  scopes: [],
  effect: "delete",
  input: z.strictObject({ path: storePath.describe("Where it is") }),
  output: z.object({ path: z.string(), deleted: z.boolean().describe("Whether there was one") }),
  run: async ({ client, input: { path } }) => ({ path, deleted: await storeClients.in(client).remove(path) }),
});

/** Makes a link that anybody who has it can read a file by. */
export const createLink = defineAction({
  title: "Create link to file",
  summary:
    "Makes an address that anybody who has it can read the file by, for a time. S3 storage alone gives such links.",
  endpoint: "POST /files/{path}/link",
  scopes: [],
  effect: "read",
  input: z.strictObject({
    path: storePath.describe("Where it is"),
    minutes: z
      .int()
      .min(1)
      .max(secondsInAWeek / 60)
      .default(60)
      .describe("How long it works; a week at most"),
  }),
  output: z.object({ url: z.string(), minutes: z.number() }),
  async run({ client, input: { path, minutes } }) {
    const store = storeClients.in(client);
    const { files } = await store.list(path, 1);
    if (files[0]?.path !== path) throw noFile(path);
    return { url: await store.link(path, minutes * 60), minutes };
  },
});

function refused(field: string, problem: string): ConnectorError {
  return new ConnectorError("invalid-input", "invalid-input", `Read text file: ${problem}.`, {
    fields: [{ field, message: problem }],
  });
}
