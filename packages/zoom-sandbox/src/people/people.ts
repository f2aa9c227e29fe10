import type { Sandbox } from "../sandbox.ts";

/** Routes that act as a person. */
export function people(_: Sandbox): void {}
