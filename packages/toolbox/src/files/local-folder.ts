/** A folder on the server's machine as a store of files; nothing outside it is read or written. */
import { createHash } from "node:crypto";
import { createReadStream, createWriteStream } from "node:fs";
import { lstat, mkdir, readdir, realpath, rename, rm, unlink } from "node:fs/promises";
import { basename, dirname, join, relative, sep } from "node:path";
import { Readable } from "node:stream";
import { pipeline } from "node:stream/promises";
import { ConnectorError } from "@greenroom/connector-kit";
import { type FileStore, noFile, type StoredFile } from "./file-store.ts";
import { mediaTypeOf } from "./media-type.ts";

/** Files under way, beside their places. */
const partial = /^\..*\.part$/;

/** Makes the store of a folder; the folder is made with its first file. */
export function localFolder(folder: string): FileStore {
  /** The place of a file that may be there. @throws {ConnectorError} when a link leads out of the folder, or it is none */
  async function placeOfExisting(path: string): Promise<{ place: string; size: number }> {
    try {
      const place = await inside(folder, join(folder, path), path);
      const found = await lstat(place);
      if (found.isFile()) return { place, size: found.size };
    } catch (error) {
      if (codeOf(error) !== "ENOENT" && codeOf(error) !== "ENOTDIR") throw explained(error, path, "read");
    }
    throw noFile(path);
  }

  return {
    async save(path, bytes, { key, signal }) {
      let part: string | undefined;
      try {
        await mkdir(dirname(join(folder, path)), { recursive: true, mode: 0o700 });
        const target = await inside(folder, join(folder, path), path);
        // Beside its place, so that it gets there at once or not at all.
        const mark = createHash("sha256").update(key).digest("hex").slice(0, 12);
        part = join(dirname(target), `.${basename(target)}.${mark}.part`);
        await pipeline(
          Readable.from(bytes),
          createWriteStream(part, { mode: 0o600 }),
          ...(signal ? [{ signal }] : []),
        );
        await rename(part, target);
      } catch (error) {
        if (part !== undefined) await rm(part, { force: true });
        throw explained(error, path, "written");
      }
    },

    async open(path, from) {
      const { place, size } = await placeOfExisting(path);
      const body =
        from >= size ? new Blob([]).stream() : Readable.toWeb(createReadStream(place, { start: from }));
      return { body: body as ReadableStream<Uint8Array>, mediaType: mediaTypeOf(path), size };
    },

    async list(prefix, limit) {
      const found: StoredFile[] = [];
      // One more than is asked for tells whether there is more.
      await collect(folder, folder, prefix, limit + 1, found);
      return { files: found.slice(0, limit), more: found.length > limit };
    },

    async remove(path) {
      try {
        await unlink((await placeOfExisting(path)).place);
        return true;
      } catch (error) {
        if (error instanceof ConnectorError && error.code === "no-file") return false;
        throw explained(error, path, "deleted");
      }
    },

    link: (path) =>
      Promise.reject(
        new ConnectorError(
          "invalid-input",
          "no-links",
          `“${path}” is in the server's own folder, which gives no links.`,
          {
            hint: "Save the file to S3 storage: give the step a connection of that kind.",
          },
        ),
      ),

    identify: () => Promise.reject(new Error("the folder needs no connection")),
  };
}

/** Adds the files below a folder whose paths begin so, in order, up to a limit. Links are passed over. */
async function collect(
  root: string,
  folder: string,
  prefix: string,
  limit: number,
  found: StoredFile[],
): Promise<void> {
  const entries = await readdir(folder, { withFileTypes: true }).catch((error: unknown) => {
    if (codeOf(error) === "ENOENT") return [];
    throw explained(error, relative(root, folder), "read");
  });
  // As paths are ordered: a folder counts as its name and a slash.
  const named = entries.map((entry) => ({ entry, key: entry.isDirectory() ? `${entry.name}/` : entry.name }));
  for (const { entry, key } of named.toSorted((a, b) => (a.key < b.key ? -1 : 1))) {
    if (found.length >= limit) return;
    const place = join(folder, entry.name);
    const path = relative(root, place).split(sep).join("/");
    if (entry.isDirectory()) {
      if (`${path}/`.startsWith(prefix) || prefix.startsWith(`${path}/`))
        await collect(root, place, prefix, limit, found);
    } else if (entry.isFile() && path.startsWith(prefix) && !partial.test(key)) {
      const { size, mtime } = await lstat(place);
      found.push({ path, size, modifiedAt: mtime.toISOString() });
    }
  }
}

/** The real place of a target whose own folder exists. @throws {ConnectorError} when a link leads out of the folder */
async function inside(folder: string, target: string, path: string): Promise<string> {
  const [root, parent] = await Promise.all([realpath(folder), realpath(dirname(target))]);
  if (parent === root || parent.startsWith(`${root}${sep}`)) return join(parent, basename(target));
  throw new ConnectorError(
    "forbidden",
    "outside-folder",
    `“${path}” leads out of the folder of files, by a link in it.`,
    { hint: "Choose another path, or remove the link." },
  );
}

const REASONS: Readonly<Record<string, string>> = {
  ...{ ENOSPC: "the disk is full", EDQUOT: "the disk's quota is used up", EROFS: "the disk is read-only" },
  ...{
    EACCES: "the server's user may not",
    EPERM: "the server's user may not",
    EISDIR: "there is a folder of that name",
  },
  ...{ ENOTDIR: "a part of the path is a file", EEXIST: "a part of the path is a file" },
  ENAMETOOLONG: "the name is too long",
};

function codeOf(error: unknown): string {
  return error instanceof Error && "code" in error && typeof error.code === "string" ? error.code : "";
}

function explained(error: unknown, path: string, done: "written" | "read" | "deleted"): unknown {
  const code = codeOf(error);
  const reason = REASONS[code];
  if (reason === undefined || error instanceof ConnectorError) return error;
  return new ConnectorError("unavailable", code.toLowerCase(), `“${path}” cannot be ${done}: ${reason}.`, {
    cause: error,
  });
}
