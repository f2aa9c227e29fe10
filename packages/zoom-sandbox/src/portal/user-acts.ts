import type { Group } from "../resources/groups/group-changes.ts";
import type { Transfer, User } from "../sandbox.ts";
import { zoomError } from "../sandbox.ts";
import type { Pages } from "./admin.ts";
import { withNotice } from "./admin.ts";
import { confirmation } from "./confirmation.ts";
import type { Form } from "./form.ts";
import { peopleCount } from "./people-text.ts";
import type { PortalParts } from "./portal-pages.ts";
import { deleteUser, removeUsers } from "./user-forms.ts";
import { createUserReach } from "./user-reach.ts";
import { withQuery } from "./with-query.ts";

const HERE = "/portal/users";
const INVITATION_MS = 30 * 86_400_000;

/** What is done to people, one by one or many at once: activate, deactivate, unlink, delete with transfer, invitations. */
export function userActs(parts: PortalParts, pages: Pages): void {
  const { sandbox, sessions, userChanges, groupChanges } = parts;
  const { users, roles, account, clock, table } = sandbox;
  const groups = table<Group>("groups");
  const reach = createUserReach(sandbox);

  /** Those whom a form or an address chose. @throws {ZoomError} */
  function chosenBy(by: User, ids: readonly string[]): User[] {
    if (ids.length === 0) throw zoomError(400, 300, "Choose at least one person.");
    return [...new Set(ids)].map((id) => reach.named(by, id));
  }

  pages.get(`${HERE}/bulk`, "User:Edit", (c, user) => {
    const action = c.req.query("action") === "unlink" ? "unlink" : "delete";
    const body = removeUsers(action, chosenBy(user, c.req.queries("ids") ?? []), sessions.csrf(user));
    return pages.show(c, user, { title: "Users", here: HERE, body });
  });

  pages.post(`${HERE}/bulk`, "User:Edit", (_, user, form) => {
    const ids = form.list("ids");
    const chosen = chosenBy(user, ids);
    const [action = "", value = ""] = form.text("action").split(":");
    const run = bulk(action, value, chosen, user, form);
    if ((action === "unlink" || action === "delete") && form.text("confirmed") !== "true") {
      const path = withQuery(`${HERE}/bulk`, { action });
      return `${path}&${new URLSearchParams(ids.map((id): [string, string] => ["ids", id])).toString()}`;
    }
    for (const row of chosen) run(row);
    return withNotice(
      HERE,
      `Done for ${chosen.length === 1 ? chosen[0]?.email : peopleCount(chosen.length)}.`,
    );
  });

  /** What to do with each; all that could refuse it is looked at before. @throws {ZoomError} */
  function bulk(
    action: string,
    value: string,
    chosen: readonly User[],
    by: User,
    form: Form,
  ): (row: User) => void {
    const owner = chosen.find(({ id }) => id === account.owner_id);
    const leave = (says: string): void => {
      if (owner !== undefined)
        throw zoomError(400, 1117, `${owner.email} owns the account and cannot be ${says}; choose others.`);
      const invited = chosen.find(({ status }) => status === "pending");
      if (invited !== undefined)
        throw zoomError(400, 1120, `${invited.email} is invited only; see the tab Pending.`);
    };
    switch (action) {
      case "activate":
        leave("activated");
        return (row) => userChanges.setStatus(row, "active", by);
      case "deactivate":
        leave("deactivated");
        return (row) => userChanges.setStatus(row, "inactive", by);
      case "unlink":
      case "delete": {
        leave(action === "unlink" ? "unlinked" : "deleted");
        const transfer = transferOf(chosen, form);
        return (row) =>
          userChanges.remove(row, action === "unlink" ? "disassociate" : "delete", by, transfer);
      }
      case "type": {
        if (value !== "1" && value !== "2") throw zoomError(400, 300, "Make them 1 (Basic) or 2 (Licensed).");
        return (row) => userChanges.update(row, { type: Number(value) }, by);
      }
      case "group": {
        const group = groups.get(value);
        if (group === undefined) throw zoomError(404, 4130, `A group with this ${value} does not exist.`);
        if (!roles.allows(by, "Group:Edit")) throw zoomError(400, 200, "Your role may not edit groups.");
        return (row) => groupChanges.addMembers(group, [row], by);
      }
      default:
        throw zoomError(400, 300, `There is no action ${action}.`);
    }
  }

  pages.get(`${HERE}/:id/delete`, "User:Edit", (c, user) => {
    const row = reach.named(user, c.req.param("id"));
    const csrf = sessions.csrf(user);
    const invitation = {
      ...{ title: `Take back the invitation of ${row.email}`, label: "Delete", here: HERE },
      ...{ what: "They can be invited again.", back: `${HERE}?tab=pending` },
    };
    const body =
      row.status === "pending" ? confirmation(c.req.path, csrf, invitation) : deleteUser(row, csrf);
    return pages.show(c, user, { title: `Delete ${row.email}`, here: HERE, body });
  });

  function transferOf(rows: readonly User[], form: Form): Transfer {
    const email = form.text("transfer_email");
    if (email === "") return {};
    const to = users.byEmail(email);
    if (to === undefined || rows.includes(to) || to.status !== "active") {
      const message = `${email} is no other active user of this account; name one who stays.`;
      throw zoomError(404, 1001, message, [{ field: "transfer_email", message }]);
    }
    return Object.fromEntries(
      ["meetings", "webinars", "recordings", "whiteboards"].flatMap((what) =>
        form.text(`transfer_${what}`) === "true" ? [[what, to]] : [],
      ),
    );
  }

  const act = (name: string, says: string, run: (row: User, by: User, form: Form) => void): void =>
    pages.post(`${HERE}/:id/${name}`, "User:Edit", (c, user, form) => {
      const row = reach.named(user, c.req.param("id"));
      const back = row.status === "pending" ? `${HERE}?tab=pending` : HERE;
      run(row, user, form);
      return withNotice(back, `${says} ${row.email}.`);
    });
  const setStatus = (row: User, status: "active" | "inactive", by: User): void => {
    if (row.status === "pending")
      throw zoomError(400, 1120, `${row.email} is invited only: accept the invitation first.`);
    userChanges.setStatus(row, status, by);
  };
  act("activate", "Activated", (row, by) => setStatus(row, "active", by));
  act("deactivate", "Deactivated", (row, by) => setStatus(row, "inactive", by));
  act("delete", "Deleted", (row, by, form) => {
    const action = row.status === "pending" ? "disassociate" : "delete";
    userChanges.remove(row, action, by, transferOf([row], form));
  });
  act("unlink", "Unlinked", (row, by, form) =>
    userChanges.remove(row, "disassociate", by, transferOf([row], form)),
  );
  // The invited person would follow a link in an email; in the sandbox an admin may do it for them.
  act("accept", "Accepted the invitation of", (row) => userChanges.acceptInvitation(row));
  act("resend", "Sent the invitation again to", (row) => {
    if (row.status !== "pending") throw zoomError(400, 1120, "Invitation not found.");
    row.invitation_expires_at = new Date(clock.now().getTime() + INVITATION_MS).toISOString();
    sandbox.mail(row.email, "You are invited to a Zoom account", `Sign in at ${sandbox.origin()}/signin.`);
  });
}
