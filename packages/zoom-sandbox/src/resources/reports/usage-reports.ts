/** Reports of a period: days, hosts, meetings of a person, telephones, history, activities, what is to come. */
import type { Call } from "../../call.ts";
import { type Sandbox, type User, zoomError } from "../../sandbox.ts";
import { type Meeting, startsOf } from "../meetings/meeting-rows.ts";
import { minutesBetween } from "../scheduled/past.ts";
import { daysOf, groupOf, periodOf, within } from "./period.ts";
import { type Held, heldOf, reportedSession, sessionsIn } from "./sessions.ts";

const RECENT_MONTHS = 6;

/** The reports of a period. */
export function usageReports(sandbox: Sandbox): void {
  const { api, clock, table, users } = sandbox;
  const heldIn = (period: { from: string; to: string }) =>
    sessionsIn(sandbox, period).map((instance) => heldOf(sandbox, instance));
  const inGroup = (call: Call) => {
    const group = call.query("group_id");
    return (user: User | undefined) => !group || user?.group_ids.includes(group) === true;
  };

  api.on("GET /report/daily", (call) => {
    const now = clock.now();
    const year = Number(call.query("year") ?? now.getUTCFullYear());
    const month = Number(call.query("month") ?? now.getUTCMonth() + 1);
    const age = (now.getUTCFullYear() - year) * 12 + now.getUTCMonth() + 1 - month;
    if (!Number.isInteger(age) || month < 1 || month > 12 || age < 0 || age >= RECENT_MONTHS) {
      const message = "Daily report can only be provided for a month that falls within the recent 6 months.";
      throw zoomError(400, 300, message);
    }
    const first = `${year}-${String(month).padStart(2, "0")}-01`;
    const last = new Date(Date.UTC(year, month, 0)).toISOString().slice(0, 10);
    const period = { from: first, to: last };
    const held = heldIn(period).filter(({ host }) => inGroup(call)(host));
    const today = now.toISOString().slice(0, 10);
    const dates = daysOf(period)
      .filter((day) => day <= today)
      .map((date) => {
        const of = held.filter(({ instance }) => instance.start_time.startsWith(date));
        return {
          date,
          new_users: users.all().filter(({ user_created_at }) => user_created_at.startsWith(date)).length,
          ...{ meetings: of.length, participants: sum(of, ({ people }) => people) },
          meeting_minutes: sum(of, ({ totalMinutes }) => totalMinutes),
        };
      });
    return { year, month, dates };
  });

  api.on("GET /report/users", (call) => {
    const period = periodOf(sandbox, call);
    const held = heldIn(period);
    const byHost = Map.groupBy(held, ({ instance }) => instance.host_id);
    const inactive = call.query("type") === "inactive";
    const fits = inGroup(call);
    const list = users
      .all()
      .filter((user) => user.status === "active" && fits(user) && byHost.has(user.id) !== inactive);
    const { rows, ...page } = call.page(list);
    const counted = list.flatMap(({ id }) => byHost.get(id) ?? []);
    return {
      ...{ ...page, ...period, total_meetings: counted.length },
      total_meeting_minutes: sum(counted, ({ totalMinutes }) => totalMinutes),
      total_participants: sum(counted, ({ people }) => people),
      users: rows.map(({ id, email, display_name, type, dept, custom_attributes = [] }) => {
        const own = byHost.get(id) ?? [];
        return {
          ...{ id, email, user_name: display_name, type, dept, custom_attributes, meetings: own.length },
          participants: sum(own, ({ people }) => people),
          meeting_minutes: sum(own, ({ totalMinutes }) => totalMinutes),
        };
      }),
    };
  });

  api.on("GET /report/users/{userId}/meetings", (call) => {
    const user = users.named(call.params.userId, call.caller);
    const period = periodOf(sandbox, call);
    const type = call.query("type") ?? "past";
    // Zoom: pastOne are those where nobody else came, which the other lists leave out (OpenAPI file).
    const list = heldIn(period).filter(
      ({ instance, stays, people }) =>
        (people === 1) === (type === "pastOne") &&
        (instance.host_id === user.id || (type === "pastJoined" && stays.some(({ id }) => id === user.id))),
    );
    const { rows, ...page } = call.page(list);
    return {
      ...{ ...page, ...period },
      meetings: rows.map((held) => ({
        ...reportedSession(held),
        ...{
          host_name: held.host?.display_name ?? "",
          source: "Zoom",
          has_screen_share: held.features.screenShare,
        },
        ...{
          has_recording: held.features.recording,
          has_chat: held.features.chat,
          meeting_encryption_status: 1,
        },
        schedule_time: held.planned?.start_time ?? held.instance.start_time,
        ...timesOf(held, user),
        participants_count_my_account: new Set(held.stays.map(({ id }) => id).filter(Boolean)).size,
      })),
    };
  });

  api.on("GET /report/telephone", (call) => {
    const period = periodOf(sandbox, call);
    const calls = heldIn(period).flatMap(({ instance, host, stays, end }) =>
      stays
        .filter(({ device }) => device === "telephone")
        .map(({ phone_number = "", join_time, leave_time = end }) => ({
          ...{
            meeting_id: instance.meeting_id,
            uuid: instance.uuid,
            meeting_type: "Meeting",
            type: "call-in",
          },
          ...{ phone_number, call_in_number: phone_number, signaled_number: phone_number, country_name: "" },
          ...{
            host_id: instance.host_id,
            host_name: host?.display_name ?? "",
            host_email: host?.email ?? "",
          },
          ...{ dept: host?.dept ?? "", start_time: join_time, end_time: leave_time, rate: 0, total: 0 },
          duration: minutesBetween(join_time, leave_time),
        })),
    );
    const { rows, ...page } = call.page(calls);
    return { ...page, ...period, telephony_usage: rows };
  });

  api.on("GET /report/upcoming_events", (call) => {
    const period = periodOf(sandbox, call);
    const type = call.query("type") ?? "all";
    const tables = ["meetings", "webinars"].filter((name) => type === "all" || name.startsWith(type));
    const fits = inGroup(call);
    const list = tables
      .flatMap((name) => table<Meeting>(name).all())
      .filter(({ deleted, host_id }) => !deleted && fits(users.find(host_id)))
      .flatMap((row) => startsOf(row).map((start_time) => ({ ...row, start_time })))
      .filter(({ start_time }) => within(period, start_time))
      .map(({ id, topic, host_id, start_time }) => {
        const host = users.find(host_id);
        return {
          id: String(id),
          topic,
          host_id,
          start_time,
          host_name: host?.display_name ?? "",
          dept: host?.dept ?? "",
        };
      });
    const { rows, ...page } = call.page(list);
    return { ...page, ...period, upcoming_events: rows };
  });

  api.on("GET /report/history_meetings", (call) => {
    const period = periodOf(sandbox, call);
    const [kind, word] = [call.query("meeting_type"), call.query("search_key")?.toLowerCase()];
    groupOf(sandbox, call);
    const fits = inGroup(call);
    const list = heldIn(period).filter(
      ({ instance, host }) =>
        (!kind || kind === "all" || instance.kind === kind) &&
        (!word || instance.topic.toLowerCase().includes(word) || String(instance.meeting_id) === word) &&
        fits(host),
    );
    const { rows, ...page } = call.page(list);
    return { ...page, history_meetings: rows.map(historyOf) };
  });

  api.on("GET /report/meeting_activities", (call) => {
    const period = periodOf(sandbox, call);
    const [number, word] = [call.query("meeting_number"), call.query("search_key")?.toLowerCase()];
    const wanted = call.query("activity_type");
    const list = heldIn(period)
      .filter(({ instance }) => !number || String(instance.meeting_id) === number)
      .flatMap(activitiesOf)
      .filter(
        ({ activity_category, operator }) =>
          (wanted === "All Activities" || activity_category === wanted) &&
          (!word || operator.toLowerCase().includes(word)),
      );
    const { rows, ...page } = call.page(list);
    return { ...page, meeting_activity_logs: rows };
  });
}

