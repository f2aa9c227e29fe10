import { defineAction, expectAnswer } from "@greenroom/connector-kit";
import { z } from "zod";
import { userId } from "../../schemas/meeting.ts";

const user = z.looseObject({
  id: z.string(),
  email: z.string().optional(),
  first_name: z.string().optional(),
  last_name: z.string().optional(),
  display_name: z.string().optional(),
  type: z.number().optional(),
  role_name: z.string().optional(),
  dept: z.string().optional(),
  timezone: z.string().optional(),
  status: z.string().optional(),
  account_id: z.string().nullish(),
  jid: z.string().nullish().describe("Where Team Chat reaches the person"),
  role_id: z.string().nullish(),
  job_title: z.string().nullish(),
  company: z.string().nullish(),
  manager: z.string().nullish(),
  location: z.string().nullish(),
  language: z.string().nullish(),
  phone_number: z.string().nullish(),
  employee_unique_id: z.string().nullish(),
  group_ids: z.array(z.string()).nullish(),
  created_at: z.string().nullish(),
  last_login_time: z.string().nullish(),
  pmi: z.number().nullish().describe("The personal meeting's id"),
  personal_meeting_url: z.string().nullish(),
  pic_url: z.string().nullish(),
  verified: z.number().nullish(),
});

/** Gets a user. @see https://developers.zoom.us/docs/api/users/#tag/users/GET/users/{userId} */
export const getUser = defineAction({
  title: "Get user",
  summary: "Gives a user of the Zoom account.",
  endpoint: "GET /users/{userId}",
  scopes: ["user:read:user", "user:read:user:admin", "user:read", "user:read:admin"],
  effect: "read",
  input: z.strictObject({
    userId: userId.default("me"),
    login_type: z
      .literal([0, 1, 11, 21, 23, 24, 27, 97, 98, 99, 100, 101])
      .optional()
      .describe("100 for a work email address, 101 for SSO"),
    encrypted_email: z.boolean().optional(),
    search_by_unique_id: z.boolean().optional().describe("userId is an employee's unique id"),
  }),
  output: user,
  run: async ({ call, input: { userId: id, ...query } }) =>
    expectAnswer(user, await call({ path: { userId: id }, query })),
});
