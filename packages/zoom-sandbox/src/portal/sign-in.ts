import { html } from "hono/html";
import type { Sandbox, User } from "../sandbox.ts";
import { SANDBOX_PASSWORD } from "../seed.ts";
import type { SignIn } from "../resources/reports/log-reports.ts";
import { formOf } from "./form.ts";
import { page } from "./layout.ts";
import type { Sessions } from "./session.ts";

const SHOWN_MEMBERS = 6;
const SHOWN_PEOPLE = 20;

/** The sign-in page: an address and the sandbox password, or one click on a person. */
export function signIn(sandbox: Sandbox, sessions: Sessions): void {
  const { app, users, roles, clock } = sandbox;
  // The first ones, and whoever is an admin or holds a role of its own: the account may have 100,000 people.
  const people = (): User[] => {
    const chosen: User[] = [];
    let members = 0;
    for (const user of users.all()) {
      if (user.status !== "active" || (user.role_id === "2" && members >= SHOWN_MEMBERS)) continue;
      if (user.role_id === "2") members += 1;
      chosen.push(user);
      if (chosen.length >= SHOWN_PEOPLE) break;
    }
    return chosen;
  };

  const draw = (next: string, problem?: string) =>
    page({
      title: "Sign in",
      problem,
      body: html`<section class="card narrow">
          <h1>Sign in</h1>
          <form method="post" action="/signin">
            <input type="hidden" name="continue" value="${next}" />
            <label for="email">Email address</label>
            <input id="email" name="email" type="email" autocomplete="username" required />
            <label for="password">Password</label>
            <input id="password" name="password" type="password" autocomplete="current-password" required />
            <p class="soft">Everybody's password in this sandbox is <code>${SANDBOX_PASSWORD}</code>.</p>
            <div class="actions"><button class="primary">Sign in</button></div>
          </form>
        </section>
        <section class="card narrow">
          <h2>Or choose a person</h2>
          ${people().map(
            (user) => html`<form method="post" action="/signin">
                <input type="hidden" name="continue" value="${next}" />
                <input type="hidden" name="email" value="${user.email}" />
                <input type="hidden" name="password" value="${SANDBOX_PASSWORD}" />
                <p><button>${user.display_name}</button>
                  <span class="soft">${user.email}, ${roles.find(user.role_id)?.name}</span></p>
              </form>`,
          )}
        </section>`,
    });

  app.get("/signin", (c) => c.html(draw(localPath(c.req.query("continue")))));

  app.post("/signin", async (c) => {
    const form = await formOf(c);
    const next = localPath(form.text("continue"));
    const user = users.byEmail(form.text("email"));
    if (user?.status === "pending") {
      return c.html(draw(next, `${user.email} has not accepted the invitation yet.`), 403);
    }
    if (user === undefined || user.status !== "active" || form.text("password") !== SANDBOX_PASSWORD) {
      return c.html(draw(next, "The email address or the password is wrong."), 401);
    }
    user.last_login_time = `${clock.now().toISOString().slice(0, 19)}Z`;
    sessions.signIn(c, user);
    noteSignIn(sandbox, user, "Sign in");
    return c.redirect(next);
  });

  app.post("/signout", (c) => {
    const user = sessions.person(c);
    if (user) noteSignIn(sandbox, user, "Sign out");
    sessions.signOut(c);
    return c.redirect("/signin");
  });
}

/** Keeps it for the report of activities, and tells it. */
function noteSignIn({ table, ids, clock, emit }: Sandbox, { id, email }: User, type: SignIn["type"]): void {
  const time = `${clock.now().toISOString().slice(0, 19)}Z`;
  const client = { client_type: "Browser", version: "-" };
  table<SignIn>("sign_ins").set(ids.key(), { ...client, email, time, type, ip_address: "127.0.0.1" });
  const object = { id, email, date_time: time, client_type: "browser", version: "-" };
  emit(
    type === "Sign in" ? "user.signed_in" : "user.signed_out",
    { object: { ...object, login_type: 100 } },
    { userId: id },
  );
}

/** Only paths of this origin: a link must not lead a person away after they sign in. */
function localPath(text: string | undefined): string {
  // Read as browsers read it, which pass over tabs and take `\\` for `/`.
  const here = "http://sandbox.invalid";
  const { origin, pathname, search, hash } = new URL(URL.parse(text ?? "", here) ?? here);
  return text?.startsWith("/") === true && origin === here && !pathname.startsWith("//")
    ? `${pathname}${search}${hash}`
    : "/";
}
