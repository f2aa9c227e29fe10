/** Dashboards of the whole account: quality, clients, feedback, rooms, room connectors, chat. */
import type { Call } from "../../call.ts";
import type { SessionFeedback } from "../../people/session-rows.ts";
import { type Sandbox, zoomError } from "../../sandbox.ts";
import { daysOf, periodOf, within } from "../reports/period.ts";
import { heldOf, sessionsIn } from "../reports/sessions.ts";
import type { Room } from "../rooms/room-rows.ts";
import type { ChatFile, Message } from "../team-chat/chat-rows.ts";
import { CLIENT_VERSION } from "../users/user-views.ts";
import { type Grade, gradeOf, worst } from "./quality.ts";
import { mustHaveDashboards, shown } from "./session-metrics.ts";

interface RoomIssue {
  readonly room_id: string;
  readonly issue: string;
  readonly time: string;
}

/** The account's dashboards. */
export function accountMetrics(sandbox: Sandbox): void {
  const { table, users } = sandbox;
  const feedback = table<SessionFeedback>("session_feedback");
  const allIssues = table<RoomIssue>("room_issues");
  /** Of rooms that there still are. */
  const issues = {
    filter: (fits: (issue: RoomIssue) => boolean) =>
      allIssues.filter((issue) => table<Room>("rooms").has(issue.room_id) && fits(issue)),
  };
  const on = (operation: string, handler: (call: Call) => object): void =>
    sandbox.api.on(operation, (call) => {
      mustHaveDashboards(sandbox);
      return handler(call);
    });

  on("GET /metrics/quality", (call) => {
    const period = periodOf(sandbox, call);
    const held = sessionsIn(sandbox, period, { kind: "meeting" }).map((instance) =>
      heldOf(sandbox, instance),
    );
    const perPerson = call.query("type") === "participants";
    const count = (medium: string) => {
      const grades: Grade[] = held.flatMap(({ stays }) => {
        const own = stays.map((stay) => gradeOf(stay, medium));
        return perPerson ? own : [worst(own)];
      });
      const of = (wanted: Grade) => grades.filter((grade) => grade === wanted).length;
      return { good: of("good"), fair: of("fair"), poor: of("poor"), bad: of("bad") };
    };
    return {
      ...period,
      quality: { audio: count("audio"), video: count("video"), screen_share: count("screen share") },
    };
  });

  on("GET /metrics/client_versions", () => {
    const versions = Map.groupBy(users.all(), () => CLIENT_VERSION);
    return {
      client_versions: [...versions].map(([client_version, people]) => ({
        client_version,
        total_count: people.length,
      })),
    };
  });

  on("GET /metrics/client/feedback", (call) => {
    const period = periodOf(sandbox, call);
    const given = feedback.filter(({ time, satisfied }) => within(period, time) && !satisfied);
    const named = Map.groupBy(
      given.flatMap(({ details }) => details),
      ({ id }) => id,
    );
    const client_feedbacks = [...named].map(([feedback_id, all]) => ({
      ...{ feedback_id, feedback_name: all[0]?.name ?? "", participants_count: all.length },
    }));
    return { ...period, total_records: client_feedbacks.length, client_feedbacks };
  });
  on("GET /metrics/client/feedback/{feedbackId}", (call) => {
    const period = periodOf(sandbox, call);
    const wanted = call.params["feedbackId"];
    const given = feedback.filter(
      ({ time, details }) => within(period, time) && details.some(({ id }) => id === wanted),
    );
    const { rows, ...page } = call.page(given);
    return {
      ...{ ...page, ...period },
      client_feedback_details: rows.map(({ email, name, time, meeting_id }) => ({
        ...{ email, participant_name: name, time, meeting_id: String(meeting_id) },
      })),
    };
  });
  on("GET /metrics/client/satisfaction", (call) => {
    const period = periodOf(sandbox, call);
    const client_satisfaction = daysOf(period).map((date) => {
      const given = feedback.filter(({ time }) => time.startsWith(date));
      const good = given.filter(({ satisfied }) => satisfied).length;
      return {
        ...{ date, good_count: good, not_good_count: given.length - good, none_count: 0 },
        satisfaction_percent: given.length === 0 ? 0 : Math.round((good / given.length) * 10_000) / 100,
      };
    });
    return { ...period, total_records: client_satisfaction.length, client_satisfaction };
  });

  on("GET /metrics/crc", (call) => {
    const period = periodOf(sandbox, call);
    const rooms = sessionsIn(sandbox, period)
      .flatMap((instance) => heldOf(sandbox, instance).stays)
      .filter(({ device }) => device === "room");
    const crc_ports_usage = daysOf(period).map((day) => ({
      date_time: day,
      crc_ports_hour_usage: Array.from({ length: 24 }, (_, hour) => {
        const from = `${day}T${String(hour).padStart(2, "0")}`;
        const there = rooms.filter(
          ({ join_time, leave_time = join_time }) =>
            join_time.slice(0, 13) <= from && leave_time.slice(0, 13) >= from,
        );
        return { hour: String(hour), max_usage: there.length, total_usage: there.length };
      }),
    }));
    return { ...period, crc_ports_usage };
  });

  const shownRoom = (room: Room) => ({
    ...{ id: room.room_id, room_name: room.name, account_type: "Work Email", email: "", calender_name: "" },
    ...{
      camera: "Sandbox wide camera",
      microphone: "Sandbox ceiling microphone",
      speaker: "Sandbox sound bar",
    },
    ...{
      device_ip: room.devices.map(({ ip_address }) => ip_address).join(";"),
      last_start_time: room.created_at,
    },
    ...{
      location: "",
      location_id: room.location_id,
      health: room.status === "Offline" ? "critical" : "healthy",
    },
    status: room.status === "InMeeting" ? "In Meeting" : room.status,
    issues: issues.filter(({ room_id }) => room_id === room.id).map(({ issue }) => issue),
  });
  const roomOf = (id: string): Room => {
    const room = table<Room>("rooms").find((one) => one.room_id === id || one.id === id);
    if (!room) throw zoomError(404, 1012, `Room not found: ${id}.`);
    return room;
  };
  on("GET /metrics/zoomrooms", (call) => {
    const { rows, ...page } = call.page(table<Room>("rooms").all());
    return { ...page, zoom_rooms: rows.map(shownRoom) };
  });
  on("GET /metrics/zoomrooms/issues", (call) => {
    const period = periodOf(sandbox, call);
    const named = Map.groupBy(
      issues.filter(({ time }) => within(period, time)),
      ({ issue }) => issue,
    );
    const top = [...named]
      .map(([issue_name, all]) => ({
        issue_name,
        zoom_rooms_count: new Set(all.map(({ room_id }) => room_id)).size,
      }))
      .slice(0, 25);
    return { ...period, total_records: top.length, issues: top };
  });
  on("GET /metrics/zoomrooms/{zoomroomId}", (call) => {
    const period = periodOf(sandbox, call);
    const room = roomOf(call.params["zoomroomId"] ?? "");
    const joined = (live: boolean) =>
      sessionsIn(sandbox, period, { live })
        .map((instance) => heldOf(sandbox, instance))
        .filter(({ stays }) =>
          stays.some(
            ({ device, name, leave_time }) =>
              device === "room" && name === room.name && (!live || leave_time === undefined),
          ),
        );
    const { rows, ...page } = call.page(joined(false));
    const [live] = joined(true);
    return {
      ...shownRoom(room),
      live_meeting: live ? shown(live) : {},
      past_meetings: { ...page, ...period, meetings: rows.map(shown) },
    };
  });
  on("GET /metrics/issues/zoomrooms", (call) => {
    const period = periodOf(sandbox, call);
    const byRoom = Map.groupBy(
      issues.filter(({ time }) => within(period, time)),
      ({ room_id }) => room_id,
    );
    const zoom_rooms = [...byRoom]
      .map(([id, all]) => ({ id: roomOf(id).room_id, room_name: roomOf(id).name, issues_count: all.length }))
      .toSorted((a, b) => b.issues_count - a.issues_count)
      .slice(0, 25);
    return { ...period, total_records: zoom_rooms.length, zoom_rooms };
  });
  on("GET /metrics/issues/zoomrooms/{zoomroomId}", (call) => {
    const period = periodOf(sandbox, call);
    const room = roomOf(call.params["zoomroomId"] ?? "");
    const { rows, ...page } = call.page(
      issues.filter(({ room_id, time }) => room_id === room.id && within(period, time)),
    );
    return { ...page, ...period, issue_details: rows.map(({ issue, time }) => ({ issue, time })) };
  });

  on("GET /metrics/chat", (call) => {
    const period = periodOf(sandbox, call);
    const sent = table<Message>("chat_messages").filter(({ at_ms }) =>
      within(period, new Date(at_ms).toISOString()),
    );
    const bySender = Map.groupBy(sent, ({ sender_id }) => sender_id);
    const files = table<ChatFile>("chat_files");
    const { rows, ...page } = call.page(users.all().filter(({ id }) => bySender.has(id)));
    return {
      ...{ ...page, ...period },
      users: rows.map(({ id, email, display_name }) => {
        const own = bySender.get(id) ?? [];
        // A conversation of two has both their ids with a dot between.
        const p2p = own.filter(({ session }) => session.includes(".")).length;
        const images = own
          .flatMap(({ file_ids }) => file_ids)
          .filter((file) => files.get(file)?.type.startsWith("image/") === true).length;
        const withFiles = own.filter(({ file_ids }) => file_ids.length > 0).length;
        return {
          ...{ user_id: id, email, user_name: display_name, total_sent: own.length, p2p_sent: p2p },
          ...{ group_sent: own.length - p2p, text_sent: own.length - withFiles, files_sent: withFiles },
          ...{ images_sent: images, audio_sent: 0, video_sent: 0, giphys_sent: 0, code_sippet_sent: 0 },
        };
      }),
    };
  });

  // No operation of Zoom's: a room tells that something is wrong with it.
  sandbox.app.post("/_sandbox/rooms/:roomId/alert", async (c) => {
    const room = roomOf(c.req.param("roomId"));
    const { readBody, roomAlertBody } = await import("../told-bodies.ts");
    const { issue } = await readBody(c, roomAlertBody);
    const time = `${sandbox.clock.now().toISOString().slice(0, 19)}Z`;
    allIssues.set(sandbox.ids.key(), { room_id: room.id, issue, time });
    sandbox.emit("zoomroom.alert", {
      object: {
        ...{
          id: room.id,
          room_name: room.name,
          calendar_name: "",
          email: "",
          issue,
          alert_time: sandbox.clock.now().getTime(),
          alert_type: 1,
          component: 2,
          alert_kind: 1,
        },
      },
    });
    return c.json({ issue, time }, 201);
  });
}
