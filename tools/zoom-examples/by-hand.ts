/** Examples written by hand, for actions whose tests use nothing that an example can be made of. */
import type { Example, ExampleStep, Reference } from "./example.ts";

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
  [meeting, ["create-meeting-template", { userId: "me", meeting_id: meetingId, name: "Weekly" }]],
  [meeting, ["create-meeting-polls", { meetingId, polls: [poll] }]],
  [meeting, livestream],
  [meeting, livestream, ["get-meeting-livestream", { meetingId }]],
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

/** The examples, by the action that each is of. */
export const byHand: ReadonlyMap<string, Example> = new Map(
  recipes.flatMap((uses) => {
    const last = uses.at(-1);
    return last ? [[last[0], { steps: uses.map(stepOf), around: [] }] as const] : [];
  }),
);
