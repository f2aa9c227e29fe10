import type { Reconciler } from "@greenroom/connector-kit";
import { chatReconciler } from "./chat.ts";
import { endedReconciler } from "./ended.ts";
import { recordingsReconciler } from "./recordings.ts";
import { registrantsReconciler } from "./registrants.ts";
import { scheduledReconciler } from "./scheduled.ts";
import { usersReconciler } from "./users.ts";

/** What finds the events that no webhook told. */
export const reconcilers: readonly Reconciler[] = [
  scheduledReconciler("meeting"),
  scheduledReconciler("webinar"),
  endedReconciler,
  recordingsReconciler,
  registrantsReconciler("meeting"),
  registrantsReconciler("webinar"),
  usersReconciler,
  chatReconciler,
];
