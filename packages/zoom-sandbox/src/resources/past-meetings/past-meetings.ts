import type { Sandbox } from "../../sandbox.ts";

/** Meetings that have ended. */
export function pastMeetings(_: Sandbox): void {}
