/** Personal audio conferences (PAC): Zoom has no operation to make one, so a route of ours gives them to people. */
import { z } from "zod";
import { readBody } from "../../read-body.ts";
import { type Sandbox, zoomError } from "../../sandbox.ts";

const dialIn = z.strictObject({ country: z.string().min(1), number: z.string().min(1).max(16) });
const account = z.strictObject({
  conference_id: z.int().positive(),
  dedicated_dial_in_number: z.array(dialIn).default([]),
  global_dial_in_numbers: z.array(dialIn).default([]),
  listen_only_password: z.string().max(6).default(""),
  participant_password: z.string().max(6).default(""),
});
const body = z.strictObject({ pac_accounts: z.array(account) });

/** A person's conferences. Table `user_pac`, by the person's id; without a row PAC is off for them. */
type UserPac = z.infer<typeof body>;

/** Zoom's operation, and `PUT /_sandbox/users/{email}/pac` that switches PAC on; `DELETE` switches it off. */
export function pac({ api, app, users, table, onUserRemoved }: Sandbox): void {
  const people = table<UserPac>("user_pac");

  api.on("GET /users/{userId}/pac", (call) => {
    const { id } = users.named(call.params["userId"] ?? "", call.caller);
    const found = people.get(id);
    if (!found) throw zoomError(400, 2024, "User does not have PAC enabled.");
    return found;
  });

  const path = "/_sandbox/users/:email/pac";
  const nobody = (email: string) => ({ error: `Nobody here has the address ${email}.` });
  app.put(path, async (c) => {
    const given = await readBody(c, body);
    const user = users.byEmail(c.req.param("email"));
    if (!user) return c.json(nobody(c.req.param("email")), 404);
    people.set(user.id, given);
    return c.json(given);
  });
  app.delete(path, (c) => {
    const user = users.byEmail(c.req.param("email"));
    if (!user) return c.json(nobody(c.req.param("email")), 404);
    people.delete(user.id);
    return c.body(null, 204);
  });
  onUserRemoved((user) => void people.delete(user.id));
}
