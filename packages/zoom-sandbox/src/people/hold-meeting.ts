/** Where others find how a meeting or webinar is held. */
export { joinMeeting, startMeeting } from "./join.ts";
export { endMeeting } from "./leave.ts";
export { presentIn } from "./presence.ts";
