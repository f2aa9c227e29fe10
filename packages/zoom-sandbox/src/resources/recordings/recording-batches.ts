/** Many recordings at once, as the buttons of Zoom's recordings page do: `/_sandbox/recordings/trash`, `/recover`, `/delete`. */
import type { Context } from "hono";
import { z } from "zod";
import { readBody } from "../../read-body.ts";
import type { Sandbox, SandboxEnv, User } from "../../sandbox.ts";
import { filesOf, type Recording } from "./recording-rows.ts";
import { createTrash } from "./recording-trash.ts";

const batch = z.strictObject({
  /** Who does it; default: the owner of the account. */
  by: z.email().optional(),
  /** Whose recordings; default: everybody's. */
  host: z.email().optional(),
  /** Only these sessions. */
  uuids: z.array(z.string().min(1)).optional(),
});

/** What is done with many. */
export type BatchAct = "trash" | "recover" | "delete";

/** Does it to every recording it can be done to, and tells it by one event. @returns the sessions' uuids */
export function recordingBatch(
  sandbox: Sandbox,
  act: BatchAct,
  by: User,
  which: { readonly host?: User | undefined; readonly uuids?: readonly string[] | undefined },
): string[] {
  const trash = createTrash(sandbox);
  const { host, uuids } = which;
  const found = sandbox
    .table<Recording>("recordings")
    .filter(
      ({ completed_at, host_id, uuid }) =>
        completed_at !== undefined &&
        (host === undefined || host_id === host.id) &&
        (uuids === undefined || uuids.includes(uuid)),
    )
    // What is trashed is recovered or deleted; what is not is trashed.
    .map((recording) => ({ recording, files: filesOf(recording, act !== "trash") }))
    .filter(({ files }) => files.length > 0);
  if (found.length === 0) return [];
  for (const { recording, files } of found) {
    if (act === "trash") trash.put(recording, files);
    else if (act === "recover") trash.takeBack(files);
    else trash.forget(recording, files);
  }
  const meeting_uuids = found.map(({ recording: { uuid } }) => uuid);
  const meetings = found.map(({ recording: { uuid }, files }) => ({
    ...{ meeting_uuid: uuid, recording_file_ids: files.map(({ id }) => id) },
  }));
  const operator = { operator: by.email, operator_id: by.id };
  if (act === "trash")
    sandbox.emit("recording.batch_trashed", {
      ...{ ...operator, operation: host ? "trash_user_recordings" : "trash_account_recordings" },
      object: { meeting_uuids },
    });
  else
    sandbox.emit(act === "delete" ? "recording.batch_deleted" : "recording.batch_recovered", {
      ...{ ...operator, object: { meetings } },
    });
  return meeting_uuids;
}

/** The routes. */
export function recordingBatches(sandbox: Sandbox): void {
  const { app, users, account } = sandbox;
  for (const act of ["trash", "recover", "delete"] as const) {
    app.post(`/_sandbox/recordings/${act}`, async (c: Context<SandboxEnv>) => {
      const { by, host, uuids } = await readBody(c, batch);
      const operator = by === undefined ? users.find(account.owner_id) : users.byEmail(by);
      const whose = host === undefined ? undefined : users.byEmail(host);
      const nobody = (email = "") => c.json({ error: `Nobody here has the address ${email}.` }, 404);
      if (!operator) return nobody(by);
      if (host !== undefined && !whose) return nobody(host);
      const meeting_uuids = recordingBatch(sandbox, act, operator, { host: whose, uuids });
      return meeting_uuids.length === 0
        ? c.json({ error: "There is no recording to do that to." }, 409)
        : c.json({ meeting_uuids });
    });
  }
}
