import type { Action } from "./action.ts";
import { attendanceActions } from "./attendance-actions.ts";
import { contentActions } from "./content-actions.ts";
import { hostActions } from "./host-actions.ts";
import { aroundActions } from "./around-actions.ts";

/** Everything people can do, by the last part of its route; scenarios and the portal's page do the same. */
export const actions: Readonly<Record<string, Action>> = {
  ...attendanceActions,
  ...contentActions,
  ...aroundActions,
  ...hostActions,
};
