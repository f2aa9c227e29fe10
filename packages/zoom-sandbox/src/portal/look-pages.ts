/** Pages to look at: recordings, rooms and reports, as tables. */
import { html } from "hono/html";
import type { Instance, RecordingStretch } from "../people/session-rows.ts";
import { numbersOf, type PhoneCall, type PhoneUser, spokenSeconds } from "../resources/phone/phone-rows.ts";
import type { Room, RoomLocation } from "../resources/rooms/room-rows.ts";
import type { User } from "../sandbox.ts";
import { filesOf, type Recording } from "../resources/recordings/recording-rows.ts";
import { zoomError } from "../sandbox.ts";
import { type Pages, type Post, withNotice } from "./admin.ts";
import { askButton } from "./confirmation.ts";
import { buttonForm, type Markup, wide } from "./layout.ts";
import { heldOf } from "../resources/reports/sessions.ts";
import { type BatchAct, recordingBatch } from "../resources/recordings/recording-batches.ts";
import { pageLinks, paged } from "./paged.ts";
import type { PortalParts } from "./portal-pages.ts";

/** A table to look at. */
interface Look<Row> {
  readonly path: string;
  readonly title: string;
  /** Who sees the page; without one everybody, and then `own` decides about the rows. */
  readonly privilege?: string;
  readonly empty: string;
  /** All rows, newest first. */
  readonly rows: () => Row[];
  /** Whose a row is, and the privilege that shows the rows of others. */
  readonly own?: { readonly of: (row: Row) => string; readonly privilege: string };
  readonly columns: readonly (readonly [title: string, text: (row: Row) => string | Markup])[];
  /** What the person can do with all of them. */
  readonly actions?: (user: User) => Markup;
}

const BATCHES: readonly (readonly [act: BatchAct, label: string, look?: "danger"])[] = [
  ["trash", "Move all to the trash", "danger"],
  ["recover", "Recover all from the trash"],
  ["delete", "Empty the trash", "danger"],
];

const time = (text: string | undefined): string => text?.slice(0, 16).replace("T", " ") ?? "";

