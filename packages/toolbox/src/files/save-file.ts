/** Saves a file that an earlier step gave, as a stream: whole, or not at all. */
import { createHash } from "node:crypto";
import { createWriteStream } from "node:fs";
import { mkdir, realpath, rename, rm } from "node:fs/promises";
import { basename, dirname, join, sep } from "node:path";
import { Readable } from "node:stream";
import { pipeline } from "node:stream/promises";
import { ConnectorError, defineAction, fileRef, readFileRef } from "@greenroom/connector-kit";
import { z } from "zod";

const input = z.strictObject({
  file: fileRef.describe("A file that an earlier step gave, such as zoom/download-recording"),
  path: z
    .string()
    .min(1)
    .max(1_000)
    .regex(/^[^\0\\]+$/, "must be a path with / between its parts")
    .refine((path) => !path.startsWith("/"), "must not begin with /: it is inside the folder of files")
    .refine(
      (path) =>
        path
          .replace(/^\//, "")
          .split("/")
          .every((part) => part !== ".." && part !== "." && part !== ""),
      "must not have empty parts, . or ..",
    )
    .describe("Where in the folder of files, such as webinars/tour.mp4"),
});

/** The action, for a folder. */
export function saveFile(folder: string) {
  return defineAction({
    title: "Save file",
    summary: "Saves a file into the server's folder of files; one of that name is replaced.",
    endpoint: "PUT /files",
    scopes: [],
    effect: "update",
    input,
    output: z.object({ path: z.string(), size: z.number(), sha256: z.string() }),
    async run({ input: { file, path }, openFile, signal, idempotencyKey }) {
      const target = await placeOf(folder, path);
      // Beside its place, so that it gets there at once or not at all.
      const part = join(
        dirname(target),
        `.${basename(target)}.${createHash("sha256").update(idempotencyKey).digest("hex").slice(0, 12)}.part`,
      );
      const hash = createHash("sha256");
      let size = 0;
      async function* counted() {
        for await (const chunk of readFileRef(openFile, file, { signal })) {
          hash.update(chunk);
          size += chunk.length;
          yield chunk;
        }
      }
      try {
        await pipeline(
          Readable.from(counted()),
          createWriteStream(part, { mode: 0o600 }),
          ...(signal ? [{ signal }] : []),
        );
        if (file.size !== undefined && size !== file.size) {
          const message = `${file.name} has ${size} bytes now, and had ${file.size} when it was opened.`;
          throw new ConnectorError("unexpected-response", "file-changed", message);
        }
        await rename(part, target);
      } catch (error) {
        await rm(part, { force: true });
        throw explained(error, path);
      }
      return { path, size, sha256: hash.digest("hex") };
    },
  });
}

/** The place in the folder, its own folders made. @throws {ConnectorError} when a link would lead out of it */
async function placeOf(folder: string, path: string): Promise<string> {
  const target = join(folder, path);
  try {
    await mkdir(dirname(target), { recursive: true, mode: 0o700 });
    const [root, parent] = await Promise.all([realpath(folder), realpath(dirname(target))]);
    if (parent === root || parent.startsWith(`${root}${sep}`)) return join(parent, basename(target));
  } catch (error) {
    throw explained(error, path);
  }
  throw new ConnectorError(
    "forbidden",
    "outside-folder",
    `“${path}” leads out of the folder of files, by a link in it.`,
    {
      hint: "Choose another path, or remove the link.",
    },
  );
}

const REASONS: Readonly<Record<string, string>> = {
  ...{ ENOSPC: "the disk is full", EDQUOT: "the disk's quota is used up", EROFS: "the disk is read-only" },
  ...{ EACCES: "the server's user may not write there", EISDIR: "there is a folder of that name" },
  ...{
    ENOTDIR: "a part of the path is a file",
    EEXIST: "a part of the path is a file",
    ENAMETOOLONG: "the name is too long",
  },
};

function explained(error: unknown, path: string): unknown {
  const code = error instanceof Error && "code" in error && typeof error.code === "string" ? error.code : "";
  const reason = REASONS[code];
  if (reason === undefined || error instanceof ConnectorError) return error;
  return new ConnectorError("unavailable", code.toLowerCase(), `“${path}” cannot be written: ${reason}.`, {
    cause: error,
  });
}
