/** Every scope that an operation or an event of Zoom asks for, classic and granular. */
import { events } from "../webhooks/events.ts";
import { operations } from "./operations.ts";

/** All of Zoom's scopes. */
export const SCOPES: ReadonlySet<string> = new Set(
  [...operations.values(), ...events.values()].flatMap(({ scopes }) => scopes),
);
