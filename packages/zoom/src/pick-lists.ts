/** What people choose at Zoom instead of typing an id, and the fields that take it. */
import type { PickLists } from "@greenroom/connector-kit";

const whole = { limit: 2_000 };
const user = { list: "users", input: "userId" };

/** Zoom's lists. */
export const pickLists: PickLists = {
  lists: {
    users: {
      ...{ title: "Users", action: "list-users", input: whole, items: "users" },
      ...{ value: "id", label: ["display_name", "first_name", "last_name"], note: ["email"] },
    },
    meetings: {
      ...{ title: "Meetings", action: "list-meetings", input: whole, items: "meetings" },
      ...{ value: "id", label: ["topic"], note: ["start_time", "id"], within: user },
    },
    webinars: {
      ...{ title: "Webinars", action: "list-webinars", input: whole, items: "webinars" },
      ...{ value: "id", label: ["topic"], note: ["start_time", "id"], within: user },
    },
    groups: {
      ...{ title: "Groups", action: "list-groups", input: whole, items: "groups" },
      ...{ value: "id", label: ["name"] },
    },
    roles: { title: "Roles", action: "list-roles", items: "roles", value: "id", label: ["name"] },
    rooms: {
      ...{ title: "Zoom Rooms", action: "list-rooms", input: whole, items: "rooms" },
      ...{ value: "id", label: ["name"], note: ["location_id"] },
    },
    "tracking-fields": {
      ...{ title: "Tracking fields", action: "list-tracking-fields", items: "tracking_fields" },
      ...{ value: "id", label: ["field"] },
    },
    "tracking-field-names": {
      ...{ title: "Tracking fields", action: "list-tracking-fields", items: "tracking_fields" },
      ...{ value: "field", label: ["field"] },
    },
    channels: {
      ...{ title: "Team Chat channels", action: "list-channels", input: whole, items: "channels" },
      ...{ value: "id", label: ["name"], within: user },
    },
  },
  fields: {
    ...{ userId: "users", user_id: "users", host_id: "users", host: "users", schedule_for: "users" },
    ...{ transfer_email: "users", assistantId: "users", schedulerId: "users" },
    ...{ meetingId: "meetings", meeting_id: "meetings", webinarId: "webinars", webinar_id: "webinars" },
    ...{ groupId: "groups", group_id: "groups", target_group_id: "groups" },
    ...{ roleId: "roles", role_id: "roles", roomId: "rooms", zoomroomId: "rooms" },
    ...{ fieldId: "tracking-fields", trackingField: "tracking-field-names" },
    ...{ channelId: "channels", to_channel: "channels" },
  },
};
