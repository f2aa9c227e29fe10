/** Tracking fields: what an account wants known of its meetings. */
import { type Sandbox, invalidField, zoomError } from "../../sandbox.ts";
import type { Meeting } from "../meetings/meeting-rows.ts";
import { collection } from "../collection.ts";

/** A tracking field. Table `tracking_fields`. */
export interface TrackingField {
  id: string;
  field: string;
  recommended_values: string[];
  required: boolean;
  visible: boolean;
}

/** Refuses an empty name, and one that another field has. @throws {ZoomError} */
export function checkTrackingField(all: readonly TrackingField[], name: string, self?: TrackingField): void {
  if (name === "") throw invalidField("field");
  const taken = all.some((row) => row !== self && row.field === name);
  if (taken) throw zoomError(400, 200, `Tracking field ${name} already exists.`);
}

/** What meetings say of a field is said under its new name; under none when it is gone. */
export function renameTracked({ table }: Pick<Sandbox, "table">, from: string, to: string | undefined): void {
  for (const meeting of ["meetings", "webinars"].flatMap((name) => table<Meeting>(name).all())) {
    if (!meeting.tracking_fields) continue;
    meeting.tracking_fields = meeting.tracking_fields.flatMap(({ field, value }) => {
      if (field !== from) return [{ field, value }];
      return to === undefined ? [] : [{ field: to, value }];
    });
  }
}

/** What is said of the account's own fields; others are passed over, as Zoom does with what it does not know. */
export function knownFields(
  { table }: Pick<Sandbox, "table">,
  given: NonNullable<Meeting["tracking_fields"]>,
): NonNullable<Meeting["tracking_fields"]> {
  const known = new Set(
    table<TrackingField>("tracking_fields")
      .all()
      .map(({ field }) => field),
  );
  return given.filter(({ field }) => known.has(field));
}

/** The tracking fields' operations. */
export function trackingFields(sandbox: Sandbox): void {
  const { api, ids } = sandbox;
  const { table } = collection<TrackingField>(sandbox, {
    ...{ table: "tracking_fields", id: "id", param: "fieldId", create: "POST /tracking_fields" },
    ...{ get: "GET /tracking_fields/{fieldId}", update: "PATCH /tracking_fields/{fieldId}" },
    remove: "DELETE /tracking_fields/{fieldId}",
    missing: (id) => zoomError(404, 5110, `Tracking field does not exist: ${id}.`),
    make: (call) => {
      const {
        field = "",
        recommended_values = [],
        required = false,
        visible = false,
      } = call.body<Partial<TrackingField>>();
      checkTrackingField(table.all(), field);
      return { id: ids.key(), field, recommended_values, required, visible };
    },
    change: (row, call) => {
      const change = call.body<Partial<TrackingField>>();
      if (change.field !== undefined) checkTrackingField(table.all(), change.field, row);
      const { field } = row;
      Object.assign(row, change);
      renameTracked(sandbox, field, row.field);
    },
    onRemoved: ({ field }) => renameTracked(sandbox, field, undefined),
  });
  // Zoom: this list has no pages.
  api.on("GET /tracking_fields", () => ({ total_records: table.size(), tracking_fields: table.all() }));
}
