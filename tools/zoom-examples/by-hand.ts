/** Examples written by hand, for actions whose tests use nothing that an example can be made of. */
import type { Example, ExampleEvent, ExampleStep, Reference } from "./example.ts";

type Use = readonly [action: string, input: Readonly<Record<string, unknown>>];

const nameOf = (action: string) => action.replaceAll(/-(\w)/g, (_, letter: string) => letter.toUpperCase());
const stepOf = ([action, input]: Use): ExampleStep => ({
  id: nameOf(action),
  use: `zoom/${action}`,
  input,
});
const from = (action: string, ...path: (string | number)[]): Reference => ({
  $from: [nameOf(action), ...path],
});

const group: Use = ["create-group", { name: "Helpers" }];
const groupId = from("create-group", "id");
const members: Use = ["add-group-members", { groupId, members: [{ email: "hana@acme.example" }] }];
const admins: Use = ["add-group-admins", { groupId, admins: [{ email: "hana@acme.example" }] }];
const field: Use = ["create-tracking-field", { field: "Cost centre", recommended_values: ["North"] }];
const fieldId = from("create-tracking-field", "id");
const webinar: Use = ["create-webinar", { userId: "mei@acme.example", topic: "Shown" }];
const webinarId = from("create-webinar", "id");
const meeting: Use = ["create-meeting", { topic: "Open day", start_time: "2027-03-01T09:00:00Z" }];
const meetingId = from("create-meeting", "id");
const open: Use = [
  "create-webinar",
  {
    ...{ userId: "mei@acme.example", topic: "Shown", type: 5, start_time: "2027-03-01T09:00:00Z" },
    settings: { approval_type: 0 },
  },
];
const poll = {
  title: "Lunch",
  questions: [{ name: "What to eat?", type: "single", answers: ["Soup", "Salad"] }],
};
const webinarPoll: Use = ["create-webinar-poll", { webinarId, ...poll }];
const pollId = from("create-webinar-poll", "id");
const survey = { custom_survey: { title: "How was it?", questions: poll.questions } };
const livestream: Use = [
  "update-meeting-livestream",
  {
    ...{ meetingId, page_url: "https://live.example.com/1", stream_key: "key" },
    stream_url: "rtmp://live.example.com/app",
  },
];
const template: Use = ["create-meeting-template", { userId: "me", meeting_id: meetingId, name: "Weekly" }];
const channel: Use = [
  "create-channel",
  { userId: "me", name: "Launch", type: 3, members: [{ email: "hana@acme.example" }] },
];
const channelId = from("create-channel", "id");
const person: Use = ["get-user", { userId: "hana@acme.example" }];
const botWrites: Use = [
  "send-chatbot-message",
  {
    ...{ to_jid: from("create-channel", "jid"), user_jid: from("get-user", "jid") },
    content: { head: { text: "Build 7 passed" } },
  },
];
const botMessage = from("send-chatbot-message", "message_id");
const device: Use = [
  "add-device",
  {
    ...{ device_name: "Bar", mac_address: "00:11:22:33:44:55", serial_number: "S1", vendor: "Poly" },
    ...{ model: "X50", device_type: 0 },
  },
];

const devices: Use = ["list-devices", { search_text: "Bar" }];
const deviceId = from("list-devices", "devices", 0, "device_id");
const logs: Use = ["list-call-logs", {}];
const callLog = (name: string) => from("list-call-logs", "call_logs", 0, name);

