/**
 * How a person gets in: e-mail, password, ZAK and other tokens, presence.
 *
 * Not emulated: a new password is checked and forgotten, as everybody's is the same here.
 */
import { type Sandbox, type User, invalidField, zoomError } from "../../sandbox.ts";
import { endSessions } from "../../portal/session.ts";
import { acting } from "./users.ts";
import type { UserChanges } from "./user-changes.ts";

/** A token to start meetings with. Table `zaks`. */
export interface Zak {
  token: string;
  user_id: string;
  expires_ms: number;
}

interface Presence {
  status: string;
  /** When Do not disturb ends. */
  until_ms?: number;
}

const PRESENCE = "user presence";
const ZAK_LIFETIME_SECONDS = 7_200;
// Zoom: the event has other words for some of the same.
const EVENT_PRESENCE: Readonly<Record<string, string>> = {
  Do_No_Disturb: "Do_Not_Disturb",
  In_A_Zoom_Meeting: "In_Meeting",
  On_A_Call: "On_Phone_Call",
  Out_of_Office: "Away",
};
const MINUTE_MS = 60_000;
const DEFAULT_SNOOZE_MINUTES = 20;

/** Makes a ZAK for a person, good for two hours unless told otherwise. */
export function makeZak(
  { table, ids, clock }: Pick<Sandbox, "table" | "ids" | "clock">,
  user: User,
  ttlSeconds = ZAK_LIFETIME_SECONDS,
): string {
  const token = `${ids.secret(60)}.${ids.secret(43)}`;
  const expires_ms = clock.now().getTime() + ttlSeconds * 1_000;
  table<Zak>("zaks").set(token, { token, user_id: user.id, expires_ms });
  return token;
}

/** The operations on a person's ways in. */
export function userAccess(sandbox: Sandbox, changes: UserChanges): void {
  const { api, clock, table, users, account } = sandbox;
  const isAdmin = ({ role_id }: User) => role_id === "0" || role_id === "1";

  api.on("PUT /users/{userId}/email", (call) => {
    const user = acting(users.named(call.params.userId, call.caller));
    const by = call.caller.user;
    if (!isAdmin(by)) throw zoomError(400, 200, "Only an account administrator can change email.");
    if (isAdmin(user) && user.id !== by.id && by.id !== account.owner_id) {
      throw zoomError(400, 1000, "Admin can not change other admins email.");
    }
    const { email } = call.body<{ email: string }>();
    if (users.byEmail(email)) throw zoomError(409, 1005, "Email has already been used");
    changes.update(user, { email }, by);
  });

  api.on("PUT /users/{userId}/password", (call) => {
    const user = acting(users.named(call.params.userId, call.caller));
    if (isAdmin(user) && user.id !== call.caller.user.id)
      throw zoomError(400, 1117, "Can not update Admin's password");
    if (!user.login_types.includes(100)) {
      throw zoomError(400, 1123, "Can only update password of Zoom work email account");
    }
    checkPassword(call.body<{ password: string }>().password);
  });

  api.on("GET /users/me/zak", (call) => ({ token: makeZak(sandbox, call.caller.user) }));
  api.on("GET /users/{userId}/token", (call) => {
    const user = acting(users.named(call.params.userId, call.caller));
    const ttl = Number(call.query("ttl") ?? ZAK_LIFETIME_SECONDS);
    if (!(ttl > 0 && ttl <= 7_776_000)) {
      throw invalidField("ttl");
    }
    return { token: makeZak(sandbox, user, ttl) };
  });
  api.on("DELETE /users/{userId}/token", (call) => {
    const user = acting(users.named(call.params.userId, call.caller));
    const zaks = table<Zak>("zaks");
    for (const { token } of zaks.filter(({ user_id }) => user_id === user.id)) zaks.delete(token);
    endSessions(sandbox, user);
  });

  const presence = (user: User): Presence => {
    const kept = table<Presence>(PRESENCE).get(user.id) ?? { status: "Available" };
    const over = kept.until_ms !== undefined && kept.until_ms <= clock.now().getTime();
    return over ? { status: "Available" } : kept;
  };
  api.on("GET /users/{userId}/presence_status", (call) => {
    const { status, until_ms } = presence(acting(users.named(call.params.userId, call.caller)));
    if (until_ms === undefined) return { status };
    const remaining_time = Math.ceil((until_ms - clock.now().getTime()) / MINUTE_MS);
    return { status, end_time: `${new Date(until_ms).toISOString().slice(0, 19)}Z`, remaining_time };
  });
  api.on("PUT /users/{userId}/presence_status", (call) => {
    const user = acting(users.named(call.params.userId, call.caller));
    const { status, duration } = call.body<{ status: string; duration?: number }>();
    // Zoom: snoozing is written Do_No_Disturb, without a t (OpenAPI file).
    const until_ms =
      status === "Do_No_Disturb"
        ? clock.now().getTime() + (duration ?? DEFAULT_SNOOZE_MINUTES) * MINUTE_MS
        : undefined;
    table<Presence>(PRESENCE).set(user.id, { status, ...(until_ms !== undefined && { until_ms }) });
    sandbox.emit(
      "user.presence_status_updated",
      {
        object: {
          ...{ date_time: `${clock.now().toISOString().slice(0, 19)}Z`, email: user.email, id: user.id },
          presence_status: EVENT_PRESENCE[status] ?? status,
        },
      },
      { userId: user.id },
    );
  });
}

// Zoom: codes 1124 to 1136, one for each rule.
const PASSWORD_RULES: readonly (readonly [
  code: number,
  message: string,
  holds: (text: string) => boolean,
])[] = [
  [1124, "Have at least 8 characters", (text) => text.length >= 8],
  [1125, "Have at least 1 letter (a, b, c…)", (text) => /[a-z]/i.test(text)],
  [1126, "Have at least 1 number (1, 2, 3…)", (text) => /\d/.test(text)],
  [
    1128,
    "Include both Upper case and Lower case characters",
    (text) => /[a-z]/.test(text) && /[A-Z]/.test(text),
  ],
  [1130, "Password can't use the same character.", (text) => new Set(text).size > 1],
  [
    1131,
    "Password can't use continuation character.Such as 'abcdef','123456'.",
    (text) => !/abcdef|123456/i.test(text),
  ],
];

function checkPassword(password: string): void {
  for (const [code, message, holds] of PASSWORD_RULES)
    if (!holds(password)) throw zoomError(400, code, message);
}
