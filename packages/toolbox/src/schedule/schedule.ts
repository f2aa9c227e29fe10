import { defineConnector } from "@greenroom/connector-kit";
import { cronTrigger } from "./cron.ts";
import { recurrenceTrigger } from "./recurrence.ts";

/** The connector `schedule`: starts recipes by the clock. */
export const schedule = defineConnector({
  id: "schedule",
  title: "Schedule",
  summary: "Starts recipes by the clock: by cron pattern or recurrence rule, in any time zone.",
  actions: {},
  triggers: { cron: cronTrigger, recurrence: recurrenceTrigger },
  createClient: () => ({
    request: () => Promise.reject(new Error("a schedule asks nobody")),
    send: () => Promise.reject(new Error("a schedule asks nobody")),
  }),
});
