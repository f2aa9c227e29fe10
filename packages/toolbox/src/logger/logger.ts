import { defineAction, defineConnector } from "@greenroom/connector-kit";
import { z } from "zod";

const logMessage = defineAction({
  title: "Log message",
  summary: "Puts a message, and any value, into the job's history. Nothing leaves the server.",
  endpoint: "POST /messages",
  scopes: [],
  effect: "read",
  input: z.strictObject({
    message: z.string().describe("What people read in the job"),
    data: z.unknown().optional().describe("Any value to keep with it"),
  }),
  output: z.object({ message: z.string(), data: z.unknown().optional() }),
  run: async ({ input }) => input,
});

/** The connector `logger`: notes in the job's own history, for trying out a recipe. */
export const logger = defineConnector({
  id: "logger",
  title: "Logger",
  summary: "Notes in the job's history.",
  actions: { "log-message": logMessage },
  triggers: {},
  createClient: () => ({
    request: () => Promise.reject(new Error("the logger sends nothing")),
    send: () => Promise.reject(new Error("the logger sends nothing")),
  }),
});
