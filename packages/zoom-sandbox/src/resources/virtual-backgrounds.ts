/** Pictures and videos to stand before: of the account, a group or a person. */
import { type Sandbox, zoomError } from "../sandbox.ts";
import type { Call } from "../call.ts";

interface Background {
  id: string;
  owner: string;
  name: string;
  size: number;
  type: "image" | "video";
  is_default: boolean;
}

const LARGEST_BYTES = 15 * 1024 * 1024;
const MOST_FILES = 10;
const KINDS: Readonly<Record<string, Background["type"]>> = {
  ...{ "image/png": "image", "image/jpeg": "image", "image/gif": "image" },
  ...{ "video/mp4": "video", "video/quicktime": "video" },
};

/** Registers the upload and removal of backgrounds. */
export function virtualBackgrounds(
  sandbox: Sandbox,
  { upload, remove, ownerOf }: { upload: string; remove: string; ownerOf: (call: Call) => string },
): void {
  const { api, ids } = sandbox;
  const rows = sandbox.table<Background>("virtual_backgrounds");
  const of = (owner: string) => rows.filter((row) => row.owner === owner);

  api.on(upload, async (call) => {
    const owner = ownerOf(call);
    const file = (await call.form()).get("file");
    if (!(file instanceof File))
      throw zoomError(400, 120, "No file uploaded, verify that a file has been uploaded.");
    const type = KINDS[file.type];
    if (!type) throw zoomError(400, 120, "Only jpg/jpeg, gif or png image file can be uploaded.");
    if (file.size > LARGEST_BYTES) throw zoomError(400, 120, "File size cannot exceed 15M.");
    if (of(owner).length >= MOST_FILES)
      throw zoomError(400, 120, `A maximum of ${MOST_FILES} files are allowed.`);
    const row: Background = {
      id: ids.key(),
      owner,
      name: file.name,
      size: file.size,
      type,
      is_default: false,
    };
    rows.set(row.id, row);
    return row;
  });

  api.on(remove, (call) => {
    const owner = ownerOf(call);
    const gone = call.query("file_ids")?.split(",").filter(Boolean) ?? [];
    const known = new Set(of(owner).map(({ id }) => id));
    if (gone.length === 0 || gone.some((id) => !known.has(id))) {
      throw zoomError(400, 300, "Invalid parameter: file_ids");
    }
    for (const id of gone) rows.delete(id);
  });
}

/** The backgrounds of an owner, as settings list them. */
export function backgroundsOf({ table }: Pick<Sandbox, "table">, owner: string): object[] {
  return table<Background>("virtual_backgrounds").filter((row) => row.owner === owner);
}