function sum<T>(list: readonly T[], of: (one: T) => number): number {
  return list.reduce((total, one) => total + of(one), 0);
}

function timesOf({ stays, end }: Held, { id }: User): object {
  const own = stays.find((stay) => stay.id === id);
  return own ? { join_time: own.join_time, leave_time: own.leave_time ?? end } : {};
}

function historyOf(held: Held): object {
  const { instance, host, planned, people, duration, totalMinutes, end, features } = held;
  return {
    ...{ meeting_uuid: instance.uuid, meeting_id: instance.meeting_id, topic: instance.topic },
    ...{
      type: instance.kind === "meeting" ? "Meeting" : "Webinar",
      host_display_name: host?.display_name ?? "",
    },
    ...{
      host_email: host?.email ?? "",
      start_time: instance.start_time,
      end_time: end,
      participants: people,
    },
    ...{
      duration,
      total_participant_minutes: totalMinutes,
      department: host?.dept ?? "",
      group: [],
      source: "Zoom",
    },
    ...{ unique_viewers: people, max_concurrent_views: people, custom_fields: [] },
    ...{
      create_time: planned?.created_at ?? instance.start_time,
      tracking_fields: planned?.tracking_fields ?? [],
    },
    feature_used: {
      ...{ screen_sharing: features.screenShare, video_on: features.video, telephone_usage: features.pstn },
      ...{ in_meeting_chat: features.chat, poll: features.poll, join_by_room: features.room },
      ...{ record_to_cloud: features.recording, meeting_summary: instance.summarised === true },
    },
  };
}

function activitiesOf({ instance, host, planned, stays, end }: Held) {
  const activity = (
    activity_time: string,
    activity_category: string,
    operator: string,
    operator_email: string,
  ) => ({
    ...{
      meeting_number: String(instance.meeting_id),
      activity_time,
      operator,
      operator_email,
      activity_category,
    },
    activity_detail: instance.topic,
  });
  const [name, email] = [host?.display_name ?? "", host?.email ?? ""];
  return [
    activity(planned?.created_at ?? instance.start_time, "Meeting Created", name, email),
    activity(instance.start_time, "Meeting Started", name, email),
    ...stays.flatMap((stay) => [
      activity(stay.join_time, "User Join", stay.name, stay.user_email),
      activity(stay.leave_time ?? end, "User Left", stay.name, stay.user_email),
    ]),
    activity(end, "Meeting Ended", name, email),
  ];
}
