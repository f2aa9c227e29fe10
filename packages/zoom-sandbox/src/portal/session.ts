import { createHmac } from "node:crypto";
import type { Context } from "hono";
import { getCookie, setCookie } from "hono/cookie";
import { same } from "../same.ts";
import type { Sandbox, SandboxEnv, User, Users } from "../sandbox.ts";

/** Knows who is signed in to the sandbox's pages, and that a form was sent from them. */
export interface Sessions {
  readonly signIn: (c: Context<SandboxEnv>, user: User) => void;
  readonly signOut: (c: Context<SandboxEnv>) => void;
  readonly person: (c: Context<SandboxEnv>) => User | undefined;
  /** The value every form carries in its field `csrf`. */
  readonly csrf: (user: User) => string;
  readonly csrfFits: (user: User, given: unknown) => boolean;
}

const COOKIE = "sandbox_session";

type Tables = Pick<Sandbox, "table">;
const endedOf = ({ table }: Tables) => table<{ times: number }>("ended_sessions");

/** Signs a person out everywhere: what their browsers hold is good no more. */
export function endSessions(tables: Tables, { id }: User): void {
  const ended = endedOf(tables);
  ended.set(id, { times: (ended.get(id)?.times ?? 0) + 1 });
}

/** Makes sessions: a cookie with the person's id and a signature; no store but of how often somebody's were ended. */
export function createSessions(users: Users, tables: Tables, secret: () => string): Sessions {
  const sign = (what: string, id: string): string => {
    const times = endedOf(tables).get(id)?.times ?? 0;
    return createHmac("sha256", secret()).update(`${what}:${id}:${times}`).digest("base64url");
  };
  const csrf = (user: User): string => sign("csrf", user.id);
  return {
    signIn: (c, user) =>
      setCookie(c, COOKIE, `${user.id}.${sign("session", user.id)}`, {
        httpOnly: true,
        sameSite: "Lax",
        path: "/",
      }),
    signOut: (c) => setCookie(c, COOKIE, "", { httpOnly: true, sameSite: "Lax", path: "/", maxAge: 0 }),
    person: (c) => {
      const [id = "", signature = ""] = (getCookie(c, COOKIE) ?? "").split(".");
      if (!same(signature, sign("session", id))) return undefined;
      const user = users.find(id);
      return user?.status === "active" ? user : undefined;
    },
    csrf,
    csrfFits: (user, given) => typeof given === "string" && same(given, csrf(user)),
  };
}
