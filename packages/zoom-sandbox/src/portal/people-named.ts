import { type User, type Users, zoomError } from "../sandbox.ts";
import type { Form } from "./form.ts";
import { emailsIn } from "./people-text.ts";

/** The people whose addresses a form's field `emails` names. @throws {ZoomError} when it names nobody, or somebody unknown */
export function peopleNamed(users: Users, form: Form): User[] {
  const refuse = (message: string) => zoomError(400, 1001, message, [{ field: "emails", message }]);
  const emails = emailsIn(form.text("emails"));
  if (emails.length === 0) throw refuse("Email: enter at least one address.");
  return emails.map((email) => {
    const user = users.byEmail(email);
    if (user === undefined)
      throw refuse(`${email} is not a user of this account; add them under Users first.`);
    return user;
  });
}
