import { defineAction } from "@greenroom/connector-kit";
import { z } from "zod";
import { rowsOf } from "../../operations/operation-action.ts";
import { usersActions } from "../../operations/users.gen.js";

const user = z.looseObject({
  id: z.string().nullish(),
  email: z.string().nullish(),
  display_name: z.string().nullish(),
  first_name: z.string().nullish(),
  last_name: z.string().nullish(),
  type: z.number().nullish(),
  status: z.string().nullish(),
  role_id: z.string().nullish(),
  dept: z.string().nullish(),
  group_ids: z.array(z.string()).nullish(),
  timezone: z.string().nullish(),
  last_login_time: z.string().nullish(),
  created_at: z.string().nullish(),
});

/** How many are found when nobody says how many are wanted. */
const unasked = 1_000;

/** Finds people. @see https://developers.zoom.us/docs/api/users/#tag/users/GET/users */
export const searchUsers = defineAction({
  title: "Search users",
  summary: "Finds people of the account by status, role, group, e-mail address or name.",
  endpoint: "GET /users",
  scopes: ["user:read:list_users:admin", "user:read:admin"],
  effect: "read",
  input: z.strictObject({
    status: z.enum(["active", "inactive", "pending"]).optional().describe("active when it is not said"),
    role_id: z.string().min(1).optional().describe("The role that they have"),
    group_id: z.string().min(1).optional().describe("A group that they are in"),
    email: z.string().min(1).optional().describe("A part of the address, such as @acme.com"),
    name: z.string().min(1).optional().describe("A part of the name, in capitals or not"),
    limit: z.int().min(1).max(100_000).optional().describe("People at most; 1,000 when it is not said"),
  }),
  output: z.object({ users: z.array(user) }),
  // Zoom: the operation takes status and role alone; group, address and name are looked for in what it lists.
  async run({ client, input: { status, role_id, group_id, email, name, limit = unasked } }) {
    const users: z.output<typeof user>[] = [];
    for await (const row of rowsOf(client, usersActions["list-users"], { status, role_id })) {
      const one = user.parse(row);
      if (group_id !== undefined && !one.group_ids?.includes(group_id)) continue;
      if (email !== undefined && !has(email, one.email)) continue;
      const called = [one.display_name, `${one.first_name ?? ""} ${one.last_name ?? ""}`];
      if (name !== undefined && !called.some((text) => has(name, text))) continue;
      users.push(one);
      if (users.length === limit) break;
    }
    return { users };
  },
});

const has = (part: string, whole: string | null | undefined): boolean =>
  whole?.toLowerCase().includes(part.toLowerCase()) === true;
