import type { Sandbox } from "../../sandbox.ts";

/** Meetings of the account. */
export function meetings(_: Sandbox): void {}
