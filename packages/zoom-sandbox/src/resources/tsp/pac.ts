/** Personal audio conferences (PAC): Zoom has no operation to make one, so a route of ours gives them to people. */
import { readBody } from "../../read-body.ts";
import { type Sandbox, zoomError } from "../../sandbox.ts";
import type { UserPac } from "./pac-body.ts";

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
    const { pacBody } = await import("./pac-body.ts");
    const given = await readBody(c, pacBody);
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