/** Registers them. */
export function lookPages({ sandbox, sessions }: PortalParts, pages: Pages): void {
  const { table, users, roles } = sandbox;
  const emailOf = (id: string): string => users.everKnown(id)?.email ?? "";

  function look<Row>({ path, title, privilege, empty, rows, own, columns, actions }: Look<Row>): void {
    pages.get(path, privilege, (c, user: User) => {
      const reaches = own === undefined || roles.allows(user, own.privilege);
      const seen = reaches ? rows() : rows().filter((row) => own.of(row) === user.id);
      const list = paged(seen, c.req.query("page"));
      const body = html`<div class="head"><h1>${title}</h1>${actions?.(user) ?? ""}</div><section class="card">${
        list.total === 0
          ? html`<p class="soft">${empty}</p>`
          : html`${wide(
              title,
              html`<table><thead><tr>${columns.map(([name]) => html`<th>${name}</th>`)}</tr></thead><tbody>${list.rows.map(
                (row) => html`<tr>${columns.map(([, text]) => html`<td>${text(row)}</td>`)}</tr>`,
              )}</tbody></table>`,
            )}${pageLinks(list, path, c.req.query())}`
      }</section>`;
      return pages.show(c, user, { title, here: path, body });
    });
  }

  look<PhoneUser>({
    ...{ path: "/portal/phone/users", title: "Phone users", privilege: "PbxAdmin:Read" },
    empty: "Nobody has Zoom Phone.",
    rows: () => table<PhoneUser>("phone_users").all(),
    columns: [
      ["Email", ({ id }) => emailOf(id)],
      ["Extension", ({ extension_number }) => String(extension_number)],
      [
        "Numbers",
        ({ id }) =>
          numbersOf(sandbox, id)
            .map(({ number }) => number)
            .join(", "),
      ],
      ["State", ({ status }) => (status === "activate" ? "Active" : "Deactivated")],
    ],
  });
  look<PhoneCall>({
    ...{ path: "/portal/phone/calls", title: "Call logs", privilege: "PbxAdmin:Read" },
    empty: "Nobody has called yet.",
    rows: () => newestFirst(table<PhoneCall>("phone_calls").all()),
    columns: [
      ["Start", ({ start_time }) => time(start_time)],
      ["From", ({ caller }) => caller.name],
      ["To", ({ callee }) => callee.name],
      ["Result", ({ result }) => result?.replace("_", " ") ?? "under way"],
      ["Seconds", (call) => String(spokenSeconds(call))],
      ["Recorded", ({ recorded }) => (recorded ? "yes" : "")],
    ],
  });

  const instances = table<Instance>("instances");
  const recordings = table<Recording>("recordings");
  /** A session that was recorded; without the recording while that is made. */
  interface Recorded {
    readonly instance: Instance;
    readonly start_time: string;
    readonly recording: Recording | undefined;
  }
  const recorded = (): Recorded[] => {
    const first = new Map<string, Recorded>();
    for (const { uuid, start_time } of table<RecordingStretch>("recording_stretches").all()) {
      const instance = instances.get(uuid);
      const recording = recordings.get(uuid);
      const deleted = recording === undefined && instance?.end_time !== undefined;
      if (instance !== undefined && !deleted && !first.has(uuid))
        first.set(uuid, { instance, start_time: recording?.start_time ?? start_time, recording });
    }
    return newestFirst([...first.values()]);
  };
  const stateOf = ({ recording }: Recorded): string => {
    if (!recording) return "being made";
    if (recording.completed_at === undefined) return "being processed";
    return filesOf(recording).length > 0 ? "ready" : "in the trash";
  };
  const watched = ({ instance: { topic, uuid }, recording }: Recorded): string | Markup =>
    recording?.completed_at !== undefined && filesOf(recording).length > 0
      ? html`<a href="/rec/share/${encodeURIComponent(uuid)}">${topic}</a>`
      : topic;
  look<Recorded>({
    ...{ path: "/portal/recordings", title: "Recordings", empty: "Nothing was recorded." },
    rows: recorded,
    own: { of: ({ instance }) => instance.host_id, privilege: "Recording:Read" },
    columns: [
      ["Topic", watched],
      ["Meeting ID", ({ instance }) => String(instance.meeting_id)],
      ["Host", ({ instance }) => emailOf(instance.host_id)],
      ["Start", ({ start_time }) => time(start_time)],
      ["Minutes", ({ recording }) => String(recording?.duration ?? "")],
      ["Files", ({ recording }) => String(recording ? filesOf(recording).length : "")],
      ["State", stateOf],
    ],
    actions: (user) =>
      html`<div class="actions">${BATCHES.map(([act, label, style]) =>
        style
          ? askButton(`/portal/recordings/${act}`, label)
          : buttonForm(`/portal/recordings/${act}`, sessions.csrf(user), label),
      )}</div>`,
  });
  for (const [act, label, style] of BATCHES) {
    const path = `/portal/recordings/${act}`;
    // As at Zoom: a person's own, or the account's for who may see them all.
    const run: Post = (_, user) => {
      const host = roles.allows(user, "Recording:Edit") ? undefined : user;
      const { length } = recordingBatch(sandbox, act, user, { host });
      if (length === 0) throw zoomError(400, 300, "There is no recording to do that to.");
      return withNotice("/portal/recordings", `Done to ${length} of the recordings.`);
    };
    if (!style) pages.post(path, undefined, run);
    else
      pages.confirmed(
        path,
        undefined,
        (_, user) => {
          const whose = roles.allows(user, "Recording:Edit") ? "everybody's recordings" : "your recordings";
          const what =
            act === "trash"
              ? `All of ${whose} go to the trash. They can be recovered for 30 days.`
              : `What is in the trash of ${whose} is deleted for good and cannot be recovered.`;
          return { ...{ title: label, what, label }, here: "/portal/recordings", back: "/portal/recordings" };
        },
        run,
      );
  }

  look<Instance>({
    ...{ path: "/portal/reports", title: "Usage reports", privilege: "UsageReport:Read" },
    empty: "Nothing was held yet.",
    rows: () => newestFirst(instances.filter(({ end_time }) => end_time !== undefined)),
    columns: [
      ["Topic", ({ topic }) => topic],
      ["Kind", ({ kind }) => (kind === "webinar" ? "Webinar" : "Meeting")],
      ["Host", ({ host_id }) => emailOf(host_id)],
      ["Start", ({ start_time }) => time(start_time)],
      ["Minutes", (held) => String(heldOf(sandbox, held).duration)],
      ["Participants", (held) => String(heldOf(sandbox, held).people)],
    ],
  });

  const locations = table<RoomLocation>("room_locations");
  look<Room>({
    ...{ path: "/portal/rooms", title: "Zoom Rooms", privilege: "ZoomRooms:Read" },
    empty: "The account has no room.",
    rows: () => table<Room>("rooms").all(),
    columns: [
      ["Room", ({ name }) => name],
      ["Type", ({ type }) => type],
      ["Location", ({ location_id }) => locations.get(location_id)?.name ?? ""],
      ["State", ({ status }) => status],
      ["Devices", ({ devices }) => String(devices.length)],
      ["Activation code", ({ activation_code }) => activation_code],
    ],
  });
}

function newestFirst<Row extends { start_time?: string }>(rows: readonly Row[]): Row[] {
  const at = ({ start_time = "" }: Row): string => start_time;
  return rows.toSorted((a, b) => (at(a) < at(b) ? 1 : at(a) > at(b) ? -1 : 0));
}
