/** Pages to look at: recordings, rooms and reports, as tables. */
import { html } from "hono/html";
import type { Instance, Participant, RecordingStretch } from "../people/session-rows.ts";
import { numbersOf, type PhoneCall, type PhoneUser, spokenSeconds } from "../resources/phone/phone-rows.ts";
import type { Room, RoomLocation } from "../resources/rooms/room-rows.ts";
import type { Sandbox, User } from "../sandbox.ts";
import { filesOf, type Recording } from "../resources/recordings/recording-rows.ts";
import { zoomError } from "../sandbox.ts";
import { type Pages, withNotice } from "./admin.ts";
import { buttonForm, type Markup } from "./layout.ts";
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
  readonly columns: readonly (readonly [title: string, text: (row: Row) => string])[];
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
  const emailOf = (id: string): string => users.find(id)?.email ?? "";

  function look<Row>({ path, title, privilege, empty, rows, own, columns, actions }: Look<Row>): void {
    pages.get(path, privilege, (c, user: User) => {
      const reaches = own === undefined || roles.allows(user, own.privilege);
      const seen = reaches ? rows() : rows().filter((row) => own.of(row) === user.id);
      const list = paged(seen, c.req.query("page"));
      const body = html`<div class="head"><h1>${title}</h1>${actions?.(user) ?? ""}</div><section class="card">${
        list.total === 0
          ? html`<p class="soft">${empty}</p>`
          : html`<div class="scroll" tabindex="0" role="region" aria-label="${title}"><table><thead><tr>${columns.map(([name]) => html`<th>${name}</th>`)}</tr></thead><tbody>${list.rows.map(
              (row) => html`<tr>${columns.map(([, text]) => html`<td>${text(row)}</td>`)}</tr>`,
            )}</tbody></table></div>${pageLinks(list, path, c.req.query())}`
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
  const stateOf = (uuid: string): string => {
    const recording = recordings.get(uuid);
    if (!recording) return instances.get(uuid)?.end_time === undefined ? "being made" : "deleted";
    if (recording.completed_at === undefined) return "being processed";
    return filesOf(recording).length > 0 ? "there" : "in the trash";
  };
  interface Recorded {
    readonly stretch: RecordingStretch;
    readonly instance: Instance;
  }
  look<Recorded>({
    ...{ path: "/portal/recordings", title: "Recordings", empty: "Nothing was recorded." },
    rows: () =>
      newestFirst(
        table<RecordingStretch>("recording_stretches")
          .all()
          .flatMap((stretch) => {
            const instance = instances.get(stretch.uuid);
            return instance === undefined ? [] : [{ stretch, instance, start_time: stretch.start_time }];
          }),
      ),
    own: { of: ({ instance }) => instance.host_id, privilege: "Recording:Read" },
    columns: [
      ["Topic", ({ instance }) => instance.topic],
      ["Meeting ID", ({ instance }) => String(instance.meeting_id)],
      ["Host", ({ instance }) => emailOf(instance.host_id)],
      ["Start", ({ stretch }) => time(stretch.start_time)],
      ["Minutes", ({ stretch }) => minutes(stretch)],
      ["State", ({ instance }) => stateOf(instance.uuid)],
    ],
    actions: (user) =>
      html`<div class="actions">${BATCHES.map(([act, label, style]) =>
        style
          ? html`<form action="/portal/recordings/${act}"><button class="danger">${label}…</button></form>`
          : buttonForm(`/portal/recordings/${act}`, sessions.csrf(user), label),
      )}</div>`,
  });
  // What takes something away asks first.
  for (const [act, label, style] of BATCHES)
    if (style)
      pages.get(`/portal/recordings/${act}`, undefined, (c, user) => {
        const whose = roles.allows(user, "Recording:Edit") ? "everybody's recordings" : "your recordings";
        const what =
          act === "trash"
            ? `All of ${whose} go to the trash. They can be recovered for 30 days.`
            : `What is in the trash of ${whose} is deleted for good and cannot be recovered.`;
        const body = html`<section class="card narrow"><h1>${label}?</h1><p>${what}</p><div class="actions">
          ${buttonForm(`/portal/recordings/${act}`, sessions.csrf(user), label, { look: style })}
          <a class="button" href="/portal/recordings">Cancel</a></div></section>`;
        return pages.show(c, user, { title: label, here: "/portal/recordings", body });
      });
  // As at Zoom: a person's own, or the account's for who may see them all.
  for (const [act] of BATCHES)
    pages.post(`/portal/recordings/${act}`, undefined, (_, user) => {
      const host = roles.allows(user, "Recording:Edit") ? undefined : user;
      const { length } = recordingBatch(sandbox, act, user, { host });
      if (length === 0) throw zoomError(400, 300, "There is no recording to do that to.");
      return withNotice("/portal/recordings", `Done to ${length} of the recordings.`);
    });

  look<Instance>({
    ...{ path: "/portal/reports", title: "Usage reports", privilege: "UsageReport:Read" },
    empty: "Nothing was held yet.",
    rows: () => newestFirst(instances.filter(({ end_time }) => end_time !== undefined)),
    columns: [
      ["Topic", ({ topic }) => topic],
      ["Kind", ({ kind }) => (kind === "webinar" ? "Webinar" : "Meeting")],
      ["Host", ({ host_id }) => emailOf(host_id)],
      ["Start", ({ start_time }) => time(start_time)],
      ["Minutes", minutes],
      ["Participants", ({ uuid }) => String(participantsOf(sandbox, uuid))],
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

function minutes({ start_time, end_time }: { start_time: string; end_time?: string }): string {
  return end_time === undefined
    ? "under way"
    : String(Math.round((Date.parse(end_time) - Date.parse(start_time)) / 60_000));
}

function participantsOf({ table }: Pick<Sandbox, "table">, uuid: string): number {
  const stays = table<Participant>("participants").by("uuid", uuid);
  return new Set(stays.map(({ id, user_email, name }) => id || user_email || name)).size;
}