const recipes: readonly (readonly Use[])[] = [
  [group, ["get-group", { groupId }]],
  [group, ["delete-group", { groupId }]],
  [group, members],
  [group, members, ["list-group-members", { groupId }]],
  [group, admins],
  [group, admins, ["list-group-admins", { groupId }]],
  [group, ["get-group-settings", { groupId }]],
  [group, ["update-group-settings", { groupId, schedule_meeting: { host_video: false } }]],
  [field, ["get-tracking-field", { fieldId }]],
  [field, ["delete-tracking-field", { fieldId }]],
  [meeting, ["list-upcoming-meetings", { userId: "me" }]],
  [["list-meeting-templates", { userId: "me" }]],
  [meeting, template],
  [
    meeting,
    template,
    ["get-meeting-template", { userId: "me", meetingTemplateId: from("create-meeting-template", "id") }],
  ],
  [meeting, ["create-meeting-polls", { meetingId, polls: [poll] }]],
  [meeting, livestream],
  [meeting, livestream, ["get-meeting-livestream", { meetingId }]],
  [
    open,
    ["add-webinar-registrant", { webinarId, email: "ada@northwind.example", first_name: "Ada" }],
    [
      "delete-webinar-registrant",
      { webinarId, registrantId: from("add-webinar-registrant", "registrant_id") },
    ],
  ],
  [group, members, ["delete-group-member", { groupId, memberId: "hana@acme.example" }]],
  [group, admins, ["delete-group-admin", { groupId, userId: "hana@acme.example" }]],
  [
    ...[group, members, ["list-group-members", { groupId }] as const],
    [
      "update-group-member",
      { groupId, memberId: from("list-group-members", "members", 0, "id"), action: "set_primary" },
    ],
  ],
  [channel, ["leave-channel", { channelId }]],
  [channel, ["leave-channel", { channelId }], ["join-channel", { channelId }]],
  [channel, person, botWrites],
  [
    ...[channel, person, botWrites],
    ["update-chatbot-message", { message_id: botMessage, content: { head: { text: "Build 7 is out" } } }],
  ],
  [channel, person, botWrites, ["delete-chatbot-message", { message_id: botMessage }]],
  [["revoke-user-sso-token", { userId: "hana@acme.example" }]],
  [device, devices, ["get-device", { deviceId }]],
  [device, devices, ["update-device", { deviceId, device_name: "Lobby" }]],
  [device, devices, ["delete-device", { deviceId }]],
  [["search-users", { email: "@acme.example", name: "hana" }]],
  [open, ["list-webinar-registrants", { webinarId }]],
  [webinar, ["remove-webinar-panelists", { webinarId }]],
  [webinar, ["list-webinar-polls", { webinarId }]],
  [webinar, webinarPoll],
  [webinar, webinarPoll, ["get-webinar-poll", { webinarId, pollId }]],
  [webinar, webinarPoll, ["update-webinar-poll", { webinarId, pollId, ...poll, title: "Dinner" }]],
  [webinar, webinarPoll, ["delete-webinar-poll", { webinarId, pollId }]],
  [webinar, ["get-webinar-survey", { webinarId }]],
  [webinar, ["update-webinar-survey", { webinarId, ...survey }]],
  [webinar, ["delete-webinar-survey", { webinarId }]],
  [open, ["list-webinar-tracking-sources", { webinarId }]],
  [open, ["create-webinar-invite-links", { webinarId, attendees: [{ name: "Ada" }] }]],
];

/** What people do in the sandbox before an example's last step. */
const act = (after: number, what: string, [kind, id]: readonly [string, Reference], body: object = {}) =>
  ({ after, control: what, path: ["", kind, id, ...what.split("/")], body }) as const;
const held = (of: readonly [string, Reference]): readonly ExampleEvent[] => [
  act(1, "start", of),
  act(1, "recording/start", of),
  act(1, "join", of, { email: "luis@acme.example" }),
  { after: 1, advanceMs: 600_000 },
  act(1, "end", of),
  { after: 1, advanceMs: 1_200_000 },
];
const meetingHeld = held(["meetings", meetingId]);
const companion: Use = [
  "control-live-meeting",
  { meetingId, method: "ai_companion.start", params: { ai_companion_mode: "summary" } },
];
const started = act(1, "start", ["meetings", meetingId]);
const summarized: readonly ExampleEvent[] = [
  started,
  act(1, "join", ["meetings", meetingId], { email: "luis@acme.example" }),
  { after: 2, advanceMs: 600_000 },
  act(2, "end", ["meetings", meetingId]),
  { after: 2, advanceMs: 1_200_000 },
];
const nobodyCame: readonly ExampleEvent[] = [
  act(1, "start", ["webinars", webinarId]),
  { after: 1, advanceMs: 600_000 },
  act(1, "end", ["webinars", webinarId]),
];
const called: readonly ExampleEvent[] = [
  {
    ...{ after: 0, control: "/phone/calls", path: ["", "phone", "calls"] },
    body: {
      from: { number: "+12125550111", name: "Ada Ackers" },
      ...{ to: { email: "hana@acme.example" }, recorded: true, ring: "PT5S", talk: "PT30S" },
    },
  },
  { after: 0, advanceMs: 60_000 },
];
const webinarHeld = held(["webinars", webinarId]);
const instant: Use = ["create-meeting", { userId: "hana@acme.example", topic: "Spoken" }];
const trashed: Use = ["delete-recording", { meetingId, action: "trash" }];
const recording: Use = ["get-recording", { meetingId }];
const recordingId = from("get-recording", "recording_files", 0, "id");
const downloaded: readonly Use[] = [
  instant,
  recording,
  ["download-recording", { downloadUrl: from("get-recording", "recording_files", 0, "download_url") }],
];
const luis = { to_contact: "luis@acme.example" };
const sent: readonly Use[] = [
  ...downloaded,
  ["send-chat-file", { file: from("download-recording", "file"), ...luis }],
];
const found: readonly Use[] = [
  ...sent,
  ["get-chat-message", { userId: "me", messageId: from("send-chat-file", "id"), ...luis }],
];
const fileId = from("get-chat-message", "files", 0, "file_id");

