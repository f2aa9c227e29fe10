import type { Context } from "hono";
import type { SandboxEnv, User } from "../sandbox.ts";
import { ZoomError } from "../sandbox.ts";
import type { Form } from "./form.ts";
import { confirmation, type Question } from "./confirmation.ts";
import { formOf } from "./form.ts";
import { type Markup, page, type PageParts } from "./layout.ts";
import type { May } from "./navigation.ts";
import { PAGE_FIELD, refilled, type SentForm } from "./refill.ts";
import { withQuery } from "./with-query.ts";
import type { PortalParts } from "./portal-pages.ts";

type PageContext = Context<SandboxEnv>;
type Page = (c: PageContext, user: User) => Response | Promise<Response>;
/** The page that the form stands on is shown again as it was filled in, with this notice. */
interface Stay {
  readonly stay: string;
  /** Where to go when that page is not known. */
  readonly on: string;
}
type Next = string | Stay;
/** Does what a form says, and answers where to go next. */
export type Post = (c: PageContext, user: User, form: Form) => Next | Promise<Next>;

/** Registers pages and forms that need a signed-in person. */
export interface Pages {
  /** A page; with a privilege, only for people whose role holds it. */
  readonly get: (path: string, privilege: string | undefined, draw: Page) => void;
  /** A form; `handle` answers the path to go to next, or stays. A refusal goes back to the page it came from. */
  readonly post: (path: string, privilege: string | undefined, handle: Post) => void;
  /** A form that takes something away: its path asks first, by a page with a button that posts to it. */
  readonly confirmed: (
    path: string,
    privilege: string | undefined,
    ask: (c: PageContext, user: User) => Question,
    handle: Post,
  ) => void;
  /** Answers with a page for the person, with the notice that the last form left. */
  readonly show: (
    c: PageContext,
    user: User,
    parts: Omit<PageParts, "user" | "may" | "notice">,
  ) => Response | Promise<Response>;
}

/** Makes the guard in front of the portal's and the Marketplace's pages: sign-in, role, and the form's origin. */
export function createPages({
  sandbox: { app, roles },
  sessions,
}: Pick<PortalParts, "sandbox" | "sessions">): Pages {
  const may =
    (user: User): May =>
    (privilege) =>
      roles.allows(user, privilege);
  const sectionOf = (c: PageContext): string =>
    c.req.path.startsWith("/marketplace") ? "/marketplace" : "/portal";
  const problemPage = (
    c: PageContext,
    user: User,
    parts: Pick<PageParts, "title" | "problem" | "back">,
  ): Markup => page({ ...parts, user, here: sectionOf(c), may: may(user) });
  const refused = (c: PageContext, user: User, problem: string): Response | Promise<Response> =>
    c.html(problemPage(c, user, { title: "Not allowed", problem }), 403);

  function guard(c: PageContext, privilege: string | undefined): User | Response | Promise<Response> {
    const user = sessions.person(c);
    if (user === undefined) {
      const { pathname, search } = new URL(c.req.url);
      const back = c.req.method === "GET" ? pathname + search : "/portal";
      return c.redirect(withQuery("/signin", { continue: back }));
    }
    if (privilege !== undefined && !roles.allows(user, privilege)) {
      return refused(c, user, `Your role does not hold the privilege ${privilege}; ask the account's owner.`);
    }
    return user;
  }

  /** The page the form was on, with what was entered and what there is to say; scripts, which name no page, get a page of its own. */
  async function formAgain(c: PageContext, form: Form, says: SentForm["says"]): Promise<string | undefined> {
    const from = form.text(PAGE_FIELD) || localReferer(c);
    const address = URL.parse(from ?? "", "http://sandbox");
    if (from === undefined || address?.host !== "sandbox") return undefined;
    address.searchParams.delete("notice");
    const path = address.pathname + address.search;
    const headers = { cookie: c.req.header("cookie") ?? "" };
    const drawn = await app.request(path, { headers }, c.env);
    if (!drawn.ok) return undefined;
    const { pathname, search } = new URL(c.req.url);
    const sent = { entries: form.entries(), page: path, action: pathname + search, says };
    return refilled(await drawn.text(), sent);
  }

  const pages: Pages = {
    show: (c, user, parts) => c.html(page({ ...parts, user, may: may(user), notice: c.req.query("notice") })),
    confirmed: (path, privilege, ask, handle) => {
      pages.get(path, privilege, (c, user) => {
        const question = ask(c, user);
        const { title, here } = question;
        return pages.show(c, user, {
          ...{ title, here, body: confirmation(c.req.path, sessions.csrf(user), question) },
        });
      });
      pages.post(path, privilege, handle);
    },
    get: (path, privilege, draw) => {
      app.get(path, async (c) => {
        const user = await guard(c, privilege);
        if (user instanceof Response) return user;
        try {
          return await draw(c, user);
        } catch (error) {
          if (!(error instanceof ZoomError)) throw error;
          return c.html(
            problemPage(c, user, { title: "Not found", problem: error.message, back: localReferer(c) }),
            error.status,
          );
        }
      });
    },
    post: (path, privilege, handle) => {
      app.post(path, async (c) => {
        const user = await guard(c, privilege);
        if (user instanceof Response) return user;
        const form = await formOf(c);
        if (!sessions.csrfFits(user, form.text("csrf"))) {
          return refused(c, user, "The form's csrf field is missing or old; open the page again.");
        }
        try {
          const next = await handle(c, user, form);
          if (typeof next === "string") return c.redirect(next, 303);
          const again = await formAgain(c, form, { notice: next.stay });
          return again === undefined ? c.redirect(withNotice(next.on, next.stay), 303) : c.html(again);
        } catch (error) {
          if (!(error instanceof ZoomError)) throw error;
          const [first] = error.errors ?? [];
          const vague = first !== undefined && error.message.startsWith("Validation Failed");
          const problem = vague ? `${first.field}: ${first.message}` : error.message;
          const again = await formAgain(c, form, { problem, field: first?.field });
          if (again !== undefined) return c.html(again, 400);
          return c.html(problemPage(c, user, { title: "Not done", problem, back: localReferer(c) }), 400);
        }
      });
    },
  };
  return pages;
}

/** The path with a sentence to show on top of the page. */
export function withNotice(path: string, notice: string): string {
  return path.includes("?")
    ? path + withQuery("", { notice }).replace("?", "&")
    : withQuery(path, { notice });
}

/** The path of the page the form was on, or nothing when another origin says so. */
function localReferer(c: PageContext): string | undefined {
  const url = URL.parse(c.req.header("referer") ?? "");
  return url?.host === c.req.header("host") && url !== null ? url.pathname + url.search : undefined;
}
