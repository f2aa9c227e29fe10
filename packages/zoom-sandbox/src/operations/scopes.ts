/** Every scope that an operation or an event of Zoom asks for, classic and granular. */
import { events } from "../webhooks/events.ts";
import { operations } from "./operations.ts";

let all: ReadonlySet<string> | undefined;

/** All of Zoom's scopes. */
export function allScopes(): ReadonlySet<string> {
  return (all ??= new Set([...operations().values(), ...events().values()].flatMap(({ scopes }) => scopes)));
}
