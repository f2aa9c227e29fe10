/** A person at the sandbox's pages, without a browser: keeps cookies, posts forms, follows redirects by hand. */

/** A page that was reached. */
export interface Page {
  readonly url: URL;
  readonly status: number;
  readonly text: string;
}

/** A person at a keyboard. */
export interface Browser {
  get(url: string): Promise<Page>;
  /** Posts a form, with the page's form token, and follows where it leads within the same origin. */
  post(url: string, fields: Readonly<Record<string, string | readonly string[]>>): Promise<Page>;
}

const longestChain = 10;

/** Opens the pages of `origin`. Redirects to other origins are not followed: their address is the page's. */
export function openBrowser(origin: string): Browser {
  const cookies = new Map<string, string>();
  let csrf = "";

  async function go(method: "GET" | "POST", address: string, body?: URLSearchParams): Promise<Page> {
    let url = new URL(address, origin);
    let request: RequestInit = { method, ...(body && { body }) };
    for (let hop = 0; hop < longestChain; hop += 1) {
      const cookie = [...cookies].map(([name, value]) => `${name}=${value}`).join("; ");
      const response = await fetch(url, { ...request, redirect: "manual", headers: { cookie } });
      for (const line of response.headers.getSetCookie()) {
        const [pair = ""] = line.split(";");
        const at = pair.indexOf("=");
        cookies.set(pair.slice(0, at), pair.slice(at + 1));
      }
      const text = await response.text();
      csrf = /name="csrf" value="([^"]*)"/.exec(text)?.[1] ?? csrf;
      const location = response.headers.get("location");
      if (location === null) return { url, status: response.status, text };
      url = new URL(location, url);
      if (url.origin !== new URL(origin).origin) return { url, status: response.status, text };
      request = { method: "GET" };
    }
    throw new Error(`${address} redirects without end.`);
  }

  return {
    get: (url) => go("GET", url),
    post(url, fields) {
      const body = new URLSearchParams({ csrf });
      for (const [name, value] of Object.entries(fields)) {
        for (const one of typeof value === "string" ? [value] : value) body.append(name, one);
      }
      return go("POST", url, body);
    },
  };
}

/** Fails with the page's own words unless it was reached in order. */
export function expectPage(page: Page, what: string): Page {
  if (page.status < 400) return page;
  const words = page.text
    .replace(/<style[\s\S]*?<\/style>/g, " ")
    .replace(/<[^>]+>/g, " ")
    .replace(/\s+/g, " ")
    .trim();
  throw new Error(`${what}: the page answered ${page.status}: ${words.slice(0, 300)}`);
}