const afterwards: readonly (readonly [uses: readonly Use[], around: readonly ExampleEvent[]])[] = [
  [[instant, ["get-past-meeting", { meetingId }]], meetingHeld],
  [[instant, ["list-past-meeting-participants", { meetingId }]], meetingHeld],
  [[instant, ["list-past-meeting-instances", { meetingId }]], meetingHeld],
  [[instant, ["list-past-meeting-polls", { meetingId }]], meetingHeld],
  [[instant, ["list-past-meeting-questions", { meetingId }]], meetingHeld],
  [
    [
      ...[device, devices, ["list-device-groups", {}] as const],
      [
        "assign-device-group",
        { deviceId, group_id: from("list-device-groups", "groups", 0, "zdm_group_id") },
      ],
    ],
    [
      {
        ...{ after: 0, control: "/devices/groups", path: ["", "devices", "groups"] },
        body: { name: "Bars" },
      },
    ],
  ],
  [[logs, ["get-call-log", { callLogId: callLog("id") }]], called],
  [[logs, ["get-call-recording", { id: callLog("id") }]], called],
  [[logs, ["delete-phone-recording", { recordingId: callLog("recording_id") }]], called],
  [[instant, companion], [started]],
  [[instant, companion, ["get-meeting-summary", { meetingId }]], summarized],
  [[instant, companion, ["delete-meeting-summary", { meetingId }]], summarized],
  [[instant, trashed], meetingHeld],
  [
    [
      instant,
      trashed,
      ["recover-recording", { meetingUUID: from("create-meeting", "uuid"), action: "recover" }],
    ],
    meetingHeld,
  ],
  [
    [
      instant,
      recording,
      ["delete-recording-file", { meetingId, recordingId }],
      ["recover-recording-file", { meetingId, recordingId, action: "recover" }],
    ],
    meetingHeld,
  ],
  [downloaded, meetingHeld],
  [sent, meetingHeld],
  [[...found, ["get-chat-file", { fileId }]], meetingHeld],
  [[...found, ["delete-chat-file", { fileId }]], meetingHeld],
  [
    [instant, ["change-meeting-status", { meetingId, action: "end" }]],
    [act(1, "start", ["meetings", meetingId])],
  ],
  [[open, ["list-webinar-absentees", { webinarId }]], nobodyCame],
  [
    [meeting, livestream, ["change-meeting-livestream-status", { meetingId, action: "start" }]],
    [act(2, "start", ["meetings", meetingId])],
  ],
  [[webinar, ["list-past-webinar-instances", { webinarId }]], webinarHeld],
  [[webinar, ["list-past-webinar-participants", { webinarId }]], webinarHeld],
  [[webinar, ["list-past-webinar-polls", { webinarId }]], webinarHeld],
  [[webinar, ["list-past-webinar-questions", { webinarId }]], webinarHeld],
  [[webinar, ["end-webinar", { webinarId, action: "end" }]], [act(1, "start", ["webinars", webinarId])]],
];

/** The examples, by the action that each is of. */
export const byHand: ReadonlyMap<string, Example> = new Map(
  [...recipes.map((uses) => [uses, []] as const), ...afterwards].flatMap(([uses, around]) => {
    const last = uses.at(-1);
    return last ? [[last[0], { steps: uses.map(stepOf), around }] as const] : [];
  }),
);
