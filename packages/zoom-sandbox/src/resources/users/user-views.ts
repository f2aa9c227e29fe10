import type { Account, Role, User } from "../../sandbox.ts";

/** The version of everybody's client. */
export const CLIENT_VERSION = "6.6.0.1234";

/** A person as `GET /users` lists them. */
export function listItem(user: User): object {
  const { id, email, type, status, dept, created_at, role_id, group_ids, verified } = user;
  const pending = { id, email, type, status, dept, created_at, role_id, group_ids, verified };
  if (status === "pending") return pending;
  const { first_name, last_name, display_name, pmi, timezone, user_created_at, last_login_time } = user;
  const { language, phone_number } = user;
  return {
    ...pending,
    first_name,
    last_name,
    display_name,
    pmi,
    timezone,
    user_created_at,
    // Zoom: who never signed in has no client either.
    ...(last_login_time === "" ? {} : { last_login_time, last_client_version: `${CLIENT_VERSION}(win)` }),
    language,
    phone_number,
  };
}

/** A person as `GET /users/{userId}` shows them. */
export function profile(user: User, account: Account, role: Role | undefined, pic_url: string): object {
  const { phone_number, vanity_name } = user;
  return {
    ...user,
    // Shown below in other fields.
    phone_number: undefined,
    vanity_name: undefined,
    role_name: role?.name ?? "",
    account_id: account.id,
    account_number: account.account_number,
    cms_user_id: "",
    jid: `${user.id.toLowerCase()}@xmpp.zoom.us`,
    personal_meeting_url: `https://zoom.us/j/${user.pmi}`,
    phone_numbers:
      phone_number === ""
        ? []
        : [{ country: "", code: "", number: phone_number, verified: false, label: "" }],
    vanity_url: vanity_name === "" ? "" : `https://zoom.us/my/${vanity_name}`,
    cluster: "us02",
    pic_url,
  };
}
